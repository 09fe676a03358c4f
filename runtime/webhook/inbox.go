package webhook

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// queues reports whether the message goes to the inbox. Replays of dead letters are
// handled in the request: they are in the inbox, or are older than it.
func (x *exchange) queues() bool {
	return x.h.config.Inbox != nil && x.work == nil && x.r.Header.Get(ReplayHeader) == ""
}

// enqueue puts the message into the inbox, unless it was handled before there was one.
func (x *exchange) enqueue(meta redox.Meta) answer {
	d := x.out.Delivery
	if done, err := x.doneBefore(); err != nil {
		return unavailable("claim", err)
	} else if done {
		return answer{release, http.StatusOK, Duplicate, nil}
	}
	ctx, cancel := x.h.sinkContext(x.ctx)
	defer cancel()
	added, err := x.h.config.Inbox.Append(ctx, inbox.Message{
		Key: d.key, Order: x.h.config.InboxKeys(meta, d.Raw), DataModel: d.DataModel, EventType: d.EventType,
		Source: d.Source.ID, LogID: d.LogID, AttemptID: d.AttemptID, Received: d.Received, Raw: d.Raw,
	})
	switch {
	case err != nil:
		return unavailable("inbox", err)
	case !added:
		return answer{release, http.StatusOK, Duplicate, nil}
	default:
		return answer{release, http.StatusOK, Queued, nil}
	}
}

// doneBefore reports whether a handler without an inbox has handled the message: for as
// long after its start as Redox delivers such messages again.
func (x *exchange) doneBefore() (bool, error) {
	if time.Since(x.h.started) > upgradeWindow {
		return false, nil
	}
	ctx, cancel := x.h.storeContext(x.ctx)
	known, err := x.h.store.Known(ctx, x.out.Delivery.claimKey(""))
	cancel()
	if !known || err != nil {
		return false, err
	}
	if err := x.tryClaim(&x.message, x.out.Delivery.claimKey("")); err != nil {
		return false, err
	}
	done := x.message.State == dedup.Done
	_ = x.finish(release)
	return done, nil
}

// errExhausted is why a message is dead-lettered whose attempts left no error.
var errExhausted = Loggable(errors.New("webhook: no attempt at the message came to its end: its worker died, or took longer than its lease"))

// HandleMessage implements inbox.Handler. Observers follow it as a request at "/".
func (h *Handler) HandleMessage(ctx context.Context, w inbox.Work) inbox.Verdict {
	again := inbox.Verdict{Outcome: inbox.Pending}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "/", bytes.NewReader(w.Raw))
	if err != nil {
		return again
	}
	x := &exchange{h: h, w: &replayWriter{header: http.Header{}}, r: r, received: h.config.Now(), verified: true, work: &w}
	served := false
	if err := recoverToError(func() error { served = x.observe(func() { x.deliver(w.Raw) }); return nil }); err != nil || !served {
		return again
	}
	switch x.out.Result {
	case Handled, Duplicate, Answered:
		return inbox.Verdict{Outcome: inbox.Handled}
	case DeadLetter:
		return inbox.Verdict{Outcome: inbox.Dead, Failed: x.out.Handler != "" || errors.Is(x.out.Err, errExhausted)}
	default:
		again.Failed = x.out.Result == Failed
		return again
	}
}

// takeFrom takes over what the inbox knows of a message.
func (d *Delivery) takeFrom(w inbox.Work) {
	d.Received, d.Attempt, d.Redelivery, d.Replay = w.Received, w.Attempt, w.Attempt > 1, w.Replay
	switch {
	case w.Run != 0:
		d.run = strconv.FormatInt(w.Run, 10)
	case w.Replay: // handlers that succeeded before it was dead-lettered are spared
		d.Redelivery = true
	}
}

// nameBy takes over what the message itself does not say.
func (d *Delivery) nameBy(w inbox.Work) {
	d.takeFrom(w)
	d.key, d.DataModel, d.EventType, d.LogID, d.AttemptID = w.Key, w.DataModel, w.EventType, w.LogID, w.AttemptID
}

// errNoTimeline is the error of Newer where there is nothing that knows.
var errNoTimeline = Loggable(errors.New("webhook: Newer needs a Config.Dedup that is a dedup.Timeline, as dedup.Memory and sqldedup.Store are"))

// Newer reports whether the message is not older, by its EventTime, than any that this
// handler has asked about before and that has a key in common with it (Config.InboxKeys:
// a patient, by default): whether it may overwrite what is known. The answer stays the
// same when the message is handled again. A message without an EventTime is always newer.
//
//	if newer, err := d.Newer(ctx); err != nil || !newer {
//		return err
//	}
//
// Config.Dedup remembers the times, for its retention.
func (d Delivery) Newer(ctx context.Context) (bool, error) {
	if d.timeline == nil {
		return false, errNoTimeline
	}
	meta, err := redox.PeekMeta(d.Raw)
	if err != nil || d.EventTime.IsZero() {
		return err == nil, err
	}
	newer := true
	for _, key := range d.orderKeys(meta, d.Raw) {
		latest, err := d.timeline.Advance(ctx, dedup.Key("newest:"+d.route+":"+key), d.EventTime)
		if err != nil {
			return false, &StoreError{"newer", err}
		}
		newer = newer && !latest.After(d.EventTime)
	}
	return newer, nil
}

// pingInbox is that of the inbox, if there is one.
func (h *Handler) pingInbox(ctx context.Context) error {
	if h.config.Inbox == nil {
		return nil
	}
	return h.config.Inbox.Ping(ctx)
}

// inboxHealth is what Health tells of the inbox on request.
type inboxHealth struct {
	Depth     int     `json:"depth"`
	Held      int     `json:"held"`
	OldestAge float64 `json:"oldest_age_seconds"`
}

// inboxHealth returns nil for an inbox that is no Box: it does not know.
func (h *Handler) inboxHealth(ctx context.Context) (*inboxHealth, error) {
	box, ok := h.config.Inbox.(inbox.Box)
	if !ok {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, h.config.StoreTimeout)
	defer cancel()
	s, err := box.Stats(ctx)
	if err != nil {
		return nil, err
	}
	out := &inboxHealth{Depth: s.Depth, Held: s.Held}
	if !s.Oldest.IsZero() {
		out.OldestAge = max(h.config.Now().Sub(s.Oldest).Seconds(), 0)
	}
	return out, nil
}
