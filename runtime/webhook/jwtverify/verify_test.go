package jwtverify_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/webhook/internal/verifytest"
	"github.com/redoxgen/redoxgen/runtime/webhook/jwtverify"
	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

func TestAccepted(t *testing.T) {
	i := newIssuer()
	config := i.config()
	config.Claims = map[string]string{"sub": "redox", "azp": "client"}
	config.Algorithms = []string{"RS256", "ES256", "EdDSA"}
	v, err := jwtverify.New(config)
	require.NoError(t, err)
	for name, token := range map[string]string{
		"RSA":              i.token(rsaKey, "rsa"),
		"EC":               i.token(ecKey, "ec"),
		"Ed25519":          i.token(edKey, "ed"),
		"no key ID":        i.token(ecKey, ""),
		"audiences":        sign(jose.RS256, rsaKey, "rsa", i.claims(func(c map[string]any) { c["aud"] = []string{"x", audience} })),
		"expired just now": sign(jose.RS256, rsaKey, "rsa", i.claims(func(c map[string]any) { c["exp"] = i.clock().Add(-59 * time.Second).Unix() })),
		"clock behind":     sign(jose.RS256, rsaKey, "rsa", i.claims(func(c map[string]any) { c["nbf"] = i.clock().Add(59 * time.Second).Unix() })),
	} {
		assert.NoError(t, v.Verify(bearer(token), nil), name)
	}
	assert.Equal(t, 1, i.fetches)

	config.KeySet, config.JWKS = must(json.Marshal(jose.JSONWebKeySet{Keys: i.keys})), ""
	v, err = jwtverify.New(config)
	require.NoError(t, err)
	require.NoError(t, v.Verify(bearer(i.token(rsaKey, "rsa")), nil))
	require.ErrorContains(t, v.Verify(bearer(i.token(rsaKey2, "new")), nil), "no key")
	assert.Equal(t, 1, i.fetches)
}

// TestAttacks: each is refused, with an error that has nothing of the token.
func TestAttacks(t *testing.T) {
	i := newIssuer()
	config := i.config()
	config.Claims = map[string]string{"sub": "redox", "azp": "client"}
	v, err := jwtverify.New(config)
	require.NoError(t, err)
	good := i.token(rsaKey, "rsa")
	parts := strings.Split(good, ".")
	claims := func(name string, value any) string {
		return sign(jose.RS256, rsaKey, "rsa", i.claims(func(c map[string]any) {
			if c[name] = value; value == nil {
				delete(c, name)
			}
		}))
	}
	at := func(d time.Duration) int64 { return i.clock().Add(d).Unix() }
	publicPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(rsaKey.Public()))})
	confused := unsigned(`{"alg":"HS256","kid":"rsa","typ":"JWT"}`, i.claims(nil), nil)
	mac := hmac.New(sha256.New, publicPEM)
	mac.Write([]byte(strings.TrimSuffix(confused, ".")))
	confused += base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	ownKey := string(must(jose.JSONWebKey{Key: rsaKey2.Public()}.MarshalJSON()))
	embedded := strings.Split(sign(jose.RS256, rsaKey2, "rsa", i.claims(nil)), ".")

	for name, tt := range map[string]struct {
		request *http.Request
		want    string
		fetches int
	}{
		"no header":                {httptest.NewRequest(http.MethodPost, "/", nil), "no credentials", 0},
		"empty":                    {bearer(""), "not a JWT", 0},
		"static token":             {bearer("correct horse battery staple"), "not a JWT", 0},
		"no bearer":                {basic(good), "another scheme", 0},
		"repeated":                 {twice(good), "repeats", 0},
		"too long":                 {bearer(good + strings.Repeat("A", 20<<10)), "not a JWT", 0},
		"JSON serialization":       {bearer(`{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`), "not a JWT", 0},
		"four parts":               {bearer(good + "." + parts[2]), "not a JWT", 0},
		"alg none":                 {bearer(unsigned(`{"alg":"none","kid":"rsa"}`, i.claims(nil), nil)), "Config.Algorithms", 0},
		"alg None":                 {bearer(unsigned(`{"alg":"None","kid":"rsa"}`, i.claims(nil), nil)), "Config.Algorithms", 0},
		"no alg":                   {bearer(unsigned(`{"kid":"rsa"}`, i.claims(nil), nil)), "Config.Algorithms", 0},
		"public key as secret":     {bearer(confused), "Config.Algorithms", 0},
		"alg that is not pinned":   {bearer(i.token(edKey, "ed")), "Config.Algorithms", 0},
		"expired":                  {bearer(claims("exp", at(-61*time.Second))), "has expired", 0},
		"without expiry":           {bearer(claims("exp", nil)), "does not expire", 0},
		"expiry that is text":      {bearer(claims("exp", "tomorrow")), "not those of a JWT", 0},
		"not valid yet":            {bearer(claims("nbf", at(61*time.Second))), "not valid yet", 0},
		"issued in the future":     {bearer(claims("iat", at(61*time.Second))), "not valid yet", 0},
		"wrong audience":           {bearer(claims("aud", "https://other.example.com")), "none of Config.Audience", 0},
		"no audience":              {bearer(claims("aud", nil)), "none of Config.Audience", 0},
		"wrong issuer":             {bearer(claims("iss", strings.TrimSuffix(issuerName, "/"))), "another issuer", 0},
		"no issuer":                {bearer(claims("iss", nil)), "another issuer", 0},
		"another client":           {bearer(claims("sub", "somebody")), "Config.Claims", 0},
		"claim of another type":    {bearer(claims("azp", []string{"client"})), "Config.Claims", 0},
		"claim missing":            {bearer(claims("azp", nil)), "Config.Claims", 0},
		"payload is no object":     {bearer(unsigned(`{"alg":"RS256","kid":"rsa"}`, []int{1}, nil)), "not those of a JWT", 0},
		"unknown key ID":           {bearer(i.token(rsaKey2, "../../etc/passwd")), "no key", 1},
		"no key ID, unknown key":   {bearer(i.token(rsaKey2, "")), "no key", 1},
		"another key":              {bearer(i.token(rsaKey2, "rsa")), "signature of the token is wrong", 1},
		"key of another algorithm": {bearer(sign(jose.RS256, rsaKey, "ec", i.claims(nil))), "no key", 1},
		"no signature":             {bearer(parts[0] + "." + parts[1] + "."), "signature of the token is wrong", 1},
		"changed payload":          {bearer(parts[0] + "." + strings.Split(claims("sub", "redox2"), ".")[1] + "." + parts[2]), "Config.Claims", 0},
		"changed time":             {bearer(parts[0] + "." + strings.Split(claims("exp", at(time.Hour)), ".")[1] + "." + parts[2]), "signature of the token is wrong", 1},
		"brings its own key":       {bearer(unsigned(`{"alg":"RS256","jwk":`+ownKey+`}`, i.claims(nil), nil)), "no key", 1},
		"names its own key set":    {bearer(unsigned(`{"alg":"RS256","kid":"rsa","jku":"https://attacker.example"}`, i.claims(nil), []byte(embedded[2]))), "signature of the token is wrong", 1},
		"critical header":          {bearer(unsigned(`{"alg":"RS256","kid":"rsa","crit":["exp"],"exp":1}`, i.claims(nil), nil)), "signature of the token is wrong", 1},
	} {
		t.Run(name, func(t *testing.T) {
			before := i.fetches
			err := v.Verify(tt.request, nil)
			require.ErrorContains(t, err, tt.want)
			require.NotErrorIs(t, err, verify.ErrUndecided)
			assert.LessOrEqual(t, i.fetches-before, tt.fetches, "what would be refused anyway makes nobody fetch keys")
			status, logged := verifytest.Deliver(t, v, tt.request, `{"Meta":{}}`)
			assert.Equal(t, http.StatusUnauthorized, status)
			for _, part := range append(strings.Split(tt.request.Header.Get("Authorization"), "."), "somebody", "passwd") {
				if len(part) > 6 {
					assert.NotContains(t, err.Error(), part)
					assert.NotContains(t, logged, part)
				}
			}
		})
	}
	require.NoError(t, v.Verify(bearer(i.token(rsaKey, "rsa")), nil), "and the good one still passes")
	assert.Empty(t, i.log.String())
}

func basic(token string) *http.Request {
	r := bearer("")
	r.Header.Set("Authorization", "Basic "+token)
	return r
}

func twice(token string) *http.Request {
	r := bearer(token)
	r.Header.Add("Authorization", "Bearer "+token)
	return r
}

func TestConfig(t *testing.T) {
	for want, change := range map[string]func(*jwtverify.Config){
		"Config.Issuer is empty":        func(c *jwtverify.Config) { c.Issuer = "" },
		"Config.Issuer begins or ends":  func(c *jwtverify.Config) { c.Issuer += "\n" },
		"Config.Audience is empty":      func(c *jwtverify.Config) { c.Audience = nil },
		"Config.Audience[1] is empty":   func(c *jwtverify.Config) { c.Audience = []string{"x", ""} },
		`Config.Claims["sub"] is empty`: func(c *jwtverify.Config) { c.Claims = map[string]string{"sub": ""} },
		`Config.Algorithms has "HS256"`: func(c *jwtverify.Config) { c.Algorithms = []string{"RS256", "HS256"} },
		`Config.Algorithms has "none"`:  func(c *jwtverify.Config) { c.Algorithms = []string{"none"} },
		"one of Config.JWKS":            func(c *jwtverify.Config) { c.JWKS = "" },
		"not both":                      func(c *jwtverify.Config) { c.KeySet = []byte("{}") },
		"is not a JWK set":              func(c *jwtverify.Config) { c.JWKS, c.KeySet = "", []byte("[") },
		"has no public key":             func(c *jwtverify.Config) { c.JWKS, c.KeySet = "", []byte(`{"keys":[{"kty":"oct","k":"AAAA"}]}`) },
		"KeySet has no public key": func(c *jwtverify.Config) {
			private := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: rsaKey, KeyID: "rsa"}}}
			c.JWKS, c.KeySet = "", must(json.Marshal(private))
		},
		"keys that tokens are verified":  func(c *jwtverify.Config) { c.JWKS = "http://login.example.com/keys" },
		"Config.BackOff is 10ns, less":   func(c *jwtverify.Config) { c.BackOff = 10 },
		"Config.JWKS is not an absolute": func(c *jwtverify.Config) { c.JWKS = "login.example.com" },
	} {
		c := newIssuer().config()
		change(&c)
		_, err := jwtverify.New(c)
		assert.ErrorContains(t, err, want)
	}
}
