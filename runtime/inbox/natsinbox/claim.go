package natsinbox

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// token is the Token of a claim.
type token struct {
	name string // of the claim
	at   int64  // position of the message

	mu    sync.Mutex
	state stateRecord
	rev   uint64 // sequence of state
}

// Claim implements inbox.Box.
func (b *Box) Claim(ctx context.Context, n int, lease time.Duration) ([]inbox.Claim, error) {
	if err := b.view.start(ctx); err != nil {
		return nil, failed("Claim", err)
	}
	asked := false
	for {
		items := b.view.take(n)
		if len(items) == 0 {
			if asked {
				return nil, nil
			}
			if err := b.view.caughtUp(ctx); err != nil {
				return nil, failed("Claim", err)
			}
			asked = true
			continue
		}
		claims, err := b.claimAll(ctx, items, lease)
		if len(claims) > 0 || err != nil {
			return claims, err
		}
		// Others were faster with all of them.
	}
}

// claimAll asks the server for messages, and returns those that it gave to us.
func (b *Box) claimAll(ctx context.Context, items []candidate, lease time.Duration) ([]inbox.Claim, error) {
	claims, errs := make([]*inbox.Claim, len(items)), make([]error, len(items))
	var wg sync.WaitGroup
	for i, c := range items {
		wg.Go(func() { claims[i], errs[i] = b.claim(ctx, c, lease) })
	}
	wg.Wait()
	var won []inbox.Claim
	for _, c := range claims {
		if c != nil {
			won = append(won, *c)
		}
	}
	if len(won) > 0 {
		return won, nil
	}
	return nil, wrap("Claim", errors.Join(errs...))
}

// claim asks for one message; nil if another process has it, or it is gone.
func (b *Box) claim(ctx context.Context, c candidate, lease time.Duration) (*inbox.Claim, error) {
	t := &token{name: rand.Text(), at: c.position, state: stateRecord{
		Outcome: inbox.Pending, At: c.position, Attempt: c.attempt + 1, Replay: c.replay, Handler: c.handler, Run: c.run,
	}}
	s := t.state
	s.Claim, s.Claimed, s.For = t.name, true, lease
	rev, err := b.publish(ctx, newRecord(b.stateSubject(c.id), s, nil), c.rev)
	switch {
	case errors.Is(err, errChanged):
		// The view hears of the state that the message is in, or else it is asked for anew.
		b.view.asked(false)
		b.view.release(c.id, time.Now().Add(time.Second))
		return nil, nil
	case err != nil:
		// The server may have given it to us all the same.
		b.view.abandon(c.id, t.name)
		return nil, err
	}
	t.state, t.rev = s, rev
	b.view.asked(true)
	b.view.set(c.id, rev, s)
	raw, err := b.get(ctx, c.id)
	if err != nil {
		return nil, b.unread(ctx, c.id, t, err)
	}
	m, _, err := b.message(ctx, raw)
	if err != nil {
		return nil, b.unread(ctx, c.id, t, err)
	}
	return &inbox.Claim{Message: m, ID: c.id, Attempt: s.Attempt, Replay: s.Replay, Handler: s.Handler, Run: s.Run, Token: t}, nil
}

// unread gives back a message that could not be read. One that is gone is ended, so that
// nothing waits for it.
func (b *Box) unread(ctx context.Context, id int64, t *token, cause error) error {
	s := stateRecord{Outcome: inbox.Pending, At: t.at, Attempt: t.state.Attempt - 1, Replay: t.state.Replay, Handler: t.state.Handler, Run: t.state.Run, For: time.Second}
	if isGone(cause) && b.isPurged(ctx, id, t.rev) {
		s.Outcome, cause = purged, nil
	}
	rev, err := b.publish(ctx, newRecord(b.stateSubject(id), s, nil), t.rev)
	if err == nil {
		b.view.set(id, rev, s)
	} else {
		b.view.abandon(id, t.name)
	}
	return cause
}

// isPurged reports whether a server that knows the record of a sequence has no message
// of an earlier one any more: it was purged while it was replayed.
func (b *Box) isPurged(ctx context.Context, id int64, later uint64) bool {
	info, err := b.info(ctx)
	if err != nil || info.State.LastSeq < later {
		return false
	}
	_, err = b.get(ctx, id)
	return isGone(err)
}

// Extend implements inbox.Box.
func (b *Box) Extend(ctx context.Context, c inbox.Claim, lease time.Duration) error {
	return b.change(ctx, c, "Extend", func(s *stateRecord) { s.For = lease })
}

// Finish implements inbox.Box.
func (b *Box) Finish(ctx context.Context, c inbox.Claim, as inbox.Outcome) error {
	return b.change(ctx, c, "Finish", func(s *stateRecord) {
		s.Outcome, s.Claimed, s.For, s.Finished = as, false, 0, time.Now().UnixNano()
	})
}

// Retry implements inbox.Box.
func (b *Box) Retry(ctx context.Context, c inbox.Claim, after time.Duration) error {
	return b.change(ctx, c, "Retry", func(s *stateRecord) { s.Claimed, s.For = false, after })
}

// change gives the message of a claim another state, if it still is in the one that the
// claim left it in.
func (b *Box) change(ctx context.Context, c inbox.Claim, method string, set func(*stateRecord)) error {
	t, ok := c.Token.(*token)
	if !ok {
		return inbox.ErrLost
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	next := t.state
	if set(&next); !t.state.Claimed {
		return t.ended(next)
	}
	rev, err := b.publish(ctx, newRecord(b.stateSubject(c.ID), next, nil), t.rev)
	if errors.Is(err, errChanged) {
		var s stateRecord
		s, rev, err = b.stateAfter(ctx, c.ID, t.rev)
		if err == nil && (s.Claim != t.name || !s.same(next)) {
			err = inbox.ErrLost
		} // else an earlier request was done, and its answer lost
	}
	if errors.Is(err, inbox.ErrLost) {
		return inbox.ErrLost
	}
	if err == nil {
		t.state, t.rev = next, rev
		b.view.set(c.ID, rev, next)
	}
	return wrap(method, err)
}

// ended is the answer for a claim that has ended: nil for what ended it.
func (t *token) ended(next stateRecord) error {
	if t.state.same(next) {
		return nil
	}
	return inbox.ErrLost
}

// same reports whether two states differ in times at most.
func (s stateRecord) same(other stateRecord) bool {
	return s.Outcome == other.Outcome && s.Claimed == other.Claimed
}

// stateAfter returns the state of a message, which is known not to be that of an
// earlier sequence any more, and tells the view. ErrLost if there is none.
func (b *Box) stateAfter(ctx context.Context, id int64, before uint64) (stateRecord, uint64, error) {
	last, err := b.last(ctx, b.stateSubject(id))
	if err != nil {
		return stateRecord{}, 0, err
	}
	if last == nil || last.Sequence == before {
		return stateRecord{}, 0, inbox.ErrLost // purged
	}
	s, err := readRecord[stateRecord](last.Header)
	if err == nil {
		b.view.set(id, last.Sequence, s)
	}
	return s, last.Sequence, err
}

// Wait implements inbox.Box.
func (b *Box) Wait(ctx context.Context, most time.Duration) error {
	if err := b.view.start(ctx); err != nil {
		return failed("Wait", err)
	}
	for end := time.Now().Add(most); ; {
		free, again, changed := b.view.next()
		if free || ctx.Err() != nil || !time.Now().Before(end) {
			return ctx.Err()
		}
		if again.IsZero() || again.After(end) {
			again = end
		}
		timer := time.NewTimer(time.Until(again))
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}
