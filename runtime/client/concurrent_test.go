package client_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// 200 senders go on while tokens end: every token that ends, whether by time or
// because the server has had enough of it, costs one request for a new one, and
// no send fails.
func TestSendersOverTokenExpiry(t *testing.T) {
	var now atomic.Int64
	now.Store(time.Now().UnixNano())
	clock := func() time.Time { return time.Unix(0, now.Load()) }
	srv := server(t, redoxtest.WithClock(clock))
	oauth := srv.OAuth()
	oauth.Options.Now = clock
	config := srv.Config()
	config.Auth = oauth
	c := newClient(t, config)

	const senders, rounds = 200, 3
	for round := 1; round <= rounds; round++ {
		var wg sync.WaitGroup
		for range senders {
			wg.Go(func() {
				_, err := c.Send(t.Context(), arrival())
				assert.NoError(t, err)
			})
		}
		wg.Wait()
		assert.Equal(t, round, srv.TokenRequests())
		if round%2 == 0 {
			srv.ExpireTokens() // without notice: found out by 401
		} else {
			now.Add(int64(5 * time.Minute)) // both clocks know
		}
	}
	accepted := 0
	for _, r := range srv.Requests() {
		if r.Status == 200 {
			accepted++
		}
	}
	assert.Equal(t, senders*rounds, accepted)
}

// The same while the senders never pause: the expiry falls in their midst.
func TestExpiryAmongSenders(t *testing.T) {
	srv := server(t)
	c := newClient(t, srv.Config())
	var sent atomic.Int64
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			for range 2 {
				_, err := c.Send(t.Context(), arrival())
				assert.NoError(t, err)
				if sent.Add(1) == 200 {
					srv.ExpireTokens()
				}
			}
		})
	}
	wg.Wait()
	assert.Equal(t, 2, srv.TokenRequests())
}

// The server limits the rate; the client waits for the window and gets through.
func TestRateLimitOfServer(t *testing.T) {
	srv := server(t)
	srv.RateLimit(5, 200*time.Millisecond)
	config := srv.Config()
	config.Rate = client.Rate{Requests: 1000, Per: 400 * time.Millisecond}
	c := newClient(t, config)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := c.Send(t.Context(), arrival())
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	var limited int
	for _, r := range srv.Requests() {
		if r.Status == 429 {
			limited++
		}
	}
	assert.NotZero(t, limited)
}

func TestRateLimitNeverPasses(t *testing.T) {
	srv := server(t)
	srv.Destination(emr).Answers(redoxtest.RateLimited(1))
	config := srv.Config()
	config.Rate = client.Rate{Requests: 1000, Per: 100 * time.Millisecond}
	start := time.Now()
	_, err := newClient(t, config).Send(t.Context(), arrival())
	require.ErrorIs(t, err, client.ErrRateLimited)
	assert.Greater(t, time.Since(start), 70*time.Millisecond)
}

// No period of the limiter's length sees more requests than allowed.
func TestRateLimitOfClient(t *testing.T) {
	const limit = 20
	const per = 400 * time.Millisecond
	srv := server(t)
	config := srv.Config()
	config.Rate = client.Rate{Requests: limit, Per: per}
	c := newClient(t, config)
	var wg sync.WaitGroup
	start := time.Now()
	for range 50 {
		wg.Go(func() {
			_, err := c.Send(t.Context(), arrival())
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	// Requests may be late, each for itself, but never early: no more than the
	// limit before the first period is over, and twice that before the second.
	requests := srv.Requests()
	require.Len(t, requests, 50)
	for i, r := range requests {
		assert.GreaterOrEqual(t, r.Time.Sub(start), per*time.Duration(i/limit), "request %d", i)
	}

	config.Rate = client.Rate{Requests: 1, Per: time.Hour}
	c = newClient(t, config)
	_, err := c.Send(t.Context(), arrival())
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	start = time.Now()
	_, err = c.Send(ctx, arrival())
	require.ErrorIs(t, err, client.ErrRateLimited)
	assert.Less(t, time.Since(start), 30*time.Second, "at once")
}
