package client_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/client"
)

// A 429 is for all callers, whether the call that met it goes on or not; those
// whose context ends before the pause does learn so at once, and why.
func TestRateLimitPausesAllCallers(t *testing.T) {
	for name, seconds := range map[string]string{
		"longer than the context":   "60",
		"longer than the window":    "3600",
		"longer than a Duration is": "18446744074",
		"longer than an integer is": "99999999999999999999999",
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int32
			c := answering(t, nil, func(w http.ResponseWriter, _ *http.Request) {
				requests.Add(1)
				w.Header().Set("Retry-After", seconds)
				w.WriteHeader(http.StatusTooManyRequests)
			})
			start := time.Now()
			for range 3 {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				_, err := c.Send(ctx, arrival())
				cancel()
				require.ErrorIs(t, err, client.ErrRateLimited)
				require.ErrorIs(t, err, client.ErrTemporary)
				require.NotErrorIs(t, err, client.ErrTimeout)
			}
			assert.EqualValues(t, 1, requests.Load())
			assert.Less(t, time.Since(start), 10*time.Second)
		})
	}
}

// However long the server asks for, nobody waits for longer than the window.
func TestRateLimitPauseIsBounded(t *testing.T) {
	limited := true
	c := answering(t, func(c *client.Config) { c.Rate.Per = 200 * time.Millisecond }, func(w http.ResponseWriter, r *http.Request) {
		if limited {
			limited = false
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		accepting(w, r)
	})
	start := time.Now() // before the pause begins, however slow the machine is
	_, err := c.Send(t.Context(), arrival())
	require.ErrorIs(t, err, client.ErrRateLimited)
	_, err = c.Send(t.Context(), arrival())
	require.NoError(t, err)
	assert.Greater(t, time.Since(start), 190*time.Millisecond)
}
