package client

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/redoxgen/redoxgen/runtime/internal/duration"
)

// limiter makes requests wait for their turn.
type limiter struct {
	config Rate
	bucket *rate.Limiter // nil if off

	mu    sync.Mutex
	until time.Time // nobody goes before
	limit int       // requests in config.Per; lower than there after a 429
	raise time.Time // when it grows again, if there is no 429 until then
}

// newLimiter spreads the requests so that no period of the given length can
// have more of them than allowed: a tenth may go at once, the others follow at
// the rate that is left.
func newLimiter(config Rate) *limiter {
	l := &limiter{config: config, limit: config.Requests}
	if !config.Off {
		l.bucket = rate.NewLimiter(l.spread(config.Requests))
	}
	return l
}

// spread returns how many requests follow per second and how many go at once.
func (l *limiter) spread(requests int) (perSecond rate.Limit, burst int) {
	burst = max(1, requests/10)
	return rate.Limit(float64(max(1, requests-burst)) / l.config.Per.Seconds()), burst
}

// wait returns when a request may be made, or an error when that is not before
// ctx ends.
func (l *limiter) wait(ctx context.Context) error {
	for {
		pause := l.pauseLeft()
		if pause <= 0 {
			break
		}
		if deadline, ok := ctx.Deadline(); ok && ctx.Err() == nil && time.Until(deadline) < pause {
			return fmt.Errorf("a pause after HTTP 429 lasts for another %v, and the context ends before", pause.Round(time.Millisecond))
		}
		_ = duration.Sleep(ctx, pause)
		if ctx.Err() != nil {
			return contextError(ctx)
		}
	}
	if ctx.Err() != nil {
		return contextError(ctx)
	}
	if l.bucket == nil {
		return nil
	}
	l.grow()
	if err := l.bucket.Wait(ctx); err != nil {
		if ctx.Err() != nil {
			return contextError(ctx)
		}
		return fmt.Errorf("the limit of this client, %d requests in %v, leaves no room before the context ends", l.limitNow(), l.config.Per)
	}
	return nil
}

// pause makes all callers wait, and approaches the server's limit if it is
// lower: each pause at most halves the limit, because the period that the
// server counts in is not known. A hundred per second, say, is more than ours.
func (l *limiter) pause(d time.Duration, limit int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	isNew := now.After(l.until) // many callers may meet the same limit
	if until := now.Add(d); until.After(l.until) {
		l.until = until
	}
	l.raise = l.until.Add(l.config.Per)
	if isNew && limit > 0 && limit < l.limit {
		l.adopt(max(limit, l.limit/2))
	}
}

// grow raises a lowered limit by a tenth of ours after every period without a
// 429: what the server allowed once need not be what it allows now.
func (l *limiter) grow() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); l.limit < l.config.Requests && now.After(l.raise) {
		l.raise = now.Add(l.config.Per)
		l.adopt(min(l.limit+max(1, l.config.Requests/10), l.config.Requests))
	}
}

// adopt changes the limit. l.mu is held.
func (l *limiter) adopt(limit int) {
	l.limit = limit
	if l.bucket != nil {
		perSecond, burst := l.spread(limit)
		l.bucket.SetLimit(perSecond)
		l.bucket.SetBurst(burst)
	}
}

// pauseLeft is how long to wait yet, with a little added at random so that not
// all callers go on at the same moment.
func (l *limiter) pauseLeft() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	left := time.Until(l.until)
	if left <= 0 {
		return 0
	}
	return left + rand.N(left/10+1)
}

func (l *limiter) limitNow() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.limit
}
