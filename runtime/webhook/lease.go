package webhook

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// lease renews a claim while handlers run. A short lease frees the messages of
// a crashed worker soon; renewing it lets handlers take their time.
type lease struct {
	h      *Handler
	ctx    context.Context
	claim  dedup.Claim
	cancel context.CancelFunc
	lost   context.CancelCauseFunc

	mu      sync.Mutex
	timer   *time.Timer
	stopped bool
}

// keepLease returns the handlers' context: it goes on when the client is gone,
// so that the work is not done in vain, and ends with the time for handlers or
// when the claim is lost.
func (h *Handler) keepLease(parent context.Context, claim dedup.Claim) (context.Context, *lease) {
	l := &lease{h: h, claim: claim}
	ctx, lost := context.WithCancelCause(context.WithoutCancel(parent))
	l.lost = lost
	l.ctx, l.cancel = context.WithTimeout(ctx, h.config.Timeout)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.timer = time.AfterFunc(h.config.Lease/3, l.renew)
	return l.ctx, l
}

// renew extends the lease. The store has a quarter of it to answer, and is asked
// again soon if it does not, so that one answer may be lost.
func (l *lease) renew() {
	c := l.h.config
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), min(c.StoreTimeout, c.Lease/4))
	err := c.Dedup.Extend(ctx, l.claim, c.Lease)
	cancel()
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.stopped:
	case errors.Is(err, dedup.ErrLost):
		l.lost(ErrClaimLost)
	case err != nil:
		l.timer.Reset(c.Lease / 10)
	default:
		l.timer.Reset(c.Lease / 3)
	}
}

func (l *lease) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	l.timer.Stop()
	l.cancel()
	l.lost(nil)
}
