package auth_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/auth"
)

// An endpoint that has had too many requests is not asked again before the time
// that it names, by no caller, nor kept from giving tokens for ever.
func TestTokenEndpointLimitsRate(t *testing.T) {
	for name, tc := range map[string]struct {
		retryAfter string
		pause      time.Duration
	}{
		"seconds":      {"60", time.Minute},
		"date":         {time.Now().Add(time.Minute).UTC().Format(http.TimeFormat), time.Minute},
		"nothing":      {"", 5 * time.Second},
		"a day":        {"86400", 5 * time.Minute},
		"out of range": {"99999999999999999999999", 5 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			srv := newStub(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", tc.retryAfter)
				w.WriteHeader(http.StatusTooManyRequests)
			})
			now := newClock()
			src := openOAuth(t, srv, now.Now)
			for range 3 {
				_, err := src.Access(t.Context())
				require.ErrorIs(t, err, auth.ErrRateLimited)
				require.ErrorIs(t, err, auth.ErrUnavailable)
			}
			now.Advance(tc.pause - 3*time.Second)
			_, err := src.Access(t.Context())
			require.ErrorIs(t, err, auth.ErrRateLimited)
			assert.EqualValues(t, 1, srv.requests.Load())

			srv.set(granting(time.Minute))
			now.Advance(6 * time.Second)
			_, err = src.Access(t.Context())
			require.NoError(t, err)
		})
	}
}
