package verify_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/webhook/internal/verifytest"
	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

const (
	token  = "correct horse battery staple"
	secret = "open sesame 123"
	body   = `{"Meta":{"DataModel":"PatientAdmin"}}`
)

// request returns a delivery with these headers: name, value, name, value.
func request(headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", http.NoBody)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

// decide asks v as the receiver does, with the body where it is needed.
func decide(v verify.Verifier, r *http.Request) (err error, readBody bool) {
	if err = v.Verify(r, nil); errors.Is(err, verify.ErrBodyNeeded) {
		return v.Verify(r, []byte(body)), true
	}
	return err, false
}

// attack is a request that must be refused, and why.
type attack struct {
	request *http.Request
	want    string // of the error; "" for a request that is accepted
	reads   bool   // the body is read before that is known
}

func run(t *testing.T, v verify.Verifier, attacks map[string]attack, secrets ...string) {
	t.Helper()
	for name, a := range attacks {
		t.Run(name, func(t *testing.T) {
			err, read := decide(v, a.request)
			assert.Equal(t, a.reads, read, "the body was read")
			status, logged := verifytest.Deliver(t, v, a.request, body)
			if a.want == "" {
				require.NoError(t, err)
				assert.Equal(t, http.StatusOK, status)
				return
			}
			require.ErrorContains(t, err, a.want)
			require.NotErrorIs(t, err, verify.ErrUndecided)
			assert.Equal(t, http.StatusUnauthorized, status)
			private := slices.Clone(secrets)
			for _, values := range a.request.Header {
				private = append(private, values...)
			}
			for _, s := range private {
				if len(s) > 3 {
					assert.NotContains(t, err.Error(), s)
					assert.NotContains(t, logged, s)
				}
			}
		})
	}
}

func TestTokens(t *testing.T) {
	v, err := verify.Tokens(token, "the new one")
	require.NoError(t, err)
	const wrong, none = "the token is not one of those", "no credentials"
	run(t, v, map[string]attack{
		"right":               {request: request("verification-token", token)},
		"the new one":         {request: request("Verification-Token", "the new one")},
		"bearer":              {request: request("Authorization", "bearer "+token)},
		"beside another":      {request: request("verification-token", token, "Authorization", "Basic eDp5")},
		"no header":           {request: request(), want: none},
		"in the query":        {request: httptest.NewRequest(http.MethodPost, "/?verification-token=the+new+one", nil), want: none},
		"empty":               {request: request("verification-token", ""), want: wrong},
		"empty bearer":        {request: request("Authorization", "Bearer "), want: wrong},
		"a part":              {request: request("verification-token", token[:9]), want: wrong},
		"more":                {request: request("verification-token", token+"x"), want: wrong},
		"other case":          {request: request("verification-token", strings.ToUpper(token)), want: wrong},
		"wrong, bearer right": {request: request("verification-token", "x", "Authorization", "Bearer "+token), want: wrong},
		"wrong scheme":        {request: request("Authorization", "Basic "+token), want: "another scheme"},
		"no scheme":           {request: request("Authorization", token), want: "another scheme"},
		"repeated":            {request: request("verification-token", token, "verification-token", token), want: "repeats"},
		"repeated bearer":     {request: request("Authorization", "Bearer x", "Authorization", "Bearer "+token), want: "repeats"},
	}, token)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", v, v, v), "horse")

	for want, list := range map[string][]string{
		"verify: Tokens is empty":             nil,
		"verify: Tokens[1] is empty":          {token, ""},
		"verify: Tokens[0] begins or ends wi": {token + "\n"},
	} {
		_, err := verify.Tokens(list...)
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "horse")
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func sign(h func() hash.Hash, secret, body string) []byte {
	mac := hmac.New(h, []byte(secret))
	mac.Write([]byte(body))
	return mac.Sum(nil)
}

func TestHMAC(t *testing.T) {
	right := sign(sha256.New, secret, body)
	inHex, in64 := hex.EncodeToString(right), base64.StdEncoding.EncodeToString(right)
	const form, mismatch, none = "does not have the prefix", "does not match", "no credentials"

	v, err := verify.HMAC(verify.HMACConfig{Header: "x-signature", Prefix: "sha256=", Encoding: verify.Hex, Secrets: []string{"the old one", secret}})
	require.NoError(t, err)
	run(t, v, map[string]attack{
		"right":           {request: request("X-Signature", "sha256="+inHex), reads: true},
		"upper case":      {request: request("X-Signature", "sha256="+strings.ToUpper(inHex)), reads: true},
		"the old secret":  {request: request("X-Signature", "sha256="+hex.EncodeToString(sign(sha256.New, "the old one", body))), reads: true},
		"no header":       {request: request(), want: none},
		"other header":    {request: request("Redox-Signature", "sha256="+inHex), want: none},
		"empty header":    {request: request("X-Signature", ""), want: form},
		"no prefix":       {request: request("X-Signature", inHex), want: form},
		"wrong prefix":    {request: request("X-Signature", "sha1="+inHex), want: form},
		"prefix only":     {request: request("X-Signature", "sha256="), want: form},
		"wrong encoding":  {request: request("X-Signature", "sha256="+in64), want: form},
		"a part":          {request: request("X-Signature", "sha256="+inHex[:32]), want: form},
		"too long":        {request: request("X-Signature", "sha256="+inHex+"00"), want: form},
		"repeated":        {request: request("X-Signature", "sha256="+inHex, "X-Signature", "sha256="+inHex), want: "repeats"},
		"empty secret":    {request: request("X-Signature", "sha256="+hex.EncodeToString(sign(sha256.New, "", body))), want: mismatch, reads: true},
		"other secret":    {request: request("X-Signature", "sha256="+hex.EncodeToString(sign(sha256.New, secret+"x", body))), want: mismatch, reads: true},
		"other body":      {request: request("X-Signature", "sha256="+hex.EncodeToString(sign(sha256.New, secret, body+" "))), want: mismatch, reads: true},
		"without the key": {request: request("X-Signature", fmt.Sprintf("sha256=%x", sha256.Sum256([]byte(body)))), want: mismatch, reads: true},
	}, secret, inHex, "the old one")
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", v, v, v), "sesame")
}

func TestHMACParameters(t *testing.T) {
	for name, tt := range map[string]struct {
		config verify.HMACConfig
		value  string
	}{
		"base64":           {verify.HMACConfig{Encoding: verify.Base64}, base64.StdEncoding.EncodeToString(sign(sha256.New, secret, body))},
		"base64, unpadded": {verify.HMACConfig{Encoding: verify.Base64}, base64.RawStdEncoding.EncodeToString(sign(sha256.New, secret, body))},
		"base64url":        {verify.HMACConfig{Encoding: verify.Base64URL}, base64.URLEncoding.EncodeToString(sign(sha256.New, secret, body))},
		"SHA-512":          {verify.HMACConfig{Encoding: verify.Hex, Hash: sha512.New}, hex.EncodeToString(sign(sha512.New, secret, body))},
		"another prefix":   {verify.HMACConfig{Encoding: verify.Hex, Prefix: "v1,"}, "v1," + hex.EncodeToString(sign(sha256.New, secret, body))},
	} {
		t.Run(name, func(t *testing.T) {
			tt.config.Header, tt.config.Secrets = "Redox-Signature", []string{secret}
			v, err := verify.HMAC(tt.config)
			require.NoError(t, err)
			err, read := decide(v, request("Redox-Signature", tt.value))
			require.NoError(t, err)
			assert.True(t, read)
			// The hash of another length, a secret that is bytes.
			tt.config.Secrets = []string{"\xff\x00" + secret}
			v, err = verify.HMAC(tt.config)
			require.NoError(t, err)
			err, _ = decide(v, request("Redox-Signature", tt.value))
			require.ErrorContains(t, err, "does not match")
		})
	}
	good := verify.HMACConfig{Header: "S", Encoding: verify.Hex, Secrets: []string{secret}}
	for want, change := range map[string]func(*verify.HMACConfig){
		"Header is empty":                       func(c *verify.HMACConfig) { c.Header = "" },
		"Encoding is not set":                   func(c *verify.HMACConfig) { c.Encoding = 0 },
		"Secrets is empty: everybody could":     func(c *verify.HMACConfig) { c.Secrets = nil },
		"Secrets[1] is empty: everybody could":  func(c *verify.HMACConfig) { c.Secrets = []string{secret, ""} },
		"Secrets[0] begins or ends with white ": func(c *verify.HMACConfig) { c.Secrets = []string{secret + "\n"} },
	} {
		c := good
		change(&c)
		_, err := verify.HMAC(c)
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "sesame")
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "config", good)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", good, &good, good)+log.String(), "sesame")
}

// TestCombine: All and Any of every pair of verdicts, at the head and with the body.
func TestCombine(t *testing.T) {
	verdict := map[string]verify.Verifier{
		"yes":       verify.Func(func(*http.Request, []byte) error { return nil }),
		"no":        verify.Func(func(*http.Request, []byte) error { return verify.Refusal("refused") }),
		"none":      verify.Func(func(*http.Request, []byte) error { return verify.ErrNoCredentials }),
		"undecided": verify.Func(func(*http.Request, []byte) error { return fmt.Errorf("%w: no network", verify.ErrUndecided) }),
		"body": verify.Func(func(_ *http.Request, body []byte) error {
			if body == nil {
				return verify.ErrBodyNeeded
			}
			return nil
		}),
	}
	name := func(err error) string {
		switch {
		case err == nil:
			return "yes"
		case errors.Is(err, verify.ErrBodyNeeded):
			return "body"
		case errors.Is(err, verify.ErrUndecided):
			return "undecided"
		case errors.Is(err, verify.ErrNoCredentials):
			return "none"
		default:
			return "no"
		}
	}
	for _, tt := range []struct{ a, b, all, any string }{
		{"yes", "yes", "yes", "yes"},
		{"yes", "no", "no", "yes"},
		{"yes", "none", "none", "yes"},
		{"yes", "undecided", "undecided", "yes"},
		{"yes", "body", "body", "yes"},
		{"no", "no", "no", "no"},
		{"no", "none", "no", "no"},
		{"no", "undecided", "no", "undecided"},
		{"no", "body", "no", "body"},
		{"none", "none", "none", "none"},
		{"none", "undecided", "none", "undecided"},
		{"none", "body", "none", "body"},
		{"undecided", "undecided", "undecided", "undecided"},
		{"undecided", "body", "undecided", "body"},
		{"body", "body", "body", "body"},
	} {
		for _, pair := range [][]verify.Verifier{{verdict[tt.a], verdict[tt.b]}, {verdict[tt.b], verdict[tt.a]}} {
			all, err := verify.All(pair...)
			require.NoError(t, err)
			anyOf, err := verify.Any(pair...)
			require.NoError(t, err)
			assert.Equal(t, tt.all, name(all.Verify(request(), nil)), "all of %s and %s", tt.a, tt.b)
			assert.Equal(t, tt.any, name(anyOf.Verify(request(), nil)), "any of %s and %s", tt.a, tt.b)
		}
	}
	// What a receiver answers: others wait for one that cannot decide.
	for want, v := range map[int]verify.Verifier{
		http.StatusServiceUnavailable: must(verify.Any(verdict["no"], verdict["undecided"])),
		http.StatusUnauthorized:       must(verify.All(verdict["undecided"], verdict["no"])),
		http.StatusOK:                 must(verify.All(verdict["yes"], verdict["body"])),
	} {
		status, _ := verifytest.Deliver(t, v, request(), body)
		assert.Equal(t, want, status)
	}
	both, err := verify.All(verdict["body"], verdict["no"])
	require.NoError(t, err)
	assert.Equal(t, "no", name(both.Verify(request(), []byte(body))))
	for _, combine := range []func(...verify.Verifier) (verify.Verifier, error){verify.All, verify.Any} {
		_, err := combine()
		require.ErrorContains(t, err, "no verifiers")
		_, err = combine(verdict["yes"], nil)
		require.ErrorContains(t, err, "verifier 1")
		_, err = combine(verify.Func(nil))
		require.ErrorContains(t, err, "verifier 0")
	}
}
