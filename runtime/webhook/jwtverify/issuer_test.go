package jwtverify_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/webhook/jwtverify"
	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

const (
	issuerName = "https://login.example.com/"
	audience   = "https://hooks.example.com"
	keySetURL  = "https://login.example.com/keys"
)

var (
	rsaKey     = must(rsa.GenerateKey(rand.Reader, 2048))
	rsaKey2    = must(rsa.GenerateKey(rand.Reader, 2048))
	ecKey      = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	_, edKey   = must2(ed25519.GenerateKey(rand.Reader))
	testsBegan = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func must2[A, B any](a A, b B, err error) (A, B) { return a, must(b, err) }

// issuer publishes keys, counts who asks for them, and has a clock.
type issuer struct {
	mu      sync.Mutex
	now     time.Time
	keys    []jose.JSONWebKey
	fetches int
	answer  func(*http.Request) (*http.Response, error) // instead of the keys
	log     bytes.Buffer
}

func newIssuer() *issuer {
	return &issuer{now: testsBegan, keys: []jose.JSONWebKey{
		{Key: rsaKey.Public(), KeyID: "rsa", Use: "sig"},
		{Key: ecKey.Public(), KeyID: "ec", Algorithm: "ES256"},
		{Key: edKey.Public(), KeyID: "ed"},
	}}
}

// RoundTrip implements http.RoundTripper.
func (i *issuer) RoundTrip(r *http.Request) (*http.Response, error) {
	i.mu.Lock()
	i.fetches++
	answer := i.answer
	body := must(json.Marshal(jose.JSONWebKeySet{Keys: i.keys}))
	i.mu.Unlock()
	if r.URL.String() != keySetURL {
		return nil, errors.New("another URL")
	}
	if answer != nil {
		return answer(r)
	}
	return reply(http.StatusOK, string(body)), nil
}

func reply(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewBufferString(body))}
}

func (i *issuer) pass(d time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.now = i.now.Add(d)
}

func (i *issuer) clock() time.Time {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.now
}

func (i *issuer) Write(p []byte) (int, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.log.Write(p)
}

func (i *issuer) config() jwtverify.Config {
	return jwtverify.Config{
		Issuer: issuerName, Audience: []string{audience}, JWKS: keySetURL,
		HTTPClient: &http.Client{Transport: i}, Now: i.clock, Logger: slog.New(slog.NewTextHandler(i, nil)),
	}
}

func (i *issuer) verifier(t *testing.T) verify.Verifier {
	t.Helper()
	v, err := jwtverify.New(i.config())
	require.NoError(t, err)
	return v
}

// claims are those of a good token, changed.
func (i *issuer) claims(change func(map[string]any)) map[string]any {
	c := map[string]any{
		"iss": issuerName, "aud": audience, "sub": "redox", "azp": "client",
		"iat": i.clock().Unix(), "exp": i.clock().Add(5 * time.Minute).Unix(),
	}
	if change != nil {
		change(c)
	}
	return c
}

// token returns a good token, signed by a key with a key ID.
func (i *issuer) token(key any, kid string) string {
	alg := jose.RS256
	switch key.(type) {
	case *ecdsa.PrivateKey:
		alg = jose.ES256
	case ed25519.PrivateKey:
		alg = jose.EdDSA
	case []byte:
		alg = jose.HS256
	}
	return sign(alg, key, kid, i.claims(nil))
}

func sign(alg jose.SignatureAlgorithm, key any, kid string, claims any) string {
	options := (&jose.SignerOptions{}).WithType("JWT")
	if kid != "" {
		options.WithHeader("kid", kid)
	}
	signer := must(jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, options))
	return must(jwt.Signed(signer).Claims(claims).Serialize())
}

// unsigned puts a token together by hand.
func unsigned(header string, claims any, signature []byte) string {
	enc := base64.RawURLEncoding
	return enc.EncodeToString([]byte(header)) + "." + enc.EncodeToString(must(json.Marshal(claims))) + "." + enc.EncodeToString(signature)
}

func bearer(token string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", http.NoBody)
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}
