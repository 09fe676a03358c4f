package duration_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/internal/duration"
)

func TestCheck(t *testing.T) {
	for _, meant := range []time.Duration{-1, 0, time.Millisecond, 30 * time.Second, 30 * 24 * time.Hour} {
		assert.NoError(t, duration.Check("x: Config.Lease", meant), "%d", meant)
	}
	for d, want := range map[time.Duration]string{
		1:                    "x: Config.Lease is 1ns, less than 1ms: give it a unit, such as 1 * time.Second",
		30:                   "x: Config.Lease is 30ns, less than 1ms: give it a unit, such as 30 * time.Second",
		30_000:               "x: Config.Lease is 30µs, less than 1ms: give it a unit, such as 30000 * time.Second",
		time.Millisecond - 1: "x: Config.Lease is 999.999µs, less than 1ms: give it a unit, such as 999999 * time.Second",
	} {
		assert.EqualError(t, duration.Check("x: Config.Lease", d), want)
	}
}

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		require.NoError(t, duration.Sleep(t.Context(), time.Minute))
		assert.Equal(t, time.Minute, time.Since(start))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, duration.Sleep(ctx, time.Minute), context.DeadlineExceeded)
		assert.Equal(t, time.Minute+time.Second, time.Since(start))
	})
}
