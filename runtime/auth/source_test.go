package auth_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/redoxgen/redoxgen/runtime/auth"
)

func openOAuth(t testing.TB, srv *stub, now func() time.Time) *auth.Source {
	t.Helper()
	src, err := auth.New(auth.OAuth{
		ClientID: "c", KeyID: "k", PrivateKey: pkcs8(t, ecKey()), TokenURL: srv.URL,
		Options: auth.Options{Now: now},
	})
	require.NoError(t, err)
	return src
}

// 200 callers, three expiries: one request each time.
func TestCallersShareOneRefresh(t *testing.T) {
	srv := newStub(t, granting(5*time.Minute))
	now := newClock()
	src := openOAuth(t, srv, now.Now)
	for round := int64(1); round <= 3; round++ {
		var wg sync.WaitGroup
		for range 200 {
			wg.Go(func() {
				tok, err := src.Access(t.Context())
				assert.NoError(t, err)
				assert.True(t, tok.Expiry.After(now.Now()))
			})
		}
		wg.Wait()
		assert.Equal(t, round, srv.requests.Load())
		now.Advance(5 * time.Minute)
	}
}

func TestRefusedForcesOneRefresh(t *testing.T) {
	srv := newStub(t, granting(5*time.Minute))
	src := openOAuth(t, srv, nil)
	old, err := src.Access(t.Context())
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			src.Refused(old)
			tok, err := src.Access(t.Context())
			assert.NoError(t, err)
			assert.NotEqual(t, old.Value(), tok.Value())
		})
	}
	wg.Wait()
	assert.EqualValues(t, 2, srv.requests.Load())
}

// Ahead of its end the token is replaced once, with jitter, and a failure to
// do so is not a failure of the callers as long as the token lasts.
func TestEarlyRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &offline{handler: granting(300 * time.Second)}
		src := openOffline(t, "OAuth", o)
		first := mustAccess(t, src)

		time.Sleep(254 * time.Second) // at least 10 % and at most 15 % are left
		mustAccess(t, src)
		synctest.Wait()
		assert.EqualValues(t, 1, o.requests.Load(), "too early")

		o.set(answerText(503, "text/html", "<html>maintenance</html>"))
		time.Sleep(17 * time.Second)
		assert.Equal(t, first.Value(), mustAccess(t, src).Value(), "the old token is still good")
		time.Sleep(3 * time.Second)
		failed := o.requests.Load()
		assert.Greater(t, failed, int64(1))
		mustAccess(t, src)
		synctest.Wait()
		assert.Equal(t, failed, o.requests.Load(), "the next try is put off")

		time.Sleep(time.Minute)
		_, err := src.Access(t.Context())
		require.ErrorIs(t, err, auth.ErrUnavailable, "now it has ended")
	})
}

// While a renewal is under way, the old token stands in for it only as long as
// it is good.
func TestOldTokenEndsDuringRefresh(t *testing.T) {
	for name, meanwhile := range map[string]func(*auth.Source, auth.Token){
		"ends":       func(*auth.Source, auth.Token) { time.Sleep(10 * time.Second) },
		"is refused": func(src *auth.Source, old auth.Token) { src.Refused(old) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := &offline{handler: granting(300 * time.Second)}
				src := openOffline(t, "OAuth", o)
				old := mustAccess(t, src)

				time.Sleep(295 * time.Second)
				o.set(func(w http.ResponseWriter, r *http.Request) {
					meanwhile(src, old)
					answerJSON(400, map[string]string{"error": "invalid_request"})(w, r)
				})
				assert.Equal(t, old.Value(), mustAccess(t, src).Value())
				time.Sleep(6 * time.Second)
				_, err := src.Access(t.Context())
				require.ErrorIs(t, err, auth.ErrRejected)
			})
		})
	}
}

func TestJitterDiffers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &offline{handler: granting(1000 * time.Second)}
		counts := 0
		for range 40 {
			src := openOffline(t, "OAuth", o)
			mustAccess(t, src)
			before := o.requests.Load()
			time.Sleep(915 * time.Second) // the window of the jitter is 910 to 940
			mustAccess(t, src)
			synctest.Wait()
			counts += int(o.requests.Load() - before)
		}
		assert.Greater(t, counts, 0, "some refresh by then")
		assert.Less(t, counts, 40, "others do not")
	})
}

// The caller that began the refresh may give up: the others get their token.
func TestRefreshOutlivesItsFirstCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &offline{handler: after(time.Second, giving)}
		src := openOffline(t, "OAuth", o)
		ctx, cancel := context.WithCancel(t.Context())
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { _, err := src.Access(ctx); first <- err }()
		synctest.Wait()
		go func() { _, err := src.Access(t.Context()); second <- err }()
		synctest.Wait()
		cancel()
		require.ErrorIs(t, <-first, context.Canceled)
		require.NoError(t, <-second)
		assert.EqualValues(t, 1, o.requests.Load())
	})
}

// When all callers are gone the refresh goes on, but not for ever.
func TestAbandonedRefreshEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan time.Time, 1)
		o := &offline{handler: func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			ended <- time.Now()
		}}
		src := openOffline(t, "OAuth", o)
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		_, err := src.Access(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 30*time.Second, (<-ended).Sub(start), "Options.Timeout")
		synctest.Wait()
		o.set(giving)
		mustAccess(t, src)
		assert.EqualValues(t, 2, o.requests.Load())
	})
}

// A call whose context has ended asks for no token.
func TestEndedContextAsksForNothing(t *testing.T) {
	srv := newStub(t, granting(time.Minute))
	src := openOAuth(t, srv, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := src.Access(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.Zero(t, srv.requests.Load())
}

func TestTimeout(t *testing.T) {
	srv := newStub(t, func(_ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		<-r.Context().Done()
	})
	src, err := auth.New(auth.OAuth{
		ClientID: "c", KeyID: "k", PrivateKey: pkcs8(t, ecKey()), TokenURL: srv.URL,
		Options: auth.Options{Timeout: 30 * time.Millisecond},
	})
	require.NoError(t, err)
	_, err = src.Access(t.Context())
	require.ErrorIs(t, err, auth.ErrUnavailable)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestOAuth2Compatible(t *testing.T) {
	srv := newStub(t, granting(5*time.Minute))
	src := openOAuth(t, srv, nil)
	tok, err := src.Token()
	require.NoError(t, err)
	assert.Equal(t, "granted-token-1", tok.AccessToken)
	assert.True(t, tok.Valid())

	wrapped, err := auth.New(auth.From(oauth2.StaticTokenSource(tok)))
	require.NoError(t, err)
	got, err := wrapped.Access(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "Bearer granted-token-1", got.Header())
	assert.Equal(t, tok.Expiry, got.Expiry)

	_, err = auth.New(auth.From(nil))
	require.Error(t, err)
}

func TestStatic(t *testing.T) {
	src, err := auth.New(auth.Static("abc"))
	require.NoError(t, err)
	tok, err := src.Access(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "Bearer abc", tok.Header())
	assert.True(t, tok.Expiry.IsZero())
	src.Refused(tok)
	again, err := src.Access(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "abc", again.Value())

	for _, bad := range []auth.Static{"", "a b", "a\r\nX: y"} {
		_, err := auth.New(bad)
		require.Error(t, err)
	}
	for _, none := range []*auth.Source{nil, new(auth.Source)} {
		_, err := auth.New(none)
		require.Error(t, err)
	}
	same, err := auth.New(src)
	require.NoError(t, err)
	assert.Same(t, src, same, "an open source is a method")
}

// Several sources side by side do not mix.
func TestSourcesAreIndependent(t *testing.T) {
	a, b := newStub(t, granting(time.Minute)), newStub(t, granting(time.Minute))
	sa, sb := openOAuth(t, a, nil), openOAuth(t, b, nil)
	ta, err := sa.Access(t.Context())
	require.NoError(t, err)
	_, err = sb.Access(t.Context())
	require.NoError(t, err)
	sa.Refused(ta)
	_, err = sb.Access(t.Context())
	require.NoError(t, err)
	_, err = sa.Access(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 2, a.requests.Load())
	assert.EqualValues(t, 1, b.requests.Load())
}
