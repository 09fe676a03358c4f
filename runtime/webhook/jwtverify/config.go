package jwtverify

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/redoxgen/redoxgen/runtime/internal/credential"
	"github.com/redoxgen/redoxgen/runtime/internal/duration"
	"github.com/redoxgen/redoxgen/runtime/internal/httpkit"
	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// Config configures New. Issuer, Audience and one of JWKS and KeySet must be set.
type Config struct {
	// Issuer is the "iss" that tokens must have.
	Issuer string
	// Audience are values of which tokens must have one as "aud".
	Audience []string
	// Claims are further claims that tokens must have, with their values.
	Claims map[string]string
	// Algorithms are the signature algorithms that are accepted. Default RS256,
	// RS384, ES256 and ES384.
	Algorithms []string
	// Leeway is how much the clocks of issuer and receiver may differ. Default one
	// minute, negative for not at all.
	Leeway time.Duration

	// KeySet are the keys, as the JSON of a JWK set.
	KeySet []byte
	// JWKS is the URL at which the issuer publishes its keys.
	JWKS string
	// AllowHTTP permits an http: URL to another machine. Whoever can change what is
	// read there can sign messages.
	AllowHTTP bool
	// HTTPClient fetches the keys. Default http.DefaultClient. Redirects are not
	// followed.
	HTTPClient *http.Client
	// Timeout is the time for fetching the keys. Default 5 seconds.
	Timeout time.Duration
	// Refresh is the age at which keys are fetched again. Default 15 minutes.
	Refresh time.Duration
	// BackOff is the least time between two attempts to fetch the keys. Default 10
	// seconds.
	BackOff time.Duration
	// Keep is for how long keys are used that cannot be fetched again. Default 24
	// hours.
	Keep time.Duration

	// Logger is told when keys cannot be fetched. Default slog.Default().
	Logger *slog.Logger
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// asymmetric are the algorithms whose keys can be published.
var asymmetric = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512,
	jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
}

// New returns a verifier of the header Authorization: Bearer. It fetches nothing yet.
// The error joins what is wrong with the configuration.
func New(c Config) (verify.Verifier, error) {
	if len(c.Algorithms) == 0 {
		c.Algorithms = []string{"RS256", "RS384", "ES256", "ES384"}
	}
	v := &verifier{issuer: c.Issuer, audience: slices.Clone(c.Audience), claims: maps.Clone(c.Claims)}
	errs := []error{c.check()}
	for _, name := range c.Algorithms {
		alg := jose.SignatureAlgorithm(name)
		if !slices.Contains(asymmetric, alg) {
			errs = append(errs, fmt.Errorf("jwtverify: Config.Algorithms has %q: choose from %s", name, list(asymmetric)))
		}
		v.algorithms = append(v.algorithms, alg)
	}
	v.now = c.Now
	if v.now == nil {
		v.now = time.Now
	}
	if v.leeway = cmp.Or(c.Leeway, time.Minute); v.leeway < 0 {
		v.leeway = 0
	}
	var err error
	v.keys, err = newKeySource(c, v.now)
	if err = errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	return v, nil
}

func list(algorithms []jose.SignatureAlgorithm) string {
	var names []string
	for _, alg := range algorithms {
		names = append(names, string(alg))
	}
	return strings.Join(names, ", ")
}

// check reports what is wrong with the claims that are expected, and with durations.
func (c Config) check() error {
	var errs []error
	if c.Issuer == "" {
		errs = append(errs, errors.New("jwtverify: Config.Issuer is empty: tokens of every issuer would be accepted"))
	}
	if len(c.Audience) == 0 {
		errs = append(errs, errors.New("jwtverify: Config.Audience is empty: tokens for others would be accepted"))
	}
	values := []credential.Value{{Name: "jwtverify: Config.Issuer", Value: c.Issuer}}
	for i, audience := range c.Audience {
		if audience == "" {
			errs = append(errs, fmt.Errorf("jwtverify: Config.Audience[%d] is empty", i))
		}
		values = append(values, credential.Value{Name: fmt.Sprintf("jwtverify: Config.Audience[%d]", i), Value: audience})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Claims)) {
		if c.Claims[name] == "" {
			errs = append(errs, fmt.Errorf("jwtverify: Config.Claims[%q] is empty", name))
		}
	}
	return errors.Join(append(errs, credential.CheckAll(values...),
		duration.Check("jwtverify: Config.Leeway", c.Leeway),
		duration.Check("jwtverify: Config.Timeout", c.Timeout),
		duration.Check("jwtverify: Config.Refresh", c.Refresh),
		duration.Check("jwtverify: Config.BackOff", c.BackOff),
		duration.Check("jwtverify: Config.Keep", c.Keep))...)
}

// newKeySource returns where the keys come from.
func newKeySource(c Config, now func() time.Time) (*keySource, error) {
	if (c.JWKS == "") == (len(c.KeySet) == 0) {
		return nil, errors.New("jwtverify: set one of Config.JWKS and Config.KeySet, not both")
	}
	s := &keySource{now: now, turn: make(chan struct{}, 1)}
	if c.JWKS == "" {
		keys, err := parseKeys(c.KeySet)
		if err != nil {
			return nil, fmt.Errorf("jwtverify: Config.KeySet %w", err)
		}
		s.state.Store(&state{keys: keys})
		return s, nil
	}
	u, err := httpkit.ParseURL("jwtverify: Config.JWKS", c.JWKS, "keys that tokens are verified with", c.AllowHTTP)
	if err != nil {
		return nil, err
	}
	s.url, s.host = u.String(), u.Host
	s.client = *cmp.Or(c.HTTPClient, http.DefaultClient)
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s.logger = c.Logger
	if s.logger == nil {
		s.logger = slog.Default()
	}
	orDefault := func(d, otherwise time.Duration) time.Duration {
		if d <= 0 {
			return otherwise
		}
		return d
	}
	s.timeout = orDefault(c.Timeout, 5*time.Second)
	s.refresh = orDefault(c.Refresh, 15*time.Minute)
	s.backOff = orDefault(c.BackOff, 10*time.Second)
	s.keep = orDefault(c.Keep, 24*time.Hour)
	s.state.Store(&state{})
	return s, nil
}
