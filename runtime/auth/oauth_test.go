package auth_test

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/internal/authclient"
)

// opaque hides a key's type, as a KMS client does.
type opaque struct{ crypto.Signer }

// Every kind of key and encoding signs an assertion that verifies against the
// JWKS which PublicJWKS publishes, with the documented claims.
func TestOAuthAssertion(t *testing.T) {
	pkcs1 := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey())})
	sec1DER, err := x509.MarshalECPrivateKey(ecKey())
	require.NoError(t, err)
	sec1 := append([]byte("-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n"),
		pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1DER})...)

	for name, tc := range map[string]struct {
		key []byte
		kms crypto.Signer
		alg jose.SignatureAlgorithm
	}{
		"RSA PKCS #8": {key: pkcs8(t, rsaKey()), alg: jose.RS384},
		"RSA PKCS #1": {key: pkcs1, alg: jose.RS384},
		"RSA JWK":     {key: jwk(t, rsaKey(), "kid-1"), alg: jose.RS384},
		"EC PKCS #8":  {key: pkcs8(t, ecKey()), alg: jose.ES384},
		"EC SEC 1":    {key: sec1, alg: jose.ES384},
		"EC JWK":      {key: jwk(t, ecKey(), "kid-1"), alg: jose.ES384},
		"RSA KMS":     {kms: opaque{rsaKey()}, alg: jose.RS384},
		"EC KMS":      {kms: opaque{ecKey()}, alg: jose.ES384},
	} {
		t.Run(name, func(t *testing.T) {
			var keys []auth.Key
			if tc.kms != nil {
				k, err := auth.NewKey(tc.kms, "kid-1")
				require.NoError(t, err)
				keys = []auth.Key{k}
			} else {
				keys, err = auth.ParseKeys(tc.key, "kid-1")
				require.NoError(t, err)
			}
			jwks, err := auth.PublicJWKS(keys...)
			require.NoError(t, err)
			now := newClock()
			checked := 0
			var srv *stub
			srv = newStub(t, verifying(jwks, []jose.SignatureAlgorithm{tc.alg}, func(claims map[string]any, h jose.Header) {
				checked++
				assert.Equal(t, "client-1", claims["iss"])
				assert.Equal(t, "client-1", claims["sub"])
				assert.Equal(t, srv.URL+"/v2/auth/token", claims["aud"])
				assert.InDelta(t, now.Now().Unix(), claims["iat"], 0)
				assert.InDelta(t, now.Now().Unix()+300, claims["exp"], 0)
				assert.NotEmpty(t, claims["jti"])
				assert.Equal(t, "JWT", h.ExtraHeaders["typ"])
			}))
			src, err := auth.OAuth{
				ClientID: "client-1",
				Keys:     func(context.Context) ([]auth.Key, error) { return keys, nil },
				Options:  auth.Options{Now: now.Now},
			}.NewSource(authclient.Defaults{BaseURL: srv.URL + "/"})
			require.NoError(t, err)

			token, err := src.Access(t.Context())
			require.NoError(t, err)
			assert.Equal(t, "Bearer granted-token-1", token.Header())
			assert.Equal(t, now.Now().Add(5*time.Minute).Unix(), token.Expiry.Unix())
			assert.Equal(t, 1, checked)
		})
	}
}

func TestOAuthSecret(t *testing.T) {
	const secret = "0f0e8ef5-7e40-4d0e-9a37-6a2d1f1a86ac" // shorter than the hash
	padded := append([]byte(secret), make([]byte, 12)...)
	srv := newStub(t, verifying(jwks(t, padded), []jose.SignatureAlgorithm{jose.HS384}, func(map[string]any, jose.Header) {}))
	src, err := auth.New(auth.OAuth{ClientID: "c", KeyID: "kid-1", Secret: secret, TokenURL: srv.URL})
	require.NoError(t, err)
	_, err = src.Access(t.Context())
	require.NoError(t, err)
}

func jwks(t testing.TB, secret []byte) []byte {
	t.Helper()
	data, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: secret, KeyID: "kid-1"}}})
	require.NoError(t, err)
	return data
}

func TestOAuthForm(t *testing.T) {
	granted := granting(time.Minute)
	srv := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, http.MethodPost, r.Method)
		assert.Equal(t, "application/x-www-form-urlencoded", r.Header.Get("Content-Type"))
		assert.Equal(t, "client_credentials", r.FormValue("grant_type"))
		assert.Equal(t, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", r.FormValue("client_assertion_type"))
		assert.Equal(t, "a b", r.FormValue("scope"))
		granted(w, r)
	})
	src, err := auth.New(auth.OAuth{ClientID: "c", KeyID: "k", PrivateKey: pkcs8(t, ecKey()), TokenURL: srv.URL, Scopes: []string{"a", "b"}})
	require.NoError(t, err)
	_, err = src.Access(t.Context())
	require.NoError(t, err)
}

// A new key may be deployed before Redox knows it: the next one is tried.
func TestKeyRotation(t *testing.T) {
	next := newEC(ecKey().Curve)
	set, err := json.Marshal(map[string]any{"keys": []json.RawMessage{jwk(t, next, "new"), jwk(t, ecKey(), "old")}})
	require.NoError(t, err)
	keys, err := auth.ParseKeys(set, "")
	require.NoError(t, err)
	publish := func(keys ...auth.Key) http.HandlerFunc {
		data, err := auth.PublicJWKS(keys...)
		require.NoError(t, err)
		return verifying(data, []jose.SignatureAlgorithm{jose.ES384}, func(map[string]any, jose.Header) {})
	}
	srv := newStub(t, publish(keys[1]))
	now := newClock()
	src, err := auth.New(auth.OAuth{ClientID: "c", PrivateKey: set, TokenURL: srv.URL, Options: auth.Options{Now: now.Now}})
	require.NoError(t, err)

	_, err = src.Access(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 2, srv.requests.Load(), "new refused, old taken")

	srv.set(publish(keys[0]))
	now.Advance(time.Hour)
	_, err = src.Access(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 3, srv.requests.Load(), "new taken at once")
}

func TestKeyFileIsReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(path, pkcs8(t, ecKey()), 0o600))
	read := auth.KeyFile(path, "kid-1")
	first, err := read(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "ES384", first[0].Algorithm())

	require.NoError(t, os.WriteFile(path, pkcs8(t, rsaKey()), 0o600))
	second, err := read(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "RS384", second[0].Algorithm())

	require.NoError(t, os.Remove(path))
	src, err := auth.New(auth.OAuth{ClientID: "c", Keys: read})
	require.NoError(t, err)
	_, err = src.Access(t.Context())
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestOAuthConfiguration(t *testing.T) {
	key := pkcs8(t, ecKey())
	for name, tc := range map[string]struct {
		config auth.OAuth
		want   string
	}{
		"no client ID":   {auth.OAuth{KeyID: "k", PrivateKey: key}, "ClientID is empty"},
		"no key":         {auth.OAuth{ClientID: "c", KeyID: "k"}, "exactly one of PrivateKey, Keys and Secret"},
		"two keys":       {auth.OAuth{ClientID: "c", KeyID: "k", PrivateKey: key, Secret: "x"}, "exactly one of"},
		"no key ID":      {auth.OAuth{ClientID: "c", PrivateKey: key}, "set KeyID"},
		"short secret":   {auth.OAuth{ClientID: "c", KeyID: "k", Secret: "hunter2"}, "a secret of 7 bytes is too short"},
		"clear text URL": {auth.OAuth{ClientID: "c", KeyID: "k", PrivateKey: key, TokenURL: "http://redox.example.com/t"}, "in the clear"},
		"no URL":         {auth.OAuth{ClientID: "c", KeyID: "k", PrivateKey: key, TokenURL: "redox"}, "absolute URL"},
		"user in URL":    {auth.OAuth{ClientID: "c", KeyID: "k", PrivateKey: key, TokenURL: "https://u:hunter2@redox.example.com"}, "without user name and password"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := auth.New(tc.config)
			require.ErrorContains(t, err, tc.want)
			assert.NotContains(t, err.Error(), "hunter2")
		})
	}
	_, err := auth.New(nil)
	require.Error(t, err)
}
