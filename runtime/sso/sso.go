// Package sso verifies the assertion with which Redox opens your application in a
// browser for a user of an EHR: a JWT, signed by HS256 with the secret of the
// destination in the Redox dashboard.
//
//	verifier, err := sso.New(sso.Config{Secrets: []string{os.Getenv("REDOX_SSO_SECRET")}})
//	…
//	claims, err := verifier.Verify(assertion)
//	if err != nil { … } // 401
//	signOn := claims.SignOn() // for handlers of messages
//
// The assertion is the bearer token of the request in Redox's sample application;
// where the dashboard configures another place, take it from there. Whoever has an
// assertion can use it until it expires, since it passes through a browser: remember
// Claims.ID until Claims.Expires, and refuse it the second time.
package sso

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/redoxgen/redoxgen/runtime/internal/credential"
	"github.com/redoxgen/redoxgen/runtime/internal/duration"
)

// Config configures New. Secrets must be set.
type Config struct {
	// Secrets are the secrets that are accepted: one, and while it is being changed
	// at Redox, the old and the new one.
	Secrets []string
	// Issuer and Audience, if set, are the "iss" that assertions must have, and the
	// values of which they must have one as "aud".
	Issuer   string
	Audience []string
	// Leeway is how much the clocks may differ. Default one minute, negative for not
	// at all.
	Leeway time.Duration
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// Format writes a placeholder for every verb, since Secrets are secrets.
func (Config) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "sso.Config(withheld)") }

// LogValue is a placeholder.
func (Config) LogValue() slog.Value { return slog.StringValue("sso.Config(withheld)") }

// Verifier verifies assertions. It is safe for concurrent use.
type Verifier struct {
	secrets  func() [][]byte // a func, so that they cannot be printed
	expected jwt.Expected
	leeway   time.Duration
	now      func() time.Time
}

// New returns a verifier. The error joins what is wrong with the configuration.
func New(c Config) (*Verifier, error) {
	errs := []error{duration.Check("sso: Config.Leeway", c.Leeway)}
	if len(c.Secrets) == 0 {
		errs = append(errs, errors.New("sso: Config.Secrets is empty: everybody could sign in"))
	}
	var secrets [][]byte
	for i, secret := range c.Secrets {
		if secret == "" {
			errs = append(errs, fmt.Errorf("sso: Config.Secrets[%d] is empty: everybody could sign in", i))
		}
		errs = append(errs, credential.Check(fmt.Sprintf("sso: Config.Secrets[%d]", i), secret))
		// HMAC pads keys with zeros, so this changes no signature; go-jose wants a key
		// as long as the hash, and the length of the secret is not for us to choose.
		secrets = append(secrets, append([]byte(secret), make([]byte, max(0, 32-len(secret)))...))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	v := &Verifier{
		secrets:  func() [][]byte { return secrets },
		expected: jwt.Expected{Issuer: c.Issuer, AnyAudience: append(jwt.Audience(nil), c.Audience...)},
		leeway:   c.Leeway, now: c.Now,
	}
	if v.leeway == 0 {
		v.leeway = time.Minute
	}
	v.leeway = max(v.leeway, 0)
	if v.now == nil {
		v.now = time.Now
	}
	return v, nil
}

// The errors of Verify. Their texts have nothing of the assertion.
var (
	ErrInvalid = errors.New("sso: the assertion is not a JWT that one of Config.Secrets signs by HS256")
	ErrExpired = errors.New("sso: the assertion has expired, or does not expire")
	ErrClaims  = errors.New("sso: the assertion is not valid yet, or not from Config.Issuer for Config.Audience")
)

// maxAssertion is the longest assertion that is parsed.
const maxAssertion = 64 << 10

// Verify returns the claims of an assertion. The error is ErrInvalid, ErrExpired or
// ErrClaims.
func (v *Verifier) Verify(assertion string) (*Claims, error) {
	if len(assertion) > maxAssertion {
		return nil, ErrInvalid
	}
	token, err := jwt.ParseSigned(assertion, []jose.SignatureAlgorithm{jose.HS256})
	if err != nil {
		return nil, ErrInvalid
	}
	var registered jwt.Claims
	var raw json.RawMessage
	err = ErrInvalid
	for _, secret := range v.secrets() {
		if err != nil {
			err = token.Claims(secret, &registered, &raw)
		}
	}
	if err != nil {
		return nil, ErrInvalid
	}
	expected := v.expected.WithTime(v.now())
	switch err := registered.ValidateWithLeeway(expected, v.leeway); {
	case registered.Expiry == nil, errors.Is(err, jwt.ErrExpired):
		return nil, ErrExpired
	case err != nil:
		return nil, ErrClaims
	}
	return newClaims(registered, raw), nil
}
