package auth_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // what these tests provoke
	goleak.VerifyTestMain(m)
}

// Keys are made once: RSA is slow.
var (
	rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		return k
	})
	ecKey = sync.OnceValue(func() *ecdsa.PrivateKey { return newEC(elliptic.P384()) })
)

func newEC(c elliptic.Curve) *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		panic(err)
	}
	return k
}

func pkcs8(t testing.TB, key crypto.Signer) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

func jwk(t testing.TB, key any, kid string) []byte {
	t.Helper()
	data, err := jose.JSONWebKey{Key: key, KeyID: kid}.MarshalJSON()
	require.NoError(t, err)
	return data
}

// stub is a token endpoint that checks what it gets and counts.
type stub struct {
	*httptest.Server
	requests atomic.Int64
	mu       sync.Mutex
	handler  http.HandlerFunc
}

func newStub(t testing.TB, h http.HandlerFunc) *stub {
	t.Helper()
	s := &stub{handler: h}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		s.mu.Lock()
		h := s.handler
		s.mu.Unlock()
		h(w, r)
	}))
	t.Cleanup(s.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return s
}

func (s *stub) set(h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handler = h
}

func answerJSON(status int, v any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(v)
	}
}

func answerText(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// granting gives a new token for every request: t1, t2 …
func granting(lifetime time.Duration) http.HandlerFunc {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		answerJSON(http.StatusOK, map[string]any{
			"access_token": "granted-token-" + string(rune('0'+n.Add(1))),
			"token_type":   "Bearer",
			"expires_in":   int(lifetime.Seconds()),
		})(w, r)
	}
}

// verifying checks the signature with the key that the kid chooses, and gives
// the claims to check.
func verifying(jwks []byte, algs []jose.SignatureAlgorithm, check func(map[string]any, jose.Header)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var set jose.JSONWebKeySet
		if err := json.Unmarshal(jwks, &set); err != nil {
			panic(err)
		}
		tok, err := jwt.ParseSigned(r.FormValue("client_assertion"), algs)
		if err != nil {
			answerJSON(400, map[string]string{"error": "invalid_request", "error_description": "assertion"})(w, r)
			return
		}
		keys := set.Key(tok.Headers[0].KeyID)
		claims := map[string]any{}
		if len(keys) == 0 {
			answerJSON(400, map[string]string{"error": "invalid_client", "error_description": "Public key not found"})(w, r)
			return
		}
		if err := tok.Claims(keys[0].Key, &claims); err != nil {
			answerJSON(401, map[string]string{"error": "invalid_client", "error_description": "signature"})(w, r)
			return
		}
		check(claims, tok.Headers[0])
		granting(5*time.Minute)(w, r)
	}
}

// clock is a settable clock.
type clock struct{ ns atomic.Int64 }

func newClock() *clock {
	c := new(clock)
	c.ns.Store(time.Now().UnixNano())
	return c
}

func (c *clock) Now() time.Time          { return time.Unix(0, c.ns.Load()) }
func (c *clock) Advance(d time.Duration) { c.ns.Add(int64(d)) }
