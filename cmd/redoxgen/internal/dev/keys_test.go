package dev_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/dev"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
)

// sendAs sends a message as an OAuth client.
func sendAs(t *testing.T, s *running, id, keyID string, key []byte) error {
	t.Helper()
	c, err := client.New(client.Config{BaseURL: s.url, Auth: auth.OAuth{ClientID: id, KeyID: keyID, PrivateKey: key}})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	m, err := patientadmin.BuildArrival().To("clinic").Identifier("1", "MR").Build()
	require.NoError(t, err)
	_, err = c.Send(t.Context(), m)
	return err
}

func pemOf(kind string, der []byte, err error) string {
	if err != nil {
		return ""
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func privatePEM(key any) string {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return pemOf("PRIVATE KEY", der, err)
}

func publicPEM(key any) string {
	der, err := x509.MarshalPKIXPublicKey(key)
	return pemOf("PUBLIC KEY", der, err)
}

func jwkOf(t *testing.T, key any, keyID string) string {
	t.Helper()
	text, err := jose.JSONWebKey{Key: key, KeyID: keyID}.MarshalJSON()
	require.NoError(t, err)
	return string(text)
}

// A client gets tokens with a key that was registered on the page, also after a restart,
// until the key is removed.
func TestRegisterKeys(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	short, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "dev.db")
	s, stop := startWith(t, path, func(*dev.Options) {})
	register := func(client, kid, key string) {
		t.Helper()
		status, text := s.post(t, "/settings/keys", url.Values{"client": {client}, "kid": {kid}, "key": {key}})
		require.Equal(t, http.StatusOK, status, text)
	}
	require.Error(t, sendAs(t, s, "mine", "ec", []byte(privatePEM(ec))))
	register("mine", "ec", strings.ReplaceAll(publicPEM(ec.Public()), "\n", "\r\n")) // as browsers send it
	register("", "", `{"keys":[`+jwkOf(t, short.Public(), "rsa")+`,`+jwkOf(t, ec.Public(), "ec")+`]}`)
	stop()

	s, stop = startWith(t, path, func(*dev.Options) {})
	page := s.get(t, "/settings")
	for _, want := range []string{"<td><code>mine</code></td><td><code>ec</code></td><td>EC, P-384</td>", "<td>any</td><td><code>rsa</code></td><td>RSA, 2048 bits</td>", s.url} {
		assert.Contains(t, page, want)
	}
	require.NoError(t, sendAs(t, s, "mine", "ec", []byte(privatePEM(ec))))
	require.NoError(t, sendAs(t, s, "whoever", "rsa", []byte(privatePEM(short))))
	require.Error(t, sendAs(t, s, "mine", "rsa", []byte(privatePEM(short))), "a client with keys of its own has no other")
	remove := func(client, kid string) int {
		status, _ := s.post(t, "/settings/keys/remove", url.Values{"client": {client}, "kid": {kid}})
		return status
	}
	assert.Equal(t, http.StatusOK, remove("*", "rsa"))
	require.Error(t, sendAs(t, s, "whoever", "rsa", []byte(privatePEM(short))))
	assert.Equal(t, http.StatusOK, remove("mine", "ec"))
	require.NoError(t, sendAs(t, s, "mine", "ec", []byte(privatePEM(ec))), "it is now a client of any ID")
	assert.Equal(t, http.StatusOK, remove("*", "ec"))
	require.Error(t, sendAs(t, s, "mine", "ec", []byte(privatePEM(ec))))
	assert.Equal(t, http.StatusBadRequest, remove("*", "ec"))
	stop()

	s, _ = startWith(t, path, func(*dev.Options) {})
	assert.Contains(t, s.get(t, "/settings"), "None is registered here")
}

// What is no good public key is refused with the reason, and nothing of a private one is
// kept or shown.
func TestBadKeys(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "dev.db")
	s, stop := startWith(t, path, func(*dev.Options) {})
	private := jwkOf(t, ec, "k")
	_, secret, _ := strings.Cut(private, `"d":"`)
	secret, _, _ = strings.Cut(secret, `"`)
	for name, test := range map[string]struct{ key, kid, want string }{
		"nothing":             {" ", "k", "paste a public key"},
		"rubbish":             {"planted", "k", "neither PEM"},
		"not JSON":            {`{"kty":"planted`, "k", "not valid JSON"},
		"another object":      {`{"planted":"EC"}`, "k", "no JWK: it has no kty"},
		"an unknown kind":     {`{"kty":"planted"}`, "k", "damaged, or of an unknown kind"},
		"an empty set":        {`{"keys":[]}`, "k", "the JWK set is empty"},
		"a private JWK":       {private, "k", "that is a private key"},
		"a private JWK (set)": {`{"keys":[` + jwkOf(t, ec.Public(), "good") + "," + private + `]}`, "", "that is a private key"},
		"a shared secret":     {jwkOf(t, []byte("planted-secret-of-enough-bytes"), "k"), "", "that is a private key or a secret"},
		"a private PEM":       {privatePEM(ec), "k", "that is a private key"},
		"private after":       {publicPEM(ec.Public()) + privatePEM(ec), "k", "that is a private key"},
		"damaged":             {pemOf("PUBLIC KEY", []byte("planted"), nil), "k", "the PEM is damaged"},
		"another PEM":         {pemOf("X509 CRL", []byte("planted"), nil), "k", "holds no public key"},
		"a short RSA key":     {publicPEM(short.Public()), "k", "RSA key of 1024 bits is too short"},
		"a short RSA JWK":     {jwkOf(t, short.Public(), "k"), "", "RSA key of 1024 bits is too short"},
		"another curve":       {publicPEM(p256.Public()), "k", "P-256 cannot sign ES384"},
		"no kid":              {publicPEM(ec.Public()), "", "needs an ID (kid)"},
		"another kid":         {jwkOf(t, ec.Public(), "k"), "planted", "another kid"},
		"twice":               {`{"keys":[` + jwkOf(t, ec.Public(), "a") + "," + jwkOf(t, ec.Public(), "a") + `]}`, "", `the ID &#34;a&#34; already`},
	} {
		t.Run(name, func(t *testing.T) {
			status, text := s.post(t, "/settings/keys", url.Values{"client": {"c"}, "kid": {test.kid}, "key": {test.key}})
			assert.Equal(t, http.StatusBadRequest, status)
			assert.Contains(t, text, test.want)
			for _, hidden := range []string{"planted", secret, "MIG"} {
				assert.NotContains(t, text, hidden)
			}
		})
	}
	status, text := s.post(t, "/settings/keys", url.Values{"client": {"redoxgen"}, "kid": {"k"}, "key": {publicPEM(ec.Public())}})
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, text, "is the one that was made up")
	assert.Contains(t, s.get(t, "/settings"), "None is registered here")
	stop()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.NotContains(t, string(data), secret)
}
