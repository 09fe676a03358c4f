package natsinbox

import (
	"context"
	"errors"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// Replay implements inbox.Box. A finished message gets a record at the end of the
// stream, which is its new position.
func (b *Box) Replay(ctx context.Context, id int64, handler string) error {
	for ctx.Err() == nil {
		err := b.replay(ctx, id, handler)
		switch {
		case errors.Is(err, errChanged): // meanwhile: look again
		case errors.Is(err, inbox.ErrNotFound):
			return inbox.ErrNotFound
		default:
			return wrap("Replay", err)
		}
	}
	return ctx.Err()
}

func (b *Box) replay(ctx context.Context, id int64, handler string) error {
	var e *found
	for page, err := range b.pageOf(ctx, id) {
		if err != nil {
			return err
		}
		e = page[0]
	}
	if e == nil {
		return inbox.ErrNotFound
	}
	last, err := b.last(ctx, b.stateSubject(id))
	if last == nil || err != nil {
		return err // nobody has claimed it yet
	}
	s, err := readRecord[stateRecord](last.Header)
	if err != nil {
		return err
	}
	switch {
	case s.Outcome == purged:
		return inbox.ErrNotFound
	case s.Outcome == inbox.Pending && (s.Claimed || s.For == 0):
		return nil // as soon as it can be
	case s.Outcome == inbox.Pending:
		s.For = 0
	case s.Outcome == inbox.Held:
		s = stateRecord{Outcome: inbox.Pending, At: s.At, Replay: true, Handler: handler, Run: s.Run}
	default:
		return b.replayFinished(ctx, e, handler, last.Sequence, s)
	}
	_, err = b.publish(ctx, newRecord(b.stateSubject(id), s, nil), last.Sequence)
	return err
}

// replayFinished replays a message whose state, which is of an earlier position, is at
// that sequence.
func (b *Box) replayFinished(ctx context.Context, e *found, handler string, state uint64, earlier stateRecord) error {
	before := uint64(0)
	last, err := b.last(ctx, b.replaySubject(e.ID))
	if err != nil {
		return err
	}
	if last != nil {
		before = last.Sequence
	}
	position := before
	if int64(before) <= earlier.At { // otherwise one that was interrupted here
		r := replayRecord{Order: e.record.Order, Handler: handler, Received: e.record.Received, State: state, Handled: earlier.Outcome == inbox.Handled, Run: earlier.Run}
		if position, err = b.publish(ctx, newRecord(b.replaySubject(e.ID), r, nil), before); err != nil {
			return err
		}
	}
	// So that Find knows. A worker may have claimed it already.
	s := stateRecord{Outcome: inbox.Pending, At: int64(position), Replay: true, Handler: handler, Run: earlier.Run}
	if earlier.Outcome == inbox.Handled {
		s.Run = int64(position)
	}
	if _, err = b.publish(ctx, newRecord(b.stateSubject(e.ID), s, nil), state); errors.Is(err, errChanged) {
		return nil
	}
	return err
}
