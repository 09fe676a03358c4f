package auth_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/auth"
)

// Malformed keys are explained, and no part of them is repeated.
func TestParseKeysRefuses(t *testing.T) {
	good := pkcs8(t, ecKey())
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	pubDER, err := x509.MarshalPKIXPublicKey(ecKey().Public())
	require.NoError(t, err)
	oct, err := jose.JSONWebKey{Key: []byte("planted"), KeyID: "k"}.MarshalJSON()
	require.NoError(t, err)
	wrongAlg, err := jose.JSONWebKey{Key: ecKey(), KeyID: "k", Algorithm: "ES256"}.MarshalJSON()
	require.NoError(t, err)
	set, err := json.Marshal(map[string]any{"keys": []json.RawMessage{jwk(t, ecKey(), "a"), jwk(t, rsaKey(), "b")}})
	require.NoError(t, err)

	for name, tc := range map[string]struct {
		data  []byte
		keyID string
		want  string
	}{
		"empty":              {[]byte(" \n"), "k", "it is empty"},
		"rubbish":            {[]byte("planted-secret"), "k", "neither PEM nor JWK"},
		"PEM on one line":    {bytes.ReplaceAll(good, []byte("\n"), []byte(" ")), "k", "line structure"},
		"PEM cut":            {good[:len(good)/2], "k", "neither PEM nor JWK"},
		"PEM body damaged":   {pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("planted-secret")}), "k", "damaged"},
		"public key":         {pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pubDER}), "k", "holds a PUBLIC KEY and no private key"},
		"hostile label":      {pem.EncodeToMemory(&pem.Block{Type: "planted-secret", Bytes: pubDER}), "k", "something else"},
		"encrypted":          {pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: pubDER}), "k", "encrypted"},
		"Ed25519":            {pkcs8(t, ed), "k", "neither RSA nor EC"},
		"P-256":              {pkcs8(t, newEC(elliptic.P256())), "k", "P-256 cannot sign ES384"},
		"RSA too short":      {pkcs8(t, short), "k", "1024 bits is too short"},
		"JWK broken":         {[]byte(`{"kty":"planted-secret`), "k", "not valid JSON"},
		"JWK unknown kind":   {[]byte(`{"kty":"planted-secret"}`), "k", "damaged or of an unknown kind"},
		"JWK public":         {jwk(t, ecKey().Public(), "k"), "k", "only the public half"},
		"JWK secret":         {oct, "k", "a secret of 7 bytes is too short"},
		"JWK wrong alg":      {wrongAlg, "k", "another algorithm"},
		"JWK other kid":      {jwk(t, ecKey(), "mine"), "yours", `the JWK's kid is "mine", KeyID is "yours"`},
		"JWK no kid":         {jwk(t, ecKey(), ""), "", "set KeyID"},
		"JWK set lacks kid":  {set, "c", `none of the set is called "c"; it has ["a" "b"]`},
		"JWK set empty":      {[]byte(`{"keys":[]}`), "k", "none of the set"},
		"JWK set with a bad": {[]byte(`{"keys":[{"kty":"planted-secret"}]}`), "k", "key 0 of the JWK set"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := auth.ParseKeys(tc.data, tc.keyID)
			require.ErrorIs(t, err, auth.ErrKey)
			require.ErrorContains(t, err, tc.want)
			assert.NotContains(t, err.Error(), "planted")
			assertNoPartOf(t, err.Error(), string(tc.data))
		})
	}
}

// assertNoPartOf fails if text repeats a long word of secret.
func assertNoPartOf(t testing.TB, text, secret string) {
	t.Helper()
	for _, word := range strings.Fields(secret) {
		for i := 0; i+20 <= len(word); i += 5 {
			assert.NotContains(t, text, word[i:i+20])
		}
	}
}

func TestParseKeysChooses(t *testing.T) {
	set, err := json.Marshal(map[string]any{"keys": []json.RawMessage{jwk(t, ecKey(), "a"), jwk(t, rsaKey(), "b")}})
	require.NoError(t, err)
	all, err := auth.ParseKeys(set, "")
	require.NoError(t, err)
	require.Len(t, all, 2)
	one, err := auth.ParseKeys(set, "b")
	require.NoError(t, err)
	require.Len(t, one, 1)
	assert.Equal(t, "b", one[0].ID())
	assert.Equal(t, "RS384", one[0].Algorithm())

	beside, err := json.Marshal(map[string]any{"keys": []json.RawMessage{jwk(t, newEC(elliptic.P256()), "a"), jwk(t, rsaKey().Public(), "c"), jwk(t, rsaKey(), "b")}})
	require.NoError(t, err)
	one, err = auth.ParseKeys(beside, "b")
	require.NoError(t, err, "the others are for something else")
	require.Len(t, one, 1)
	_, err = auth.ParseKeys(beside, "a")
	require.ErrorContains(t, err, "P-256")
	_, err = auth.ParseKeys(beside, "")
	require.ErrorContains(t, err, "key 0 of the JWK set")

	secret, err := auth.ParseKeys(jwk(t, []byte("a-secret-of-some-length"), "s"), "")
	require.NoError(t, err)
	assert.Equal(t, "HS384", secret[0].Algorithm())

	named, err := auth.ParseKeys(jwk(t, ecKey(), ""), "mine")
	require.NoError(t, err)
	assert.Equal(t, "mine", named[0].ID())
}

func TestPublicJWKSHasNoPrivatePart(t *testing.T) {
	keys, err := auth.ParseKeys(pkcs8(t, rsaKey()), "k")
	require.NoError(t, err)
	data, err := auth.PublicJWKS(keys...)
	require.NoError(t, err)
	var set map[string][]map[string]any
	require.NoError(t, json.Unmarshal(data, &set))
	require.Len(t, set["keys"], 1)
	assert.Equal(t, "k", set["keys"][0]["kid"])
	for _, private := range []string{"d", "p", "q", "dp", "dq", "qi"} {
		assert.NotContains(t, set["keys"][0], private)
	}
	d := base64.RawURLEncoding.EncodeToString(rsaKey().D.Bytes())
	assert.NotContains(t, string(data), d[:20])

	_, err = auth.PublicJWKS(auth.Key{})
	require.ErrorIs(t, err, auth.ErrKey)
	_, err = auth.NewKey(nil, "k")
	require.ErrorIs(t, err, auth.ErrKey)
}
