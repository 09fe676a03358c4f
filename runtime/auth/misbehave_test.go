package auth_test

import (
	"context"
	"crypto"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/redoxgen/redoxgen/runtime/auth"
)

// sourceFunc is a TokenSource.
type sourceFunc func() (*oauth2.Token, error)

func (f sourceFunc) Token() (*oauth2.Token, error) { return f() }

// panicking is a signer of a KMS that fails in its own way.
type panicking struct{ crypto.Signer }

func (panicking) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { panic("planted") }

// What a method calls may do anything. It runs in a goroutine that no caller
// can guard, so it must not end the process.
func TestMisbehavingMethods(t *testing.T) {
	key, err := auth.NewKey(panicking{ecKey()}, "k")
	require.NoError(t, err)
	oauth := func(keys func(context.Context) ([]auth.Key, error)) auth.Method {
		return auth.OAuth{ClientID: "c", Keys: keys}
	}
	for name, tc := range map[string]struct {
		method auth.Method
		cause  error
	}{
		"no token and no error": {auth.From(sourceFunc(func() (*oauth2.Token, error) { return nil, nil })), auth.ErrResponse},
		"source panics":         {auth.From(sourceFunc(func() (*oauth2.Token, error) { panic("planted") })), auth.ErrUnavailable},
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
			assert.NotContains(t, everyForm(err), "planted")
		})
	}
}
