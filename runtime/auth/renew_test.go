package auth_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/redoxgen/redoxgen/runtime/auth"
)

// offline calls a handler without a network, so that a test can run on
// testing/synctest's clock.
type offline struct {
	requests atomic.Int64
	mu       sync.Mutex
	handler  http.HandlerFunc
}

func (o *offline) RoundTrip(r *http.Request) (*http.Response, error) {
	o.requests.Add(1)
	o.mu.Lock()
	handler := o.handler
	o.mu.Unlock()
	answered := make(chan *http.Response, 1)
	go func() {
		w := httptest.NewRecorder()
		handler(w, r)
		answered <- w.Result()
	}()
	select {
	case a := <-answered:
		return a, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

func (o *offline) set(h http.HandlerFunc) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.handler = h
}

// openOffline opens a source of each method that asks the handler.
func openOffline(t testing.TB, method string, o *offline) *auth.Source {
	t.Helper()
	opts := auth.Options{HTTPClient: &http.Client{Transport: o}}
	var m auth.Credentials
	switch method {
	case "OAuth":
		m = auth.OAuth{ClientID: "c", KeyID: "k", PrivateKey: pkcs8(t, ecKey()), Options: opts}
	case "legacy":
		m = auth.Legacy{APIKey: "7aa1d", Secret: "pw-93f0c", Options: opts}
	case "TokenSource":
		m = auth.From(sourceFunc(func() (*oauth2.Token, error) { return o.oauth2Token(t) }))
	}
	src, err := auth.New(m)
	require.NoError(t, err)
	return src
}

// oauth2Token asks the handler in the way of package oauth2.
func (o *offline) oauth2Token(t testing.TB) (*oauth2.Token, error) {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "https://example.com", nil)
	require.NoError(t, err)
	a, err := o.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if a.StatusCode != http.StatusOK {
		return nil, &oauth2.RetrieveError{Response: a, Body: []byte("secretsauce"), ErrorCode: "invalid_client"}
	}
	return &oauth2.Token{AccessToken: rand.Text(), Expiry: time.Now().Add(5 * time.Minute)}, nil
}

var methods = []string{"OAuth", "legacy", "TokenSource"}

// giving gives tokens that last five minutes, in the form of every method.
func giving(w http.ResponseWriter, r *http.Request) {
	answerJSON(http.StatusOK, map[string]any{
		"access_token": "token", "expires_in": 300,
		"accessToken": "token", "expires": time.Now().Add(5 * time.Minute).Format(time.RFC3339Nano),
	})(w, r)
}

func after(d time.Duration, h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(d):
			h(w, r)
		case <-r.Context().Done():
		}
	}
}

func refusing(w http.ResponseWriter, r *http.Request) {
	answerJSON(http.StatusUnauthorized, map[string]string{"error": "invalid_client"})(w, r)
}

// As long as the token is good, whatever its renewal does is none of the
// callers' business: they neither fail nor wait.
func TestRenewalIsInTheBackground(t *testing.T) {
	for what, h := range map[string]http.HandlerFunc{
		"hangs":          after(time.Hour, giving),
		"refuses":        refusing,
		"refuses slowly": after(10*time.Second, refusing),
		"is down":        answerText(503, "text/plain", "down"),
		"is down slowly": after(10*time.Second, answerText(503, "text/plain", "down")),
		"limits rate":    answerText(429, "text/plain", "slow down"),
		"is slow":        after(10*time.Second, giving),
	} {
		for _, method := range methods {
			t.Run(what+"/"+method, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					o := &offline{handler: giving}
					src := openOffline(t, method, o)
					first, err := src.Access(context.Background())
					require.NoError(t, err)
					o.set(h)
					time.Sleep(260 * time.Second) // 40 s left
					asked := o.requests.Load()
					for range 760 {
						ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
						start := time.Now()
						_, err := src.Access(ctx)
						cancel()
						require.NoError(t, err, "with %v left", first.Expiry.Sub(start))
						require.Zero(t, time.Since(start))
						time.Sleep(50 * time.Millisecond)
					}
					assert.Positive(t, o.requests.Load()-asked)
					assert.LessOrEqual(t, o.requests.Load()-asked, int64(45))
					time.Sleep(time.Hour) // TokenSources that hang return
				})
			})
		}
	}
}

// A renewal is not its first caller's: what comes too late for him is there for
// the next.
func TestRenewalOutlivesItsCallers(t *testing.T) {
	for _, method := range methods {
		t.Run(method, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := &offline{handler: after(3*time.Second, giving)}
				src := openOffline(t, method, o)
				access := func() error {
					ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
					defer cancel()
					_, err := src.Access(ctx)
					return err
				}
				require.ErrorIs(t, access(), context.DeadlineExceeded)
				require.NoError(t, access())
				require.NoError(t, access())
				assert.EqualValues(t, 1, o.requests.Load())
			})
		})
	}
}

// Credentials that were refused are tried again ever more rarely. Callers are
// told the reason all the time, and get tokens soon after it is gone.
func TestRefusedCredentialsBackOff(t *testing.T) {
	for what, h := range map[string]http.HandlerFunc{
		"401":          refusing,
		"400":          answerJSON(400, map[string]string{"error": "invalid_client"}),
		"403":          answerText(403, "text/plain", "no"),
		"HTML":         answerText(404, "text/html", "<html>"),
		"after a time": after(20*time.Millisecond, refusing),
	} {
		for _, method := range methods {
			t.Run(what+"/"+method, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					o := &offline{handler: h}
					src := openOffline(t, method, o)
					var first error
					for range 160 {
						_, err := src.Access(context.Background())
						require.ErrorIs(t, err, auth.ErrRejected)
						if first == nil {
							first = err
						}
						require.Equal(t, first.Error(), err.Error())
						time.Sleep(30 * time.Millisecond)
					}
					assert.Greater(t, o.requests.Load(), int64(1), "it may have been put right")
					assert.LessOrEqual(t, o.requests.Load(), int64(4))

					time.Sleep(time.Hour)
					o.set(giving)
					_, err := src.Access(context.Background())
					require.NoError(t, err)

					src.Refused(mustAccess(t, src))
					o.set(h)
					asked := o.requests.Load()
					_, err = src.Access(context.Background())
					require.ErrorIs(t, err, auth.ErrRejected)
					o.set(giving)
					_, err = src.Access(context.Background())
					require.NoError(t, err, "it begins anew after a success")
					assert.Greater(t, o.requests.Load(), asked+1)
				})
			})
		}
	}
}

func mustAccess(t testing.TB, src *auth.Source) auth.Token {
	t.Helper()
	tok, err := src.Access(context.Background())
	require.NoError(t, err)
	return tok
}

// New tokens are no help if the API refuses them all.
func TestRefusedTokensBackOff(t *testing.T) {
	for _, method := range methods {
		t.Run(method, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := &offline{handler: func(w http.ResponseWriter, r *http.Request) {
					token := rand.Text()
					answerJSON(200, map[string]any{"access_token": token, "accessToken": token, "expires_in": 300})(w, r)
				}}
				src := openOffline(t, method, o)
				failed := 0
				for range 160 {
					tok, err := src.Access(context.Background())
					if err != nil {
						require.ErrorIs(t, err, auth.ErrRejected)
						require.ErrorContains(t, err, "one new token after the other")
						failed++
					}
					src.Refused(tok)
					time.Sleep(30 * time.Millisecond)
				}
				assert.Greater(t, o.requests.Load(), int64(4))
				assert.LessOrEqual(t, o.requests.Load(), int64(8))
				assert.Greater(t, failed, 140)

				time.Sleep(time.Minute)
				tok := mustAccess(t, src)
				for range 100 { // now they work, each for a while
					time.Sleep(11 * time.Second)
					src.Refused(tok)
					asked := o.requests.Load()
					tok = mustAccess(t, src)
					require.Equal(t, asked+1, o.requests.Load())
				}
			})
		})
	}
}

// The token that there is does not get better by waiting.
func TestRefusedStaticToken(t *testing.T) {
	src, err := auth.New(auth.Static("x"))
	require.NoError(t, err)
	for range 100 {
		src.Refused(mustAccess(t, src))
	}
}

// The same goes for keys that cannot be had.
func TestMissingKeysBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		src, err := auth.New(auth.OAuth{ClientID: "c", Keys: func(context.Context) ([]auth.Key, error) {
			asked++
			return nil, errors.New("the vault is sealed")
		}})
		require.NoError(t, err)
		for range 100 {
			_, err := src.Access(context.Background())
			require.ErrorContains(t, err, "the vault is sealed")
			time.Sleep(50 * time.Millisecond)
		}
		assert.LessOrEqual(t, asked, 4)
	})
}

// A lifetime that is none is like none: the token is used for as long as is
// usual, and until it is refused.
func TestLifetimesThatAreNone(t *testing.T) {
	for _, expires := range []any{
		"NaN", "Inf", "+Inf", "-Inf", "Infinity", -1, "-300", 0, 0.001, 1e300, "1e400", "x", "", nil, true,
		map[string]int{}, []int{300},
	} {
		synctest.Test(t, func(t *testing.T) {
			o := &offline{handler: answerJSON(200, map[string]any{"access_token": "a", "expires_in": expires})}
			src := openOffline(t, "OAuth", o)
			assert.Equal(t, time.Now().Add(5*time.Minute), mustAccess(t, src).Expiry, "%v", expires)
			mustAccess(t, src)
			assert.EqualValues(t, 1, o.requests.Load(), "%v", expires)
		})
	}
	for name, expires := range map[string]any{
		"past": time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC).Format(time.RFC3339), "long past": "0001-01-01T00:00:01Z",
		"negative": -5, "NaN": "NaN", "Inf": "Inf",
	} {
		synctest.Test(t, func(t *testing.T) {
			o := &offline{handler: answerJSON(200, map[string]any{"accessToken": "a", "expires": expires})}
			src := openOffline(t, "legacy", o)
			assert.Equal(t, time.Now().Add(time.Hour), mustAccess(t, src).Expiry, name)
			mustAccess(t, src)
			assert.EqualValues(t, 1, o.requests.Load(), name)
		})
	}
}
