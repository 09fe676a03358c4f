package sso_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/sso"
)

const secret = "hunter2 and more"

var now = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// assertion is put together by hand, as Redox's sample application reads it.
func assertion(header, secret string, claims any) string {
	payload, _ := json.Marshal(claims)
	enc := base64.RawURLEncoding
	text := enc.EncodeToString([]byte(header)) + "." + enc.EncodeToString(payload)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return text + "." + enc.EncodeToString(mac.Sum(nil))
}

const hs256 = `{"alg":"HS256","typ":"JWT"}`

// granite are the claims of a user, changed.
func granite(change func(map[string]any)) map[string]any {
	c := map[string]any{
		"iss": "redox", "aud": "app", "sub": "https://healthsystem.example/provider/4356789876", "jti": "a-1",
		"iat": now.Add(-time.Minute).Unix(), "exp": now.Add(15 * time.Minute).Unix(),
		"name": "Pat Granite MD", "given_name": "Pat", "family_name": "Granite", "npi": "4356789876",
		"patient_ids": []any{map[string]any{"id": "0000000001", "id_type": "MR"}},
		"visit_id":    "V1", "facility_id": "F1", "department_id": "3N", "zoneinfo": "America/Chicago", "locale": "en-US",
		"phone_number": "+16085551234",
	}
	if change != nil {
		change(c)
	}
	return c
}

func config() sso.Config {
	return sso.Config{Secrets: []string{"the old one", secret}, Issuer: "redox", Audience: []string{"app"}, Now: func() time.Time { return now }}
}

func TestVerify(t *testing.T) {
	v, err := sso.New(config())
	require.NoError(t, err)
	for _, s := range []string{secret, "the old one"} {
		c, err := v.Verify(assertion(hs256, s, granite(nil)))
		require.NoError(t, err)
		assert.Equal(t, "Pat Granite MD", c.Name)
		assert.Equal(t, []sso.Identifier{{ID: "0000000001", IDType: "MR"}}, c.PatientIDs)
		assert.Equal(t, now.Add(15*time.Minute), c.Expires.UTC())
		assert.Equal(t, "a-1", c.ID)

		signOn := c.SignOn()
		assert.Zero(t, signOn.Validate().Len())
		assert.Equal(t, "Sign-on", signOn.RedoxEvent().EventType)
		assert.Equal(t, "https://healthsystem.example/provider/4356789876", signOn.Subject)
		assert.Equal(t, "0000000001", signOn.Patient.Identifiers[0].ID)
		assert.Equal(t, "3N", signOn.Visit.Location.Department)
		at, err := signOn.Expiration.Time()
		require.NoError(t, err)
		assert.True(t, at.Equal(c.Expires))

		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "claims", c, "config", config())
		printed := fmt.Sprintf("%v %+v %#v %v %+v %#v %+v", c, c, *c, config(), config(), config(), v) + log.String()
		for _, private := range []string{"Granite", "0000000001", "hunter2"} {
			assert.NotContains(t, printed, private)
		}
	}
	odd, err := v.Verify(assertion(hs256, secret, granite(func(c map[string]any) { c["npi"], c["new"] = int64(4356789876), true })))
	require.NoError(t, err, "nobody is kept out for a claim of another type")
	assert.Empty(t, odd.NPI)
	assert.Equal(t, "Granite", odd.FamilyName)
	assert.Contains(t, string(odd.Raw), `"new":true`)
	assert.Contains(t, string(odd.Raw), "4356789876")
}

// TestAttacks: each is refused, with an error that has nothing of the assertion.
func TestAttacks(t *testing.T) {
	v, err := sso.New(config())
	require.NoError(t, err)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, nil)
	require.NoError(t, err)
	asymmetric, err := jwt.Signed(signer).Claims(granite(nil)).Serialize()
	require.NoError(t, err)
	claim := func(name string, value any) string {
		return assertion(hs256, secret, granite(func(c map[string]any) { c[name] = value }))
	}
	good := assertion(hs256, secret, granite(nil))
	for name, tt := range map[string]struct {
		assertion string
		want      error
	}{
		"empty":            {"", sso.ErrInvalid},
		"not a JWT":        {secret, sso.ErrInvalid},
		"too long":         {good + strings.Repeat("A", 70_000), sso.ErrInvalid},
		"alg none":         {assertion(`{"alg":"none"}`, "", granite(nil)), sso.ErrInvalid},
		"no signature":     {good[:strings.LastIndexByte(good, '.')+1], sso.ErrInvalid},
		"HS384":            {assertion(`{"alg":"HS384"}`, secret, granite(nil)), sso.ErrInvalid},
		"RS256":            {asymmetric, sso.ErrInvalid},
		"empty secret":     {assertion(hs256, "", granite(nil)), sso.ErrInvalid},
		"another secret":   {assertion(hs256, secret+"!", granite(nil)), sso.ErrInvalid},
		"critical header":  {assertion(`{"alg":"HS256","crit":["exp"],"exp":1}`, secret, granite(nil)), sso.ErrInvalid},
		"payload no JSON":  {assertion(hs256, secret, "Granite"), sso.ErrInvalid},
		"expired":          {claim("exp", now.Add(-61*time.Second).Unix()), sso.ErrExpired},
		"without expiry":   {claim("exp", nil), sso.ErrExpired},
		"not valid yet":    {claim("nbf", now.Add(61*time.Second).Unix()), sso.ErrClaims},
		"of the future":    {claim("iat", now.Add(61*time.Second).Unix()), sso.ErrClaims},
		"another audience": {claim("aud", "another"), sso.ErrClaims},
		"another issuer":   {claim("iss", "another"), sso.ErrClaims},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := v.Verify(tt.assertion)
			assert.Equal(t, tt.want, err)
			assert.Nil(t, c)
		})
	}
}

func TestConfig(t *testing.T) {
	for want, change := range map[string]func(*sso.Config){
		"Config.Secrets is empty":          func(c *sso.Config) { c.Secrets = nil },
		"Config.Secrets[1] is empty":       func(c *sso.Config) { c.Secrets = []string{secret, ""} },
		"Config.Secrets[0] begins or ends": func(c *sso.Config) { c.Secrets = []string{secret + "\n"} },
		"Config.Leeway is 60ns":            func(c *sso.Config) { c.Leeway = 60 },
	} {
		c := config()
		change(&c)
		_, err := sso.New(c)
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "hunter2")
	}
}
