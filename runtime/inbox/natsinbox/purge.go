package natsinbox

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// skew is more than the clocks of servers and programs differ.
const skew = time.Hour

// Purge implements inbox.Box. What is at the start of the stream goes in one request,
// as it does when messages are purged by age; the rest one by one.
func (b *Box) Purge(ctx context.Context, f inbox.Filter) (int64, error) {
	f.Newest, f.Limit = false, 0
	purge := purging{box: b, filter: f, first: f.ID == 0 && f.After == 0}
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	for page, err := range b.pages(ctx, f) {
		if err == nil {
			err = purge.page(ctx, page)
		}
		if err != nil {
			return purge.done, failed("Purge", err)
		}
		if pastAll(f, page) {
			break
		}
	}
	return purge.done, nil
}

// purging is a run of Purge.
type purging struct {
	box    *Box
	filter inbox.Filter
	first  bool // all messages so far were to go
	done   int64
}

func (p *purging) page(ctx context.Context, page []*found) error {
	with := slices.DeleteFunc(slices.Clone(page), func(e *found) bool { return !p.box.hasRecord(p.filter, e) })
	if err := p.box.complete(ctx, with); err != nil {
		return err
	}
	whole := int64(0) // up to this ID all goes
	for _, e := range page {
		if e.Outcome == inbox.Pending || !p.box.hasRecord(p.filter, e) || !hasState(p.filter, e) {
			p.first = false
			continue
		}
		if err := p.box.deleteObject(ctx, e.record.Object); err != nil {
			return err
		}
		if p.first && e.Outcome != inbox.Held {
			whole = e.ID
			p.done++
			continue
		}
		if err := p.one(ctx, e); err != nil {
			return err
		}
	}
	if whole == 0 {
		return nil
	}
	// The states of what is purged may come later in the stream. They mean nothing
	// without their messages, and go the same way.
	return p.box.stream.Purge(ctx, jetstream.WithPurgeSequence(uint64(whole)+1))
}

// one deletes one message.
func (p *purging) one(ctx context.Context, e *found) error {
	state := e.state
	if e.Outcome == inbox.Held {
		s := stateRecord{Outcome: purged, At: e.at} // for those who know that others wait
		_, err := p.box.publish(ctx, newRecord(p.box.stateSubject(e.ID), s, nil), e.state)
		if errors.Is(err, errChanged) {
			return nil // it is replayed
		}
		if state = 0; err != nil {
			return err
		}
	}
	for _, seq := range []uint64{uint64(e.ID), state} {
		if seq == 0 {
			continue
		}
		if err := p.box.stream.DeleteMsg(ctx, seq); err != nil && !isGone(err) {
			return err
		}
	}
	p.done++
	return nil
}

// isGone reports whether an error says that a message is not in the stream.
func isGone(err error) bool {
	var refused *jetstream.APIError
	return errors.Is(err, jetstream.ErrMsgNotFound) ||
		errors.As(err, &refused) && (refused.ErrorCode == sequenceNotFound || refused.ErrorCode == noMessageFound)
}

const (
	noMessageFound   jetstream.ErrorCode = 10037
	sequenceNotFound jetstream.ErrorCode = 10043
)
