package auth_test

import (
	"context"
	"crypto"
	"errors"
	"io"
	"io/fs"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/redoxgen/redoxgen/internal/printed"
	"github.com/redoxgen/redoxgen/runtime/auth"
)

// sourceFunc is a TokenSource.
type sourceFunc func() (*oauth2.Token, error)

func (f sourceFunc) Token() (*oauth2.Token, error) { return f() }

// panicking is a signer of a KMS that fails in its own way.
type panicking struct{ crypto.Signer }

func (panicking) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { panic("planted") }

// Whatever the reason, the error is an *Error, and wraps what is beneath.
func TestErrorsOfKeys(t *testing.T) {
	vault := errors.New("the vault is sealed")
	for name, tc := range map[string]struct {
		keys func(context.Context) ([]auth.Key, error)
		want error
		text string
	}{
		"no file":   {auth.KeyFile("/nowhere/key.pem", "k"), fs.ErrNotExist, "no such file"},
		"no key":    {func(context.Context) ([]auth.Key, error) { return nil, nil }, auth.ErrKey, "there is none"},
		"zero key":  {func(context.Context) ([]auth.Key, error) { return make([]auth.Key, 1), nil }, auth.ErrKey, "the zero Key"},
		"own error": {func(context.Context) ([]auth.Key, error) { return nil, vault }, vault, "the vault is sealed"},
	} {
		t.Run(name, func(t *testing.T) {
			src, err := auth.New(auth.OAuth{ClientID: "c", Keys: tc.keys})
			require.NoError(t, err)
			_, err = src.Access(t.Context())
			var e *auth.Error
			require.ErrorAs(t, err, &e)
			require.ErrorIs(t, err, tc.want)
			require.ErrorIs(t, err, auth.ErrRejected)
			require.ErrorContains(t, err, tc.text)
		})
	}
}

// What a method calls may do anything. It runs in a goroutine that no caller
// can guard, so it must not end the process.
func TestMisbehavingMethods(t *testing.T) {
	key, err := auth.NewKey(panicking{ecKey()}, "k")
	require.NoError(t, err)
	oauth := func(keys func(context.Context) ([]auth.Key, error)) auth.Credentials {
		return auth.OAuth{ClientID: "c", Keys: keys}
	}
	for name, tc := range map[string]struct {
		method auth.Credentials
		cause  error
	}{
		"no token and no error": {auth.From(sourceFunc(func() (*oauth2.Token, error) { return nil, nil })), auth.ErrResponse},
		"source panics":         {auth.From(sourceFunc(func() (*oauth2.Token, error) { panic("planted") })), auth.ErrUnavailable},
		"source ends":           {auth.From(sourceFunc(func() (*oauth2.Token, error) { runtime.Goexit(); return nil, nil })), auth.ErrUnavailable},
		"keys panic":            {oauth(func(context.Context) ([]auth.Key, error) { panic("planted") }), auth.ErrUnavailable},
		"signer panics":         {oauth(func(context.Context) ([]auth.Key, error) { return []auth.Key{key}, nil }), auth.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			src, err := auth.New(tc.method)
			require.NoError(t, err)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			_, err = src.Access(ctx)
			require.ErrorIs(t, err, tc.cause)
			var e *auth.Error
			require.ErrorAs(t, err, &e)
			assert.NotContains(t, printed.Forms(err), "planted")
		})
	}
}
