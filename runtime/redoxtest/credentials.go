package redoxtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// Credentials adds to a delivery, whose body is given, what a verifier looks for.
type Credentials func(r *http.Request, body []byte) error

// WithCredentials makes a feed add credentials to its deliveries, besides the
// verification token that Redox always sends: Signed, a TokenIssuer's Authorize, or a
// function. Challenges have the token alone. A client certificate is one of
// WithHTTPClient.
func WithCredentials(list ...Credentials) FeedOption {
	return func(f *Feed) {
		f.sender.Authorize = func(r *http.Request, body []byte) error {
			for _, add := range list {
				if err := add(r, body); err != nil {
					return err
				}
			}
			return nil
		}
	}
}

// Signed signs deliveries for a verify.HMAC of the same configuration, with the first
// of its secrets.
func Signed(c verify.HMACConfig) Credentials {
	return func(r *http.Request, body []byte) error {
		r.Header.Set(c.Header, c.Sign(body))
		return nil
	}
}

// TokenIssuer issues a JWT for each delivery, and publishes its keys at a JWKS URL.
// It is safe for concurrent use.
type TokenIssuer struct {
	Issuer   string // of its tokens
	Audience string // of its tokens
	JWKS     string // URL of its keys

	mu      sync.Mutex
	key     *ecdsa.PrivateKey
	id      string
	down    bool
	fetches int
}

// NewTokenIssuer starts an issuer that is closed when the test ends.
func NewTokenIssuer(t T, audience string) *TokenIssuer {
	t.Helper()
	i := &TokenIssuer{Audience: audience}
	if err := i.Rotate(); err != nil {
		t.Fatalf("redoxtest: %v", err)
	}
	server := httptest.NewServer(http.HandlerFunc(i.serveKeys))
	t.Cleanup(server.Close)
	i.Issuer, i.JWKS = server.URL, server.URL+"/.well-known/jwks.json"
	return i
}

// Rotate makes the issuer sign with a new key, and withdraw the one before.
func (i *TokenIssuer) Rotate() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.key, i.id = key, rand.Text()
	return nil
}

// SetDown makes the issuer answer 503 to whoever asks for its keys, until it is set to
// false.
func (i *TokenIssuer) SetDown(down bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.down = down
}

// Fetches returns how often the keys were asked for.
func (i *TokenIssuer) Fetches() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.fetches
}

func (i *TokenIssuer) serveKeys(w http.ResponseWriter, _ *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.fetches++
	if i.down {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/jwk-set+json")
	_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: i.key.Public(), KeyID: i.id, Algorithm: string(jose.ES256), Use: "sig"},
	}})
}

// Authorize is a Credentials: it gives the request a token of five minutes.
func (i *TokenIssuer) Authorize(r *http.Request, _ []byte) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: i.key},
		(&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", i.id))
	if err != nil {
		return err
	}
	now := time.Now()
	token, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: i.Issuer, Subject: "redox", Audience: jwt.Audience{i.Audience}, ID: rand.Text(),
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(5 * time.Minute)),
	}).Serialize()
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return nil
}
