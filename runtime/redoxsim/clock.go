package redoxsim

import (
	"context"
	"time"

	"github.com/redoxgen/redoxgen/runtime/internal/duration"
)

// RetryDelay returns how long Redox waits after the n-th failed attempt at a
// message, counted from 1: 10, 10, 20, 30, 50, 80, then 120 seconds for ever.
func RetryDelay(n int) time.Duration {
	seconds := [...]int{10, 10, 20, 30, 50, 80, 120}
	return time.Duration(seconds[min(max(n, 1), len(seconds))-1]) * time.Second
}

// Clock is the time that a Feed goes by.
type Clock interface {
	Now() time.Time
	// Sleep returns after d, or with the context's error when that ends first.
	Sleep(ctx context.Context, d time.Duration) error
}

// RealClock is the machine's clock.
func RealClock() Clock { return FastClock(1) }

// FastClock is a clock that runs so many times as fast as the machine's: with
// 1000, Redox's ten seconds take ten milliseconds.
func FastClock(factor float64) Clock { return fastClock{factor, time.Now()} }

type fastClock struct {
	factor float64
	start  time.Time
}

func (c fastClock) Now() time.Time {
	return c.start.Add(time.Duration(float64(time.Since(c.start)) * c.factor))
}

func (c fastClock) Sleep(ctx context.Context, d time.Duration) error {
	return duration.Sleep(ctx, time.Duration(float64(d)/c.factor))
}
