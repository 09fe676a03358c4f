package webhook

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// lease renews a claim while handlers run. A short lease frees the messages of
// a crashed worker soon; renewing it lets handlers take their time.
type lease struct {
	h      *Handler
	ctx    context.Context
	extend func(context.Context) error
	length time.Duration
	lost   context.CancelCauseFunc
	hung   func() // logs that the handler does not end

	mu      sync.Mutex
	last    time.Time   // after which it is not renewed
	until   time.Time   // when the lease ends that came with the claim
	timer   *time.Timer // for the next renewal
	over    *time.Timer // for the end of the lease; nil before the first renewal
	stopped bool
}

// keepLeases returns the handlers' context: it goes on when the client is gone,
// so that the work is not done in vain, and ends with the time for handlers or
// when a claim is lost.
func (x *exchange) keepLeases() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.ctx), x.h.config.Timeout)
	stop = cancel
	d := x.out.Delivery // as it is now: the other one goes on changing
	hung := sync.OnceFunc(func() { x.hung(d) })
	keep := func(l *lease, asked time.Time) {
		l.h, l.hung = x.h, hung
		outer := stop
		ctx, stop = l.keep(ctx, asked), func() { l.stop(); outer() }
	}
	for _, state := range []claimState{x.message, x.deadLetter} {
		if state.acquired() {
			keep(&lease{length: x.h.config.Lease, extend: func(ctx context.Context) error {
				return x.h.store.Extend(ctx, state.Claim, x.h.config.Lease)
			}}, state.asked)
		}
	}
	if x.work != nil {
		keep(&lease{length: x.work.Lease, extend: x.work.Extend}, x.work.Claimed)
	}
	return ctx, stop
}

// keep returns a context that ends when the claim is lost. The lease counts
// from when the store was asked for the claim, as it began no earlier.
//
// It is renewed for one lease more than handlers have time. One that has not
// ended by then may never end: a lock, a read without a deadline. The claim that
// it did not release would block the message, and its feed, at all receivers.
func (l *lease) keep(parent context.Context, asked time.Time) context.Context {
	l.until = asked.Add(l.length)
	l.last = time.Now().Add(l.h.config.Timeout + l.length)
	l.ctx, l.lost = context.WithCancelCause(parent)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.timer = time.AfterFunc(time.Until(asked.Add(l.length/3)), l.renew)
	return l.ctx
}

// renew extends the lease. The store has a quarter of it to answer, and is asked
// again soon if it does not, so that one answer may be lost.
func (l *lease) renew() {
	if !l.watch() {
		return
	}
	if time.Now().After(l.last) {
		l.hung()
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), min(l.h.config.StoreTimeout, l.length/4))
	asked := time.Now()
	err := l.extend(ctx)
	cancel()
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.stopped:
	case errors.Is(err, dedup.ErrLost), errors.Is(err, inbox.ErrLost):
		l.lost(ErrClaimLost)
	case err != nil:
		l.timer.Reset(l.length / 10)
	default:
		l.over.Reset(time.Until(asked.Add(l.length)))
		l.timer.Reset(time.Until(asked.Add(l.length / 3)))
	}
}

// watch sees to it that the claim is lost when its lease ends: a store that does
// not answer cannot tell that another worker claimed the message. Most handlers
// return before the first renewal and are spared the timer.
func (l *lease) watch() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over == nil && !l.stopped {
		l.over = time.AfterFunc(time.Until(l.until), func() { l.lost(ErrClaimLost) })
	}
	return !l.stopped
}

// hung logs that a handler does not end. Its message comes again and is handled
// beside it, by a handler that may hang as well.
func (x *exchange) hung(d Delivery) {
	attrs := d.Attrs()
	if name := x.calling.Load(); name != nil {
		attrs = append(attrs, slog.String("handler", *name))
	}
	x.h.log(x.ctx, slog.LevelError, "a handler does not end though its time is over: its message is given up for the redelivery", attrs...)
}

func (l *lease) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	l.timer.Stop()
	if l.over != nil {
		l.over.Stop()
	}
	l.lost(nil)
}
