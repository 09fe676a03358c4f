package client

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// granted is how many requests l lets through in that time.
func granted(l *limiter, d time.Duration) int {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	n := 0
	for l.wait(ctx) == nil {
		n++
	}
	<-ctx.Done()
	return n
}

// A server's limit that is much lower than ours is what requests are spread by,
// burst included: those of a whole period, and no trickle.
func TestLowLimitOfServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(Rate{Requests: 10_000, Per: 5 * time.Minute})
		granted(l, time.Second)
		for range 6 {
			l.pause(time.Second, 900) // 429 with X-RateLimit-Limit: 900
			time.Sleep(2 * time.Second)
		}
		assert.Equal(t, 900, l.limitNow())
		n := granted(l, 5*time.Minute)
		assert.LessOrEqual(t, n, 900)
		assert.Greater(t, n, 700)
	})
}

// The value need not be meant for our period: one of a second looks small.
// Callers who meet the same 429 lower the limit once.
func TestLimitOfServerPerSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(Rate{Requests: 10_000, Per: 5 * time.Minute})
		for range 50 {
			l.pause(time.Second, 20)
		}
		assert.Equal(t, 5_000, l.limitNow())
	})
}

// Without another 429, the limit grows until it is ours again.
func TestLimitGrowsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(Rate{Requests: 1000, Per: time.Minute})
		for range 10 {
			l.pause(time.Second, 1)
			time.Sleep(2 * time.Second)
		}
		require.Less(t, l.limitNow(), 10)
		granted(l, 50*time.Second)
		require.Less(t, l.limitNow(), 10, "not before the period is over")
		granted(l, 20*time.Second)
		assert.InDelta(t, 100, l.limitNow(), 10)
		granted(l, 12*time.Minute)
		assert.Equal(t, 1000, l.limitNow())
	})
}
