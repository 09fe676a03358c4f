package jwtverify_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/webhook/internal/verifytest"
	"github.com/redoxgen/redoxgen/runtime/webhook/jwtverify"
	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// TestRotation: a new key is fetched when a token names it, at most once per
// back-off; tokens of the old one are accepted as long as it is published.
func TestRotation(t *testing.T) {
	i := newIssuer()
	v := i.verifier(t)
	require.NoError(t, v.Verify(bearer(i.token(rsaKey, "rsa")), nil))
	i.keys = append(i.keys, jose.JSONWebKey{Key: rsaKey2.Public(), KeyID: "new"})
	i.pass(10 * time.Second)
	require.NoError(t, v.Verify(bearer(i.token(rsaKey2, "new")), nil), "at once")
	require.NoError(t, v.Verify(bearer(i.token(rsaKey, "rsa")), nil))
	assert.Equal(t, 2, i.fetches)

	i.keys = i.keys[len(i.keys)-1:]
	i.pass(15*time.Minute - 1)
	require.NoError(t, v.Verify(bearer(i.token(rsaKey, "rsa")), nil))
	i.pass(1)
	require.ErrorContains(t, v.Verify(bearer(i.token(rsaKey, "rsa")), nil), "no key", "it is withdrawn")
	assert.Equal(t, 3, i.fetches)

	// A stranger's key ID used the back-off up: the next one waits for its end.
	i.pass(10 * time.Second)
	require.ErrorContains(t, v.Verify(bearer(i.token(rsaKey, "a stranger's")), nil), "no key")
	i.keys = append(i.keys, jose.JSONWebKey{Key: ecKey.Public(), KeyID: "newest"})
	i.pass(9 * time.Second)
	require.ErrorContains(t, v.Verify(bearer(i.token(ecKey, "newest")), nil), "no key")
	i.pass(time.Second)
	require.NoError(t, v.Verify(bearer(i.token(ecKey, "newest")), nil))
	assert.Equal(t, 5, i.fetches)
}

// TestManyBadTokens: 10,000 a second for two seconds, each with a key ID of its
// own or of a known key.
func TestManyBadTokens(t *testing.T) {
	i := newIssuer()
	config := i.config()
	config.BackOff = time.Second
	v, err := jwtverify.New(config)
	require.NoError(t, err)
	var bad []string
	for n := range 20 {
		bad = append(bad, i.token(ecKey, fmt.Sprint("unknown ", n)))
	}
	for n := range 20_000 {
		err := v.Verify(bearer(bad[n%len(bad)]), nil)
		if !assert.ErrorContains(t, err, "no key") {
			break
		}
		i.pass(100 * time.Microsecond)
	}
	assert.Equal(t, 2, i.fetches)
	require.NoError(t, v.Verify(bearer(i.token(rsaKey, "rsa")), nil))

	i.answer = func(*http.Request) (*http.Response, error) { return nil, errors.New("no network") }
	i.fetches = 0
	for n := range 20_000 {
		err := v.Verify(bearer(bad[n%len(bad)]), nil)
		if n > 10_000 && !assert.ErrorIs(t, err, verify.ErrUndecided) {
			break
		}
		i.pass(100 * time.Microsecond)
	}
	assert.Equal(t, 2, i.fetches)
	assert.Equal(t, 2, strings.Count(i.log.String(), "level=WARN"))
}

// TestKeysCannotBeFetched: nothing is refused that a key could still verify.
func TestKeysCannotBeFetched(t *testing.T) {
	for want, answer := range map[string]func(*http.Request) (*http.Response, error){
		"failed in transport": func(*http.Request) (*http.Response, error) { return nil, errors.New("SECRET") },
		"status 503":          func(*http.Request) (*http.Response, error) { return reply(503, "SECRET"), nil },
		"status 302": func(*http.Request) (*http.Response, error) {
			r := reply(302, "")
			r.Header.Set("Location", keySetURL)
			return r, nil
		},
		"not a JWK set": func(*http.Request) (*http.Response, error) { return reply(200, "<html>SECRET"), nil },
		"no public key": func(*http.Request) (*http.Response, error) {
			return reply(200, `{"keys":[{"kty":"oct","k":"U0VDUkVU","kid":"rsa"},{"kty":"new"}]}`), nil
		},
		"larger than 1 MB": func(*http.Request) (*http.Response, error) { return reply(200, strings.Repeat(" ", 1<<20+1)), nil },
	} {
		t.Run(want, func(t *testing.T) {
			i := newIssuer()
			v := i.verifier(t)
			i.answer = answer
			good := func() error { return v.Verify(bearer(i.token(rsaKey, "rsa")), nil) }
			for range 3 {
				err := good()
				require.ErrorIs(t, err, verify.ErrUndecided)
				require.ErrorContains(t, err, want)
				assert.NotContains(t, err.Error(), "SECRET")
			}
			assert.Equal(t, 1, i.fetches)
			status, logged := verifytest.Deliver(t, v, bearer(i.token(rsaKey, "rsa")), `{"Meta":{}}`)
			assert.Equal(t, http.StatusServiceUnavailable, status, "the feed waits")
			assert.NotContains(t, logged, "SECRET")
			assert.NotContains(t, logged, "eyJ")
			expired := sign(jose.RS256, rsaKey, "rsa", i.claims(func(c map[string]any) { c["exp"] = 1 }))
			require.ErrorContains(t, v.Verify(bearer(expired), nil), "has expired", "no key would help")

			i.answer = nil
			i.pass(10 * time.Second)
			require.NoError(t, good(), "it is back")
			i.answer = answer
			i.pass(24*time.Hour - time.Second)
			require.NoError(t, good(), "with keys of a day ago")
			require.ErrorIs(t, v.Verify(bearer(i.token(rsaKey2, "new")), nil), verify.ErrUndecided)
			i.pass(time.Minute)
			require.ErrorIs(t, good(), verify.ErrUndecided, "not with older ones")
			assert.Contains(t, i.log.String(), want)
			assert.NotContains(t, i.log.String(), "SECRET")
		})
	}
}

// TestOneFetches: while an issuer takes its time, requests wait for one answer; when
// keys are merely old, nobody waits but who fetches them.
func TestOneFetches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer()
		config := i.config()
		config.Now = time.Now
		i.now = time.Now()
		v, err := jwtverify.New(config)
		require.NoError(t, err)
		slow := func(r *http.Request) (*http.Response, error) {
			time.Sleep(2 * time.Second)
			i.mu.Lock()
			i.answer = nil
			i.mu.Unlock()
			defer func() { i.mu.Lock(); i.fetches--; i.mu.Unlock() }()
			return i.RoundTrip(r)
		}
		i.answer = slow
		accepted, undecided, waited := ask(v, i.token(rsaKey, "rsa"), 150)
		assert.Equal(t, []int{100, 50}, []int{accepted, undecided}, "not all wait: an attack could be among them")
		assert.Equal(t, 100, waited)
		assert.Equal(t, 1, i.fetches)

		time.Sleep(15 * time.Minute)
		i.now, i.answer = time.Now(), slow
		accepted, undecided, waited = ask(v, i.token(rsaKey, "rsa"), 150)
		assert.Equal(t, []int{150, 0}, []int{accepted, undecided})
		assert.Equal(t, 1, waited, "only who fetches")
		assert.Equal(t, 2, i.fetches)
	})
}

// ask verifies a token n times at once, in a bubble of synctest.
func ask(v verify.Verifier, token string, n int) (accepted, undecided int, waited int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			began := time.Now()
			err := v.Verify(bearer(token), nil)
			mu.Lock()
			defer mu.Unlock()
			if time.Since(began) > 0 {
				waited++
			}
			switch {
			case err == nil:
				accepted++
			case errors.Is(err, verify.ErrUndecided):
				undecided++
			}
		})
	}
	wg.Wait()
	return accepted, undecided, waited
}

// TestWhoLeavesDoesNotEndAFetch: a stranger who hangs up would keep the keys away.
func TestWhoLeavesDoesNotEndAFetch(t *testing.T) {
	i := newIssuer()
	v := i.verifier(t)
	ctx, leave := context.WithCancel(t.Context())
	i.answer = func(r *http.Request) (*http.Response, error) {
		leave()
		i.answer = nil
		if r.Context().Err() != nil {
			return nil, r.Context().Err()
		}
		return i.RoundTrip(r)
	}
	require.ErrorContains(t, v.Verify(bearer(i.token(rsaKey2, "unknown")).WithContext(ctx), nil), "jwtverify")
	assert.NoError(t, v.Verify(bearer(i.token(rsaKey, "rsa")), nil), "within the back-off: the keys are there")
}

// TestSlowIssuer: fetching ends after Config.Timeout.
func TestSlowIssuer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newIssuer()
		i.answer = func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		began := time.Now()
		err := i.verifier(t).Verify(bearer(i.token(rsaKey, "rsa")), nil)
		require.ErrorIs(t, err, verify.ErrUndecided)
		assert.Equal(t, 5*time.Second, time.Since(began))
	})
}
