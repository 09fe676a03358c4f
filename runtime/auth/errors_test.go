package auth_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/redoxgen/redoxgen/internal/printed"
	"github.com/redoxgen/redoxgen/runtime/auth"
)

func oauthError(code, description string) http.HandlerFunc {
	return answerJSON(400, map[string]string{"error": code, "error_description": description})
}

// What the server says, in every documented form, becomes a cause.
func TestCauses(t *testing.T) {
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		cause  error
		class  error
		text   string
		tries  int64
	}{
		"content type":          {oauthError("invalid_request", "Content-Type must be application/x-www-form-urlencoded"), auth.ErrContentType, auth.ErrRejected, "invalid_request", 1},
		"grant type":            {oauthError("unsupported_grant_type", "grant_type must be client_credentials"), auth.ErrGrantType, auth.ErrRejected, "client_credentials", 1},
		"assertion type":        {oauthError("invalid_request", "client_assertion_type is invalid"), auth.ErrAssertionType, auth.ErrRejected, "", 1},
		"assertion missing":     {oauthError("invalid_request", "client_assertion is missing"), auth.ErrAssertionMissing, auth.ErrRejected, "", 1},
		"kid missing":           {oauthError("invalid_client", "JWT header kid is required"), auth.ErrKeyIDMissing, auth.ErrRejected, "set KeyID", 1},
		"key not found":         {oauthError("invalid_client", "Public key not found for kid"), auth.ErrKeyNotFound, auth.ErrRejected, "dashboard", 1},
		"signature":             {oauthError("invalid_client", "invalid signature"), auth.ErrSignature, auth.ErrRejected, "", 1},
		"code only":             {answerJSON(401, map[string]string{"error": "invalid_client"}), auth.ErrBadCredentials, auth.ErrRejected, "invalid_client", 1},
		"plain bad credentials": {answerText(401, "text/html", "Invalid request"), auth.ErrBadCredentials, auth.ErrRejected, "Invalid request", 1},
		"plain source secret":   {answerText(401, "text/plain", "Invalid source secret"), auth.ErrSourceSecret, auth.ErrRejected, "", 1},
		"plain not authorized":  {answerText(401, "text/plain", "Source not authorized"), auth.ErrSourceNotAuthorized, auth.ErrRejected, "", 1},
		"gateway":               {answerJSON(403, map[string]string{"errorDetail": "denied by gateway"}), auth.ErrRejected, auth.ErrRejected, "denied by gateway", 1},
		"error is an object":    {answerJSON(400, map[string]any{"error": map[string]int{"x": 1}, "message": "no"}), auth.ErrRejected, auth.ErrRejected, "no", 1},
		"HTML 404":              {answerText(404, "text/html", "<!doctype html><p>secretsauce"), auth.ErrNotJSON, auth.ErrRejected, "an HTML page", 1},
		"HTML 200":              {answerText(200, "text/html", "<html>secretsauce"), auth.ErrNotJSON, auth.ErrRejected, "an HTML page", 1},
		"empty 200":             {answerText(200, "application/json", ""), auth.ErrNotJSON, auth.ErrRejected, "empty", 1},
		"JSON cut":              {answerText(200, "application/json", `{"access_token":"secretsauce`), auth.ErrResponse, auth.ErrRejected, "broken", 1},
		"no token":              {answerJSON(200, map[string]string{}), auth.ErrResponse, auth.ErrRejected, "no token", 1},
		"token with newline":    {answerJSON(200, map[string]string{"access_token": "a\nsecretsauce"}), auth.ErrResponse, auth.ErrRejected, "no header", 1},
		"not bearer":            {answerJSON(200, map[string]string{"access_token": "a", "token_type": "mac"}), auth.ErrResponse, auth.ErrRejected, "bearer", 1},
		"redirect":              {http.RedirectHandler("https://evil.example.com/", http.StatusTemporaryRedirect).ServeHTTP, auth.ErrResponse, auth.ErrRejected, "redirect", 1},
		"429":                   {answerText(429, "text/plain", "slow down"), auth.ErrRateLimited, auth.ErrUnavailable, "slow down", 1},
		"502 HTML":              {answerText(502, "text/html", "<html>secretsauce"), auth.ErrUnavailable, auth.ErrUnavailable, "HTTP 502", 3},
		"503 then":              {answerText(503, "text/plain", "down"), auth.ErrUnavailable, auth.ErrUnavailable, "down", 3},
		"huge":                  {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, io.LimitReader(zeros{}, 8<<20)) }, auth.ErrResponse, auth.ErrRejected, "larger than 1 MB", 1},
		"connection cut":        {cut, auth.ErrUnavailable, auth.ErrUnavailable, "EOF", 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := newStub(t, tc.answer)
			_, err := openOAuth(t, srv, nil).Access(t.Context())
			require.ErrorIs(t, err, tc.cause)
			require.ErrorIs(t, err, tc.class)
			require.ErrorContains(t, err, tc.text)
			assert.NotContains(t, err.Error(), "secretsauce")
			assert.Equal(t, tc.tries, srv.requests.Load())
			var e *auth.Error
			require.ErrorAs(t, err, &e)
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// cut ends the connection in the middle of the answer.
func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte(`{"access_token":`))
	panic(http.ErrAbortHandler)
}

func TestUnreachable(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	srv.Close()
	src, err := auth.New(auth.OAuth{ClientID: "c", KeyID: "k", PrivateKey: pkcs8(t, ecKey()), TokenURL: srv.URL + "/path?q=secretsauce"})
	require.NoError(t, err)
	_, err = src.Access(t.Context())
	require.ErrorIs(t, err, auth.ErrUnavailable)
	require.ErrorContains(t, err, "connection refused")
	assert.NotContains(t, err.Error(), "secretsauce")
}

func TestClockSkew(t *testing.T) {
	srv := newStub(t, oauthError("invalid_client", "the assertion is expired"))
	now := newClock()
	now.Advance(-7 * time.Minute)
	_, err := openOAuth(t, srv, now.Now).Access(t.Context())
	require.ErrorIs(t, err, auth.ErrClockSkew)
	require.ErrorContains(t, err, "behind")
	var e *auth.Error
	require.ErrorAs(t, err, &e)
	assert.InDelta(t, -7*time.Minute, e.Skew, float64(3*time.Second))
}

// The clock is the likely reason, and not the only one.
func TestClockSkewKeepsTheCause(t *testing.T) {
	srv := newStub(t, oauthError("invalid_client", "invalid signature"))
	now := newClock()
	now.Advance(-7 * time.Minute)
	_, err := openOAuth(t, srv, now.Now).Access(t.Context())
	require.ErrorIs(t, err, auth.ErrClockSkew)
	require.ErrorIs(t, err, auth.ErrSignature)
}

// A skewed clock is not blamed for what it cannot cause.
func TestClockSkewIsNotAnExcuse(t *testing.T) {
	srv := newStub(t, oauthError("invalid_client", "public key not found"))
	now := newClock()
	now.Advance(-7 * time.Minute)
	_, err := openOAuth(t, srv, now.Now).Access(t.Context())
	require.ErrorIs(t, err, auth.ErrKeyNotFound)
}

// echo answers with what it was sent, in all the places that end in errors.
func echo(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		said := form.Get("client_assertion") + string(body) + " half: " + form.Get("client_assertion")[:15]
		answerJSON(status, map[string]string{"error": form.Get("client_assertion"), "error_description": said})(w, r)
	}
}

func TestNoSecretInErrorsAndLogs(t *testing.T) {
	var logs bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	srv := newStub(t, echo(400))
	var sent string
	inner := srv.handler
	srv.set(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		sent = form.Get("client_assertion")
		r.Body = io.NopCloser(bytes.NewReader(body))
		inner(w, r)
	})
	src, err := auth.New(auth.OAuth{
		ClientID: "c", KeyID: "k", PrivateKey: pkcs8(t, ecKey()), TokenURL: srv.URL,
		Options: auth.Options{Logger: logger},
	})
	require.NoError(t, err)
	_, err = src.Access(t.Context())
	require.Error(t, err)
	texts := printed.Forms(err) + logs.String()
	for i := 0; i+8 <= len(sent); i += 4 {
		require.NotContains(t, texts, sent[i:i+8])
	}

	srv.set(granting(time.Minute))
	tok, err := src.Access(t.Context())
	require.NoError(t, err)
	texts = printed.Forms(src) + printed.Forms(tok) + printed.Forms(struct{ S *auth.Source }{src}) + printed.Forms(struct{ t auth.Token }{tok}) + logs.String()
	assert.NotContains(t, texts, "granted-token")
	assert.Contains(t, logs.String(), "new access token")
}

func TestNoSecretWhenLegacyEchoes(t *testing.T) {
	srv := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		answerText(401, "text/plain", "You said "+string(body)+" with tiny pw-9 and hunter")(w, r)
	})
	src, err := auth.New(auth.Legacy{APIKey: "planted-key", Secret: "hunter22", BaseURL: srv.URL})
	require.NoError(t, err)
	_, err = src.Access(t.Context())
	require.ErrorContains(t, err, "You said")
	for _, planted := range []string{"planted-key", "hunter22"} {
		assert.NotContains(t, printed.Forms(err), planted)
	}
}

// A secret of several words is not repeated word by word.
func TestNoSecretOfShortWords(t *testing.T) {
	srv := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		answerText(401, "text/plain", "You said "+string(body))(w, r)
	})
	src, err := auth.New(auth.Legacy{APIKey: "k", Secret: "open my door now", BaseURL: srv.URL})
	require.NoError(t, err)
	_, err = src.Access(t.Context())
	require.ErrorContains(t, err, "You said")
	assert.NotContains(t, printed.Forms(err), "my door")
}

// No configuration shows its secrets, however it is printed.
func TestConfigurationsDoNotPrintSecrets(t *testing.T) {
	keys, err := auth.ParseKeys(pkcs8(t, rsaKey()), "k")
	require.NoError(t, err)
	key := string(pkcs8(t, rsaKey()))
	for _, v := range []any{
		auth.OAuth{ClientID: "c", KeyID: "k", PrivateKey: []byte("planted-1"), Secret: "planted-2"},
		&auth.OAuth{ClientID: "c", PrivateKey: []byte("planted-1")},
		auth.Legacy{APIKey: "planted-3", Secret: "planted-4"},
		auth.Static("planted-5"),
		struct{ Auth auth.Credentials }{auth.OAuth{Secret: "planted-6"}},
		auth.From(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "planted-7", RefreshToken: "planted-8"})),
		auth.From(plantedSource{"planted-9"}),
		struct{ Auth auth.Credentials }{auth.From(plantedSource{"planted-10"})},
		keys, keys[0],
	} {
		text := printed.Forms(v)
		assert.NotContains(t, text, "planted")
		assert.NotContains(t, text, fmt.Sprint([]byte("planted")[:5])[1:10])
		assertNoPartOf(t, text, key)
		assert.NotContains(t, text, rsaKey().D.String()[:12])
	}
}

// plantedSource is a TokenSource that any print of it lays open.
type plantedSource struct{ Secret string }

func (plantedSource) Token() (*oauth2.Token, error) { return nil, errors.New("none") }
