package redoxtest_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
	"github.com/redoxgen/redoxgen/runtime/webhook"
	"github.com/redoxgen/redoxgen/runtime/webhook/jwtverify"
	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

const feedToken = "open my door now"

// credential is a way in which a feed shows that it is Redox.
type credential struct {
	verifier verify.Verifier
	feed     []redoxtest.FeedOption
	cert     *tls.Certificate // of the client: all attempts have it
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		require.NoError(t, err)
		return v
	}
}

// TestFeedSpeaksToEveryVerifier: under each, the endpoint is verified with the token,
// messages arrive, and one with wrong credentials stops the feed until the next
// attempt. Nothing of the credentials is logged.
func TestFeedSpeaksToEveryVerifier(t *testing.T) {
	issuer := redoxtest.NewTokenIssuer(t, "https://hooks.example.com")
	bearer := must(jwtverify.New(jwtverify.Config{Issuer: issuer.Issuer, Audience: []string{issuer.Audience}, JWKS: issuer.JWKS}))(t)
	byHMAC := verify.HMACConfig{Header: "X-Signature", Prefix: "sha256=", Encoding: verify.Base64, Secrets: []string{"open sesame 123", "the old one"}}
	signed := must(verify.HMAC(byHMAC))(t)
	tokens := must(verify.Tokens(feedToken))(t)
	proxied := must(verify.MutualTLS(verify.MutualTLSConfig{
		Names: []string{"CN=redox"}, Header: "X-Client-Name", Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	}))(t)
	asProxy := func(r *http.Request, _ []byte) error {
		r.Header.Set("X-Client-Name", "CN=redox")
		return nil
	}
	sign, jwt := redoxtest.WithCredentials(redoxtest.Signed(byHMAC)), redoxtest.WithCredentials(issuer.Authorize)
	for name, c := range map[string]credential{
		"tokens":        {verifier: tokens},
		"HMAC":          {verifier: signed, feed: []redoxtest.FeedOption{sign}},
		"JWT":           {verifier: bearer, feed: []redoxtest.FeedOption{jwt}},
		"proxy":         {verifier: proxied, feed: []redoxtest.FeedOption{redoxtest.WithCredentials(asProxy)}},
		"any":           {verifier: must(verify.Any(signed, bearer))(t), feed: []redoxtest.FeedOption{jwt}},
		"all":           {verifier: must(verify.All(bearer, signed))(t), feed: []redoxtest.FeedOption{redoxtest.WithCredentials(issuer.Authorize, redoxtest.Signed(byHMAC))}},
		"tokens or JWT": {verifier: must(verify.Any(tokens, bearer))(t)},
	} {
		t.Run(name, func(t *testing.T) { c.feeds(t, nil) })
	}
	t.Run("mutual TLS", func(t *testing.T) {
		cert := clientCertificate(t)
		server := httptest.NewUnstartedServer(nil)
		server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: x509.NewCertPool()}
		server.TLS.ClientCAs.AddCert(cert.Leaf)
		c := credential{verifier: must(verify.MutualTLS(verify.MutualTLSConfig{Names: []string{"redox.example"}}))(t), cert: cert}
		c.feeds(t, server)
	})
}

func clientCertificate(t *testing.T) *tls.Certificate {
	t.Helper()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"redox.example"}, NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der := must(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key))(t)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: must(x509.ParseCertificate(der))(t)}
}

func (c credential) feeds(t *testing.T, server *httptest.Server) {
	t.Helper()
	var received []string
	var mu sync.Mutex
	var logged bytes.Buffer
	mux := webhook.NewMux()
	webhook.OnAny(mux, func(_ context.Context, d webhook.Delivery, _ redox.Message) error {
		mu.Lock()
		defer mu.Unlock()
		received = append(received, d.LogID)
		return nil
	})
	h, err := webhook.NewHandler(mux, webhook.Config{
		Tokens: []string{feedToken}, Verify: c.verifier, DeadLetter: deadletter.Discard(),
		Logger: slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	require.NoError(t, err)
	options := append([]redoxtest.FeedOption{redoxtest.WithFeedClock(redoxtest.FastClock(1e6))}, c.feed...)
	if server == nil {
		server = httptest.NewServer(h)
	} else {
		server.Config.Handler = h
		server.StartTLS()
		transport := server.Client().Transport.(*http.Transport)
		transport.TLSClientConfig.Certificates = []tls.Certificate{*c.cert}
		options = append(options, redoxtest.WithHTTPClient(&http.Client{Transport: transport, Timeout: time.Minute}))
	}
	defer server.Close()
	feed := redoxtest.NewFeed(t, server.URL, feedToken, options...)
	first, second := feed.Deliver(newPatient()), feed.Deliver(newPatient()).WrongToken()
	attempts, err := feed.Run(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{first.LogID, second.LogID}, received)
	if c.cert == nil {
		require.Len(t, attempts, 3)
		assert.Equal(t, http.StatusUnauthorized, attempts[1].Status)
	}
	for _, private := range []string{"open", "sha256", "Bearer", "eyJ"} {
		assert.NotContains(t, logged.String(), private)
	}
}

// TestTokensWhoseKeysAreAway: the feed waits for an issuer that is down, and goes on
// when it is back and when its key is another one.
func TestTokensWhoseKeysAreAway(t *testing.T) {
	issuer := redoxtest.NewTokenIssuer(t, "https://hooks.example.com")
	bearer := must(jwtverify.New(jwtverify.Config{
		Issuer: issuer.Issuer, Audience: []string{issuer.Audience}, JWKS: issuer.JWKS,
		BackOff: 10 * time.Millisecond, Logger: slog.New(slog.DiscardHandler),
	}))(t)
	mux := webhook.NewMux()
	handled := 0
	webhook.OnAny(mux, func(context.Context, webhook.Delivery, redox.Message) error { handled++; return nil })
	h, err := webhook.NewHandler(mux, webhook.Config{
		Verify: bearer, DeadLetter: deadletter.Discard(), Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	server := httptest.NewServer(h)
	defer server.Close()
	feed := redoxtest.NewFeed(t, server.URL, feedToken, redoxtest.WithoutChallenge(), redoxtest.WithCredentials(issuer.Authorize),
		redoxtest.WithFeedClock(redoxtest.FastClock(1000)), redoxtest.WithMaxAttempts(10_000))
	issuer.SetDown(true)
	feed.Deliver(newPatient())
	go func() {
		for issuer.Fetches() < 2 {
			time.Sleep(time.Millisecond)
		}
		issuer.SetDown(false)
	}()
	attempts, err := feed.Run(t.Context())
	require.NoError(t, err)
	for _, a := range attempts[:len(attempts)-1] {
		assert.Equal(t, http.StatusServiceUnavailable, a.Status, "not one is refused")
	}
	assert.Greater(t, len(attempts), 1)

	require.NoError(t, issuer.Rotate())
	time.Sleep(20 * time.Millisecond)
	feed.Deliver(newPatient())
	attempts, err = feed.Run(t.Context())
	require.NoError(t, err)
	assert.Len(t, attempts, 1, "the new key is fetched at once")
	assert.Equal(t, 2, handled)

	foreign := redoxtest.NewTokenIssuer(t, issuer.Audience)
	foreign.Issuer = issuer.Issuer
	attempts, err = redoxtest.NewFeed(nil, server.URL, feedToken, redoxtest.WithCredentials(foreign.Authorize)).Trigger(t.Context(), newPatient(), 1)
	require.NoError(t, err)
	assert.Equal(t, http.StatusUnauthorized, attempts[0].Status)
	assert.Equal(t, "Unauthorized", strings.TrimSpace(string(attempts[0].Body)))
}
