package redoxtest_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// Both kinds of credentials, and all three algorithms, get tokens that work.
func TestAuthentication(t *testing.T) {
	srv := server(t)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	private := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey)})
	keys, err := auth.ParseKeys(private, "rsa")
	require.NoError(t, err)
	public, err := auth.PublicJWKS(keys...)
	require.NoError(t, err)
	const secret = "a shared secret of some length that the dashboard gave out"

	for name, m := range map[string]auth.Credentials{
		"ES384":  srv.OAuth(),
		"RS384":  auth.OAuth{ClientID: "rsa", KeyID: "rsa", PrivateKey: private, TokenURL: srv.TokenURL()},
		"HS384":  auth.OAuth{ClientID: "hmac", KeyID: "s", Secret: secret, TokenURL: srv.TokenURL()},
		"no aud": withoutAudience(srv.OAuth()),
		"legacy": srv.Legacy(),
	} {
		t.Run(name, func(t *testing.T) {
			srv.Forget()
			require.NoError(t, srv.SetKeys("rsa", public))
			require.NoError(t, srv.SetKeys("hmac", sharedSecret(t, secret)))
			config := srv.Config()
			config.Auth = m
			config.SourceID = emr
			_, err := connect(t, config).Send(t.Context(), newPatient())
			require.NoError(t, err)
			assert.Equal(t, 1, srv.TokenRequests())
			assert.NotEmpty(t, srv.Requests()[0].Client)
		})
	}
	require.Error(t, srv.SetKeys("x", []byte("{")))
}

func withoutAudience(o auth.OAuth) auth.OAuth { o.NoAudience = true; return o }

func sharedSecret(t testing.TB, secret string) []byte {
	t.Helper()
	data, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: []byte(secret), KeyID: "s"}}})
	require.NoError(t, err)
	return data
}

// What is wrong with credentials is found by the server and told by package auth.
func TestWrongCredentials(t *testing.T) {
	srv := server(t)
	foreign, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.MarshalECPrivateKey(foreign)
	require.NoError(t, err)
	foreignPEM := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
	skewed := func(d time.Duration) auth.Options {
		return auth.Options{Now: func() time.Time { return time.Now().Add(d) }}
	}
	for name, tc := range map[string]struct {
		change func(*auth.OAuth)
		cause  error
	}{
		"unknown client":   {func(o *auth.OAuth) { o.ClientID = "nobody" }, auth.ErrKeyNotFound},
		"unknown kid":      {func(o *auth.OAuth) { o.KeyID = "other" }, auth.ErrKeyNotFound},
		"another's key":    {func(o *auth.OAuth) { o.PrivateKey = foreignPEM }, auth.ErrSignature},
		"clock far behind": {func(o *auth.OAuth) { o.Options = skewed(-10 * time.Minute) }, auth.ErrClockSkew},
		"clock far ahead":  {func(o *auth.OAuth) { o.Options = skewed(10 * time.Minute) }, auth.ErrClockSkew},
		"wrong audience":   {func(o *auth.OAuth) { o.Audience = "https://example.com" }, auth.ErrRejected},
	} {
		t.Run(name, func(t *testing.T) {
			o := srv.OAuth()
			tc.change(&o)
			src, err := auth.New(o)
			require.NoError(t, err)
			_, err = src.Access(t.Context())
			require.ErrorIs(t, err, tc.cause)
			require.ErrorIs(t, err, auth.ErrRejected)
		})
	}
	t.Run("legacy", func(t *testing.T) {
		l := srv.Legacy()
		l.Secret = "wrong"
		src, err := auth.New(l)
		require.NoError(t, err)
		_, err = src.Access(t.Context())
		require.ErrorIs(t, err, auth.ErrBadCredentials)
		require.ErrorContains(t, err, "Invalid request")
	})
}

// Requests that package auth never makes are refused in the documented order.
func TestTokenRequestChecks(t *testing.T) {
	srv := server(t)
	good := url.Values{"grant_type": {"client_credentials"}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {assertion(t, srv, nil)}}
	with := func(key, value string) url.Values {
		form := url.Values{}
		for k, v := range good {
			form[k] = v
		}
		form.Set(key, value)
		return form
	}
	const form = "application/x-www-form-urlencoded"
	for name, tc := range map[string]struct {
		kind string
		form url.Values
		want string
	}{
		"good":           {form, good, "access_token"},
		"used before":    {form, good, "used before"},
		"content type":   {"application/json", good, "Content-Type"},
		"grant type":     {form, with("grant_type", "x"), "grant_type"},
		"assertion type": {form, with("client_assertion_type", ""), "client_assertion_type"},
		"no assertion":   {form, with("client_assertion", ""), "client_assertion is missing"},
		"no JWT":         {form, with("client_assertion", "x.y.z"), "not a JWT"},
		"no kid":         {form, with("client_assertion", assertion(t, srv, func(o *jose.SignerOptions) { delete(o.ExtraHeaders, "kid") })), "kid"},
	} {
		if name == "used before" {
			continue // below: it must follow the good one
		}
		assert.Contains(t, post(t, srv.TokenURL(), tc.kind, tc.form.Encode()), tc.want, name)
	}
	assert.Contains(t, post(t, srv.TokenURL(), form, good.Encode()), "used before")
}

// assertion signs a valid assertion by hand.
func assertion(t testing.TB, srv *redoxtest.Server, change func(*jose.SignerOptions)) string {
	t.Helper()
	block, _ := pem.Decode(srv.OAuth().PrivateKey)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	require.NoError(t, err)
	opts := (&jose.SignerOptions{}).WithHeader("kid", srv.OAuth().KeyID)
	if change != nil {
		change(opts)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES384, Key: key}, opts)
	require.NoError(t, err)
	token, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: srv.OAuth().ClientID, Subject: srv.OAuth().ClientID, ID: rand.Text(),
		Expiry: jwt.NewNumericDate(time.Now().Add(time.Minute)),
	}).Serialize()
	require.NoError(t, err)
	return token
}

func post(t testing.TB, url, kind, body string) string {
	t.Helper()
	resp, err := http.Post(url, kind, strings.NewReader(body))
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	data, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(data)
}

// Tokens end by the server's clock; a client whose clock is late finds out.
func TestTokensEnd(t *testing.T) {
	var offset atomic.Int64
	clock := func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
	srv := server(t, redoxtest.WithClock(clock), redoxtest.WithTokenLifetime(time.Minute))
	c := connect(t, srv.Config())
	for want := 1; want <= 2; want++ {
		_, err := c.Send(t.Context(), newPatient())
		require.NoError(t, err)
		assert.Equal(t, want, srv.TokenRequests())
		offset.Store(int64(61 * time.Second))
	}
	assert.Equal(t, []int{200, 401, 200}, []int{srv.Requests()[0].Status, srv.Requests()[1].Status, srv.Requests()[2].Status})
}
