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

// leases are those of the claims of a message while its handlers run. A short lease
// frees the messages of a crashed worker soon; renewing it lets handlers take their time.
type leases struct {
	x      *exchange
	ctx    context.Context // the handlers'
	lost   context.CancelCauseFunc
	cancel context.CancelFunc
	hung   sync.Once // it is logged that a handler does not end
	list   [2]lease  // of the message and of the dead letter, those that there are
}

// lease is renewed as long as handlers run.
type lease struct {
	of     *leases
	claim  dedup.Claim // zero if the claim is the inbox's
	length time.Duration

	mu      sync.Mutex
	last    time.Time   // after which it is not renewed
	until   time.Time   // when the lease ends that came with the claim
	timer   *time.Timer // for the next renewal; nil if there is no claim
	over    *time.Timer // for the end of the lease; nil before the first renewal
	stopped bool
}

// keepLeases begins to renew the claims of the message. The handlers' context goes on
// when the client is gone, so that the work is not done in vain, and ends with the time
// for handlers or when a claim is lost.
func (x *exchange) keepLeases() *leases {
	ls := &leases{x: x}
	ls.ctx, ls.cancel = context.WithTimeout(context.WithoutCancel(x.ctx), x.h.config.Timeout)
	ls.ctx, ls.lost = context.WithCancelCause(ls.ctx)
	for i, state := range []*claimState{&x.message, &x.deadLetter} {
		if state.acquired() {
			ls.list[i].claim = state.Claim
			ls.list[i].keep(ls, x.h.config.Lease, state.asked)
		}
	}
	if x.work != nil {
		ls.list[0].keep(ls, x.work.Lease, x.work.Claimed)
	}
	return ls
}

func (ls *leases) stop() {
	for i := range ls.list {
		ls.list[i].stop()
	}
	ls.lost(nil)
	ls.cancel()
}

// keep begins to renew the lease. It counts from when the store was asked for the
// claim, as it began no earlier.
//
// It is renewed for one lease more than handlers have time. One that has not
// ended by then may never end: a lock, a read without a deadline. The claim that
// it did not release would block the message, and its feed, at all receivers.
func (l *lease) keep(of *leases, length time.Duration, asked time.Time) {
	l.of, l.length = of, length
	l.until = asked.Add(length)
	now := time.Now()
	l.last = now.Add(of.x.h.config.Timeout + length)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.timer = time.AfterFunc(asked.Add(length/3).Sub(now), l.renew)
}

// renew extends the lease. The store has a quarter of it to answer, and is asked
// again soon if it does not, so that one answer may be lost.
func (l *lease) renew() {
	if !l.watch() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.of.ctx), min(l.of.x.h.config.StoreTimeout, l.length/4))
	asked := time.Now()
	err := l.extend(ctx)
	cancel()
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.stopped:
	case errors.Is(err, dedup.ErrLost), errors.Is(err, inbox.ErrLost):
		l.of.lost(ErrClaimLost)
	case err != nil:
		l.timer.Reset(l.length / 10)
	default:
		l.over.Reset(time.Until(asked.Add(l.length)))
		l.timer.Reset(time.Until(asked.Add(l.length / 3)))
	}
}

func (l *lease) extend(ctx context.Context) error {
	if l.claim.State != dedup.New {
		return l.of.x.work.Extend(ctx)
	}
	return l.of.x.h.store.Extend(ctx, l.claim, l.length)
}

// watch reports whether to renew the lease. It sees to it that the claim is lost when
// its lease ends: a store that does not answer cannot tell that another worker claimed
// the message. Most handlers return before the first renewal and are spared the timer.
func (l *lease) watch() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped {
		return false
	}
	if l.over == nil {
		l.over = time.AfterFunc(time.Until(l.until), func() { l.of.lost(ErrClaimLost) })
	}
	if time.Now().After(l.last) {
		l.of.hung.Do(l.of.x.hung)
		return false
	}
	return true
}

// hung logs that a handler does not end. Its message comes again and is handled
// beside it, by a handler that may hang as well. What it reads of the delivery was
// written before the handler was called, and is not changed until the lease is stopped.
func (x *exchange) hung() {
	name := x.calling.Load()
	if name == nil {
		return // it is not a handler that takes so long
	}
	x.h.log(x.ctx, slog.LevelError, "a handler does not end though its time is over: its message is given up for the redelivery",
		append(x.out.Delivery.Attrs(), slog.String("handler", *name))...)
}

func (l *lease) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	if l.timer != nil {
		l.timer.Stop()
	}
	if l.over != nil {
		l.over.Stop()
	}
}
