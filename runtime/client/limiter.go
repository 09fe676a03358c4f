package client

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiter makes requests wait for their turn.
type limiter struct {
	config Rate
	bucket *rate.Limiter // nil if off

	mu    sync.Mutex
	until time.Time // nobody goes before
	limit int       // the lower of ours and the server's
}

// newLimiter spreads the requests so that no period of the given length can
// have more of them than allowed: a tenth may go at once, the others follow at
// the rate that is left.
func newLimiter(config Rate) *limiter {
	l := &limiter{config: config, limit: config.Requests}
	if !config.Off {
		burst := max(1, config.Requests/10)
		l.bucket = rate.NewLimiter(l.perSecond(config.Requests), burst)
	}
	return l
}

func (l *limiter) perSecond(requests int) rate.Limit {
	burst := max(1, l.config.Requests/10)
	return rate.Limit(float64(max(1, requests-burst)) / l.config.Per.Seconds())
}

// wait returns when a request may be made, or an error when that is not before
// ctx ends.
func (l *limiter) wait(ctx context.Context) error {
	for {
		pause := l.pauseLeft()
		if pause <= 0 {
			break
		}
		sleep(ctx, pause)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if l.bucket == nil {
		return nil
	}
	if err := l.bucket.Wait(ctx); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fmt.Errorf("the limit of this client, %d requests in %v, leaves no room before the context ends", l.limitNow(), l.config.Per)
	}
	return nil
}

// pause makes all callers wait, and adopts the server's limit if it is lower.
func (l *limiter) pause(d time.Duration, limit int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := time.Now().Add(d); until.After(l.until) {
		l.until = until
	}
	if l.bucket != nil && limit > 0 && limit < l.limit {
		l.limit = limit
		l.bucket.SetLimit(l.perSecond(limit))
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
