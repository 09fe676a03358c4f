package auth_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/auth"
)

// Some servers say what is wrong with status 200. It counts as if they had said
// it with another.
func TestErrorsWithStatus200(t *testing.T) {
	for name, tc := range map[string]struct {
		answer       http.HandlerFunc
		cause, class error
		code, detail string
		tries        int64
	}{
		"OAuth":          {answerJSON(200, map[string]string{"error": "invalid_client", "error_description": "key not found"}), auth.ErrKeyNotFound, auth.ErrRejected, "invalid_client", "key not found", 1},
		"code only":      {answerJSON(200, map[string]string{"error": "invalid_client"}), auth.ErrBadCredentials, auth.ErrRejected, "invalid_client", "", 1},
		"201":            {answerJSON(201, map[string]string{"error": "invalid_client"}), auth.ErrBadCredentials, auth.ErrRejected, "invalid_client", "", 1},
		"empty token":    {answerJSON(200, map[string]string{"error": "invalid_client", "access_token": "", "accessToken": ""}), auth.ErrBadCredentials, auth.ErrRejected, "invalid_client", "", 1},
		"other type":     {answerJSON(200, map[string]string{"error": "invalid_client", "token_type": "N_A"}), auth.ErrBadCredentials, auth.ErrRejected, "invalid_client", "", 1},
		"gateway":        {answerJSON(200, map[string]string{"errorDetail": "denied by gateway"}), auth.ErrRejected, auth.ErrRejected, "", "denied by gateway", 1},
		"message":        {answerJSON(200, map[string]any{"message": "Source not authorized", "error": nil}), auth.ErrSourceNotAuthorized, auth.ErrRejected, "", "Source not authorized", 1},
		"error an array": {answerJSON(200, map[string]any{"message": "Invalid source secret", "error": []int{1}, "error_description": 7}), auth.ErrSourceSecret, auth.ErrRejected, "", "Invalid source secret", 1},
		"unknown code":   {answerJSON(200, map[string]string{"error": "invalid_scope"}), auth.ErrRejected, auth.ErrRejected, "invalid_scope", "", 1},
		"passing":        {answerJSON(200, map[string]string{"error": "temporarily_unavailable"}), auth.ErrUnavailable, auth.ErrUnavailable, "temporarily_unavailable", "", 3},
		"rate limit":     {answerJSON(200, map[string]string{"error": "slow_down"}), auth.ErrRateLimited, auth.ErrUnavailable, "slow_down", "", 1},
		"plain text":     {answerText(200, "text/html", "Invalid request"), auth.ErrBadCredentials, auth.ErrRejected, "", "Invalid request", 1},
		"other text":     {answerText(200, "text/plain", "hello"), auth.ErrNotJSON, auth.ErrRejected, "", "hello", 1},
	} {
		for _, method := range []string{"OAuth", "legacy"} {
			t.Run(name+"/"+method, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					o := &offline{handler: tc.answer}
					_, err := openOffline(t, method, o).Access(context.Background())
					require.ErrorIs(t, err, tc.cause)
					require.ErrorIs(t, err, tc.class)
					var e *auth.Error
					require.ErrorAs(t, err, &e)
					assert.Equal(t, tc.code, e.Code)
					assert.Contains(t, e.Detail, tc.detail)
					assert.Contains(t, []int{200, 201}, e.Status)
					assert.Equal(t, tc.tries, o.requests.Load())
				})
			})
		}
	}
}

// A token is a token, whatever else the answer says.
func TestTokenBesideAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &offline{handler: answerJSON(200, map[string]any{"access_token": "a", "error": nil, "message": "welcome"})}
		mustAccess(t, openOffline(t, "OAuth", o))
	})
}

// What is wrong with a secret is not repeated, whatever the status.
func TestNoSecretWithStatus200(t *testing.T) {
	srv := newStub(t, echo(200))
	_, err := openOAuth(t, srv, nil).Access(t.Context())
	require.ErrorContains(t, err, "[withheld]")
}

// Editors and Windows put marks before JSON, or write UTF-16.
func TestEncodingsOfAnswers(t *testing.T) {
	const answer = `{"access_token":"token","accessToken":"token"}`
	wide := func(mark string, high bool) string {
		b := []byte(mark)
		for _, u := range utf16.Encode([]rune(answer)) {
			if high {
				b = append(b, byte(u>>8), byte(u))
			} else {
				b = append(b, byte(u), byte(u>>8))
			}
		}
		return string(b)
	}
	for _, method := range []string{"OAuth", "legacy"} {
		synctest.Test(t, func(t *testing.T) {
			o := &offline{handler: answerText(200, "application/json", "\ufeff"+answer)}
			assert.Equal(t, "token", mustAccess(t, openOffline(t, method, o)).Value())
		})
		for name, body := range map[string]string{
			"big endian": wide("\xfe\xff", true), "little endian": wide("\xff\xfe", false),
			"big endian, no mark": wide("", true), "little endian, no mark": wide("", false),
		} {
			for _, status := range []int{200, 400} {
				for _, kind := range []string{"application/json", "text/plain"} {
					synctest.Test(t, func(t *testing.T) {
						o := &offline{handler: answerText(status, kind, body)}
						_, err := openOffline(t, method, o).Access(context.Background())
						require.ErrorIs(t, err, auth.ErrRejected)
						require.ErrorContains(t, err, "UTF-16", "%s %d", name, status)
						require.NotContains(t, err.Error(), "\x00")
					})
				}
			}
		}
	}
}

// The same goes for files with keys.
func TestEncodingsOfKeys(t *testing.T) {
	for _, data := range [][]byte{pkcs8(t, ecKey()), jwk(t, ecKey(), "k")} {
		_, err := auth.ParseKeys(append([]byte("\ufeff"), data...), "k")
		require.NoError(t, err)
		for _, wide := range []string{
			"\xff\xfe" + strings.Join(strings.Split(string(data), ""), "\x00"),
			strings.Join(strings.Split(string(data), ""), "\x00"),
		} {
			_, err = auth.ParseKeys([]byte(wide), "k")
			require.ErrorContains(t, err, "UTF-16")
		}
	}
}

// What comes from files and the environment is refused with what a file adds to
// it, before it is used.
func TestCredentialsWithWhiteSpace(t *testing.T) {
	key := pkcs8(t, ecKey())
	good := auth.OAuth{ClientID: "c", KeyID: "k", PrivateKey: key}
	for name, set := range map[string]func(v string) auth.Credentials{
		"OAuth: ClientID":  func(v string) auth.Credentials { o := good; o.ClientID = v; return o },
		"OAuth: KeyID":     func(v string) auth.Credentials { o := good; o.KeyID = v; return o },
		"OAuth: Secret":    func(v string) auth.Credentials { return auth.OAuth{ClientID: "c", KeyID: "k", Secret: v} },
		"TokenURL":         func(v string) auth.Credentials { o := good; o.TokenURL = v; return o },
		"OAuth: Audience":  func(v string) auth.Credentials { o := good; o.Audience = v; return o },
		"OAuth: KeySetURL": func(v string) auth.Credentials { o := good; o.KeySetURL = v; return o },
		"OAuth: Scopes":    func(v string) auth.Credentials { o := good; o.Scopes = []string{"a", v}; return o },
		"Legacy: APIKey":   func(v string) auth.Credentials { return auth.Legacy{APIKey: v, Secret: "s"} },
		"Legacy: Secret":   func(v string) auth.Credentials { return auth.Legacy{APIKey: "k", Secret: v} },
		"BaseURL":          func(v string) auth.Credentials { return auth.Legacy{APIKey: "k", Secret: "s", BaseURL: v} },
		"Static":           func(v string) auth.Credentials { return auth.Static(v) },
	} {
		const value = "https://hunter2.example.com"
		for _, bad := range []string{value + "\n", value + "\r\n", value + " ", "\t" + value, "\ufeff" + value, value + "\x00", value[:12] + "\n" + value[12:]} {
			_, err := auth.New(set(bad))
			require.ErrorContains(t, err, name, "%q", bad)
			assert.NotContains(t, err.Error(), "hunter2")
		}
		_, err := auth.New(set(value))
		require.NoError(t, err, name)
	}
	for _, bad := range []string{"k\n", " k"} {
		_, err := auth.ParseKeys(key, bad)
		require.ErrorIs(t, err, auth.ErrKey)
		require.ErrorContains(t, err, "white space")
		_, err = auth.NewKey(ecKey(), bad)
		require.ErrorContains(t, err, "white space")
	}
	_, err := auth.ParseKeys(append(append([]byte(" \r\n"), key...), "\n\n"...), "k")
	require.NoError(t, err, "the format of a key says where it ends")
	_, err = auth.New(auth.Legacy{APIKey: "k\n", Secret: "s\n"})
	require.ErrorContains(t, err, "APIKey")
	require.ErrorContains(t, err, "Secret")
}

// Durations without a unit are nanoseconds, which nobody means.
func TestDurationsWithoutUnit(t *testing.T) {
	for name, opts := range map[string]auth.Options{"Timeout": {Timeout: 30}, "RefreshBefore": {RefreshBefore: 60}} {
		for _, m := range []auth.Credentials{
			auth.OAuth{ClientID: "c", KeyID: "k", PrivateKey: pkcs8(t, ecKey()), Options: opts},
			auth.Legacy{APIKey: "k", Secret: "s", Options: opts},
		} {
			_, err := auth.New(m)
			require.ErrorContains(t, err, name)
			require.ErrorContains(t, err, "time.Second")
		}
	}
	_, err := auth.New(auth.Legacy{APIKey: "k", Secret: "s", Options: auth.Options{Timeout: time.Second}})
	require.NoError(t, err)
}
