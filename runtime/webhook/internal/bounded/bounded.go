// Package bounded asks stores and sinks in bounded time. These may panic, and may
// ignore their context: a lock that another program holds, a driver with timeouts
// of its own, a file system that does not answer. The message is answered all the
// same.
package bounded

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// maxAbandoned is how many requests may run that nobody waits for any more. Then
// the next are refused, or every delivery would leave one more.
const maxAbandoned = 100

var errAbandoned = errors.New("webhook: too many requests were not answered in time and are still running: not asked")

// grace is for a store that heeds its context to return why it failed.
const grace = 100 * time.Millisecond

// requests are those to one store or sink.
type requests struct {
	panicError func(any) error // makes an error of what was panicked with
	abandoned  atomic.Int64    // those that nobody waits for any more
}

// within returns what ask returns, or ctx's error when ctx ends and ask does not. A
// panic is an error. A value that comes too late is passed to late.
func within[T any](ctx context.Context, r *requests, ask func() (T, error), late func(T)) (T, error) {
	var none T
	if r.abandoned.Load() >= maxAbandoned {
		return none, errAbandoned
	}
	type reply struct {
		value T
		err   error
	}
	replies, gone := make(chan reply), make(chan struct{})
	go func() {
		value, err := recovered(r, ask)
		select {
		case replies <- reply{value, err}:
		case <-gone:
			if err == nil {
				late(value)
			}
			r.abandoned.Add(-1)
		}
	}()
	select {
	case got := <-replies:
		return got.value, got.err
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case got := <-replies:
		return got.value, got.err
	case <-timer.C:
		r.abandoned.Add(1)
		close(gone)
		return none, ctx.Err()
	}
}

// recovered calls ask; a panic becomes an error.
func recovered[T any](r *requests, ask func() (T, error)) (value T, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = r.panicError(v)
		}
	}()
	return ask()
}

// do is within for what returns only an error.
func (r *requests) do(ctx context.Context, ask func() error) error {
	type nothing struct{}
	_, err := within(ctx, r, func() (nothing, error) { return nothing{}, ask() }, func(nothing) {})
	return err
}

// ping asks a store or sink whether it takes writes, if it can tell.
func (r *requests) ping(ctx context.Context, storeOrSink any) error {
	p, ok := storeOrSink.(interface{ Ping(context.Context) error })
	if !ok {
		return nil
	}
	return r.do(ctx, func() error { return p.Ping(ctx) })
}
