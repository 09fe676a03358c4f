package redoxsim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Feed is how Redox delivers messages: first in first out within a queue, different
// queues at the same time. A message that is not accepted stops its queue and is
// delivered again by RetryDelay. A subscription (a data model to a destination) is one
// queue, or is split by patients into child queues. A Feed is not to be changed while
// it runs.
type Feed struct {
	// Clock is the clock of the schedule. Default RealClock().
	Clock Clock
	// MaxAttempts is after how many attempts at a message its queue gives up with an
	// error. Default 0: never, as Redox.
	MaxAttempts int
	// ChildQueues is how many queues a subscription is split into. Each patient, known
	// by the first of the message's identifiers, has all messages in one of them. A
	// merge of two patients is in the queue of the one that remains, and nothing orders
	// it with the messages of the other. Default 1.
	ChildQueues int
	// MergesFirst holds messages back that lie in another child queue than a later merge
	// of their patient, until the merge is accepted: the worst of what child queues allow.
	MergesFirst bool
	// Production makes a message with Meta.Test one that stops nothing: it has one
	// attempt, and the next message follows even when it is refused.
	Production bool
	// OutOfOrder delivers the subscriptions one after the other, the last one first:
	// Redox promises no order across data models.
	OutOfOrder bool
}

// Queued is a message that waits for its delivery.
type Queued struct {
	*Message
	// Attempt makes an attempt at the message, for example with Sender.Deliver.
	Attempt func(context.Context) Attempt
	// Times is how often the message has to be accepted. Default 1.
	Times int
	// Backfill, if it is not 0, makes the message one of the past: those of a
	// subscription come in a burst of so many at a time, in queues of their own beside
	// the live ones.
	Backfill int

	patient  string          // the first identifier
	previous []string        // the identifiers that a merge makes obsolete
	waits    <-chan struct{} // ends when the message may be delivered; nil: at once
	finished chan struct{}   // closed when nothing has to wait for the message
}

// ErrRefused is the reason of Run's error when the webhook answered, and refused the
// message.
var ErrRefused = errors.New("refused")

// Run delivers the messages, and returns when each was accepted, or its queue gave up.
func (f *Feed) Run(ctx context.Context, messages []*Queued) error {
	subscriptions := f.split(messages)
	if f.OutOfOrder {
		for _, queues := range slices.Backward(subscriptions) {
			if err := f.drain(ctx, queues); err != nil {
				return err
			}
		}
		return nil
	}
	return f.drain(ctx, slices.Concat(subscriptions...))
}

// drain empties queues at the same time.
func (f *Feed) drain(ctx context.Context, queues [][]*Queued) error {
	errs := make([]error, len(queues))
	var wg sync.WaitGroup
	for i, q := range queues {
		wg.Go(func() { errs[i] = f.drainOne(ctx, q) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (f *Feed) drainOne(ctx context.Context, queue []*Queued) error {
	for i, m := range queue {
		if err := f.deliver(ctx, m); err != nil {
			for _, left := range queue[i:] {
				close(left.finished)
			}
			return fmt.Errorf("%s %s: %w", m.Event(), m.LogID, err)
		}
		close(m.finished)
	}
	return nil
}

// deliver delivers a message and its duplicates.
func (f *Feed) deliver(ctx context.Context, m *Queued) error {
	if m.waits != nil {
		select {
		case <-m.waits:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for range max(1, m.Times) {
		if err := f.untilAccepted(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func (f *Feed) untilAccepted(ctx context.Context, m *Queued) error {
	for n := 1; ; n++ {
		a := m.Attempt(ctx)
		switch {
		case a.Accepted():
			return nil
		case f.Production && m.Meta.Test.IsTrue():
			return ctx.Err()
		}
		if n == f.MaxAttempts {
			reason := a.Err
			if reason == nil {
				reason = ErrRefused
			}
			return fmt.Errorf("still not accepted after %d attempts: status %d, %w", n, a.Status, reason)
		}
		if err := f.clock().Sleep(ctx, RetryDelay(n)); err != nil {
			return err
		}
	}
}

func (f *Feed) clock() Clock {
	if f.Clock == nil {
		return RealClock()
	}
	return f.Clock
}
