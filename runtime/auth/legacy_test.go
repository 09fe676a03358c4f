package auth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/auth"
)

// legacyServer plays Redox's legacy endpoints.
type legacyServer struct {
	t                *testing.T
	now              func() time.Time
	logins, renewals int
	refuseRenewal    bool
}

func (s *legacyServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body map[string]string
	assert.NoError(s.t, json.NewDecoder(r.Body).Decode(&body))
	assert.Equal(s.t, "application/json", r.Header.Get("Content-Type"))
	switch {
	case r.URL.Path == "/auth/authenticate" && body["apiKey"] == "key-1" && body["secret"] == "secret-1":
		s.logins++
	case r.URL.Path == "/auth/refreshToken" && body["refreshToken"] == "refresh-1" && !s.refuseRenewal:
		s.renewals++
	default:
		answerText(401, "text/html", "Invalid request")(w, r)
		return
	}
	answerJSON(200, map[string]string{
		"accessToken":  "legacy-token",
		"expires":      s.now().Add(24 * time.Hour).UTC().Format(time.RFC3339Nano),
		"refreshToken": "refresh-1",
	})(w, r)
}

func TestLegacy(t *testing.T) {
	now := newClock()
	h := &legacyServer{t: t, now: now.Now}
	srv := newStub(t, h.ServeHTTP)
	src, err := auth.New(auth.Legacy{APIKey: "key-1", Secret: "secret-1", BaseURL: srv.URL, Options: auth.Options{Now: now.Now}})
	require.NoError(t, err)

	tok, err := src.Access(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "Bearer legacy-token", tok.Header())
	assert.WithinDuration(t, now.Now().Add(24*time.Hour), tok.Expiry, time.Second)

	src.Refused(tok)
	_, err = src.Access(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []int{1, 1}, []int{h.logins, h.renewals}, "the refresh token is used")

	h.refuseRenewal = true
	now.Advance(24 * time.Hour)
	h.now = func() time.Time { return now.Now() }
	_, err = src.Access(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []int{2, 1}, []int{h.logins, h.renewals}, "a refused refresh token leads to a new login")
}

// openLegacy opens a source of a server whose logins work; renew does the rest.
func openLegacy(t *testing.T, logins *int, renew http.HandlerFunc) *auth.Source {
	t.Helper()
	srv := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/auth/refreshToken" {
			renew(w, r)
			return
		}
		*logins++
		answerJSON(200, map[string]string{"accessToken": fmt.Sprintf("login-%d", *logins), "refreshToken": "refresh"})(w, r)
	})
	src, err := auth.New(auth.Legacy{APIKey: "key-1", Secret: "secret-1", BaseURL: srv.URL})
	require.NoError(t, err)
	return src
}

// As long as logins work, nothing that renewals do keeps the program out.
func TestLegacyRenewalFails(t *testing.T) {
	for name, renew := range map[string]http.HandlerFunc{
		"rejected":       answerText(401, "text/html", "Invalid request"),
		"not available":  answerText(500, "text/html", "<html>"),
		"no usable body": answerJSON(200, map[string]string{}),
		"cut off":        cut,
	} {
		t.Run(name, func(t *testing.T) {
			logins := 0
			src := openLegacy(t, &logins, renew)
			tok, err := src.Access(t.Context())
			require.NoError(t, err)
			src.Refused(tok)
			tok, err = src.Access(t.Context())
			require.NoError(t, err)
			assert.Equal(t, "login-2", tok.Value())
		})
	}
}

// A renewal that hangs costs time, and then there is a login.
func TestLegacyRenewalHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &offline{handler: func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/auth/refreshToken" {
				<-r.Context().Done()
				return
			}
			answerJSON(200, map[string]string{"accessToken": "login", "refreshToken": "refresh"})(w, r)
		}}
		src := openOffline(t, "legacy", o)
		src.Refused(mustAccess(t, src))
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err := src.Access(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		start := time.Now()
		mustAccess(t, src)
		assert.Less(t, time.Since(start), 15*time.Second, "Options.Timeout is 30 s")
		src.Refused(mustAccess(t, src))
		mustAccess(t, src)
	})
}

// A session that was revoked may go on giving tokens that are refused.
func TestLegacyRenewedTokenIsRefused(t *testing.T) {
	for name, renew := range map[string]http.HandlerFunc{
		"the same": answerJSON(200, map[string]string{"accessToken": "login-1"}),
		"another":  answerJSON(200, map[string]string{"accessToken": "renewed"}),
	} {
		t.Run(name, func(t *testing.T) {
			logins := 0
			src := openLegacy(t, &logins, renew)
			var tok auth.Token
			for range 3 {
				var err error
				tok, err = src.Access(t.Context())
				require.NoError(t, err)
				src.Refused(tok)
			}
			assert.Equal(t, "login-2", tok.Value())
		})
	}
}

// The end of a legacy token is a time by the server's clock, not by ours.
func TestLegacyLifetimeWithSkew(t *testing.T) {
	ours := newClock()
	ours.Advance(-3 * time.Hour)
	h := &legacyServer{t: t, now: time.Now}
	srv := newStub(t, h.ServeHTTP)
	src, err := auth.New(auth.Legacy{APIKey: "key-1", Secret: "secret-1", BaseURL: srv.URL, Options: auth.Options{Now: ours.Now}})
	require.NoError(t, err)
	tok, err := src.Access(t.Context())
	require.NoError(t, err)
	assert.WithinDuration(t, ours.Now().Add(24*time.Hour), tok.Expiry, 3*time.Second)
}

// A secret is right or wrong at any time.
func TestLegacyDoesNotBlameTheClock(t *testing.T) {
	for text, cause := range map[string]error{"Invalid request": auth.ErrBadCredentials, "The session has expired": auth.ErrBadCredentials} {
		srv := newStub(t, answerText(401, "text/html", text))
		now := newClock()
		now.Advance(7 * time.Minute)
		src, err := auth.New(auth.Legacy{APIKey: "key-1", Secret: "wrong", BaseURL: srv.URL, Options: auth.Options{Now: now.Now}})
		require.NoError(t, err)
		_, err = src.Access(t.Context())
		require.ErrorIs(t, err, cause, text)
		require.NotErrorIs(t, err, auth.ErrClockSkew, text)
	}
}

// A token whose end is written in another way is a token all the same.
func TestLegacyExpiryForms(t *testing.T) {
	end := time.Now().Add(24 * time.Hour).UTC().Truncate(time.Second)
	unknown := time.Now().Add(time.Hour)
	for name, tc := range map[string]struct {
		expires any
		want    time.Time
	}{
		"RFC 3339":     {end.Format(time.RFC3339), end},
		"with a space": {end.Format(time.DateTime), end},
		"seconds":      {end.Unix(), end},
		"milliseconds": {end.UnixMilli(), end},
		"empty":        {"", unknown},
		"null":         {nil, unknown},
		"an object":    {map[string]int{}, unknown},
	} {
		srv := newStub(t, answerJSON(200, map[string]any{"accessToken": "a", "expires": tc.expires}))
		src, err := auth.New(auth.Legacy{APIKey: "key-1", Secret: "secret-1", BaseURL: srv.URL})
		require.NoError(t, err)
		tok, err := src.Access(t.Context())
		require.NoError(t, err, name)
		assert.WithinDuration(t, tc.want, tok.Expiry, 10*time.Second, name)
	}
}

func TestLegacyBadCredentials(t *testing.T) {
	h := &legacyServer{t: t, now: time.Now}
	srv := newStub(t, h.ServeHTTP)
	src, err := auth.New(auth.Legacy{APIKey: "key-1", Secret: "wrong-secret-xyz", BaseURL: srv.URL})
	require.NoError(t, err)
	_, err = src.Access(t.Context())
	require.ErrorIs(t, err, auth.ErrBadCredentials)
	require.ErrorIs(t, err, auth.ErrRejected)
	require.ErrorContains(t, err, "Invalid request")
	assert.EqualValues(t, 1, srv.requests.Load(), "not tried again")

	for _, bad := range []auth.Legacy{{APIKey: "k"}, {Secret: "s"}, {APIKey: "k", Secret: "s", BaseURL: "http://example.com"}} {
		_, err := auth.New(bad)
		require.Error(t, err)
	}
}
