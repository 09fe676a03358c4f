package webhook

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// A store or sink may ignore the context that it is given: a lock that another
// program holds, a driver that only looks at its own timeouts, a file system that
// does not answer. The message is answered all the same, in time.

// maxAbandoned is how many requests may be out that nobody waits for any more.
// Then the next are refused unasked, or every delivery would leave one more.
const maxAbandoned = 100

const errAbandoned refusal = "webhook: too many requests were not answered in time and are still running: not asked"

// grace is for a store that heeds its context to say itself why it failed.
const grace = 100 * time.Millisecond

// bound counts the requests that nobody waits for any more. A nil one does not
// bound anything: for what never waits.
type bound struct{ abandoned atomic.Int64 }

// within returns what ask returns, or ctx's error when ctx ends and ask does not. A
// panic is an error. What comes too late is given to late.
func within[T any](ctx context.Context, b *bound, ask func() (T, error), late func(T)) (T, error) {
	if b == nil {
		return guarded(ask)
	}
	var none T
	if b.abandoned.Load() >= maxAbandoned {
		return none, errAbandoned
	}
	type reply struct {
		value T
		err   error
	}
	replies, gone := make(chan reply), make(chan struct{})
	go func() {
		value, err := guarded(ask)
		select {
		case replies <- reply{value, err}:
		case <-gone:
			if err == nil {
				late(value)
			}
			b.abandoned.Add(-1)
		}
	}()
	select {
	case r := <-replies:
		return r.value, r.err
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case r := <-replies:
		return r.value, r.err
	case <-timer.C:
		b.abandoned.Add(1)
		close(gone)
		return none, ctx.Err()
	}
}

// guarded calls ask; a panic becomes an error.
func guarded[T any](ask func() (T, error)) (value T, err error) {
	defer recovered(&err)
	return ask()
}

// guardedStore is a store whose panics are errors, and that is not waited for
// longer than its context lasts.
type guardedStore struct {
	dedup.Store
	bound *bound
}

func guardStore(s dedup.Store) guardedStore {
	if _, memory := s.(*dedup.Memory); memory || s == dedup.None() {
		return guardedStore{s, nil}
	}
	return guardedStore{s, new(bound)}
}

func (s guardedStore) Claim(ctx context.Context, key dedup.Key, lease time.Duration) (dedup.Claim, error) {
	return within(ctx, s.bound, func() (dedup.Claim, error) { return s.Store.Claim(ctx, key, lease) }, s.giveBack)
}

// giveBack releases a claim that came too late: the redelivery need not wait for
// the end of its lease.
func (s guardedStore) giveBack(c dedup.Claim) {
	if c.State != dedup.New {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_ = protect(func() error { return s.Store.Release(ctx, c) })
}

func (s guardedStore) Extend(ctx context.Context, c dedup.Claim, lease time.Duration) error {
	return s.do(ctx, func() error { return s.Store.Extend(ctx, c, lease) })
}

func (s guardedStore) Commit(ctx context.Context, c dedup.Claim) error {
	return s.do(ctx, func() error { return s.Store.Commit(ctx, c) })
}

func (s guardedStore) Release(ctx context.Context, c dedup.Claim) error {
	return s.do(ctx, func() error { return s.Store.Release(ctx, c) })
}

func (s guardedStore) do(ctx context.Context, f func() error) error { return s.bound.do(ctx, f) }

// ping asks the store whether it would answer, if it can be asked that.
func (s guardedStore) ping(ctx context.Context) error {
	p, ok := s.Store.(dedup.Pinger)
	if !ok {
		return nil
	}
	return s.do(ctx, func() error { return p.Ping(ctx) })
}

// known asks the store for a key, if it can be asked that.
func (s guardedStore) known(ctx context.Context, key dedup.Key) (bool, error) {
	k, ok := s.Store.(dedup.Knower)
	if !ok {
		return false, nil
	}
	return within(ctx, s.bound, func() (bool, error) { return k.Known(ctx, key) }, func(bool) {})
}

// do is within for what returns an error alone.
func (b *bound) do(ctx context.Context, f func() error) error {
	type nothing struct{}
	_, err := within(ctx, b, func() (nothing, error) { return nothing{}, f() }, func(nothing) {})
	return err
}

// guardedSink is a sink whose panics are errors, the dead letter was not taken then,
// and that is not waited for longer than its context lasts.
type guardedSink struct {
	deadletter.Sink
	bound *bound
}

func (s guardedSink) Put(ctx context.Context, l deadletter.Message) error {
	return s.bound.do(ctx, func() error { return s.Sink.Put(ctx, l) })
}
