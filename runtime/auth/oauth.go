package auth

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/redoxgen/redoxgen/runtime/internal/authclient"
	"github.com/redoxgen/redoxgen/runtime/internal/credential"
)

// OAuth is a client that proves itself with a signed JWT (OAuth 2.0 client
// credentials). ClientID and one of PrivateKey, Keys and Secret are required.
type OAuth struct {
	ClientID string

	// KeyID is the kid under which Redox knows the public key. It may be left
	// empty when PrivateKey is a JWK that names it. With several keys it
	// chooses one.
	KeyID string
	// PrivateKey is an RSA or P-384 key as PEM (PKCS #1, PKCS #8 or SEC 1),
	// as JWK, or a JWK set. The keys of a set are tried in order until Redox
	// knows one, so that a new key can be put first before it is published.
	PrivateKey []byte
	// Keys returns the keys before every token request, for keys that change
	// while the program runs; see KeyFile.
	Keys func(context.Context) ([]Key, error)
	// Secret signs with HS384 instead, as the older source authentication does.
	Secret string

	// TokenURL is the token endpoint; when empty, /v2/auth/token of the client's
	// BaseURL or of BaseURLUS.
	TokenURL string
	// Audience is the assertion's aud, TokenURL when empty.
	Audience string
	// NoAudience leaves aud out.
	NoAudience bool
	// Scopes to ask for; most clients need none.
	Scopes []string
	// KeySetURL is the assertion's jku, if set.
	KeySetURL string

	Options Options
}

const (
	tokenPath         = "/v2/auth/token"
	assertionLifetime = 5 * time.Minute
	assertionType     = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	// tokenLifetime is assumed when an answer does not give it.
	tokenLifetime = 5 * time.Minute
)

var _ Credentials = OAuth{}

// NewSource checks keys and URLs; see New.
func (o OAuth) NewSource(d authclient.Defaults) (*Source, error) {
	if o.ClientID == "" {
		return nil, errors.New("auth: OAuth: ClientID is empty")
	}
	if err := errors.Join(o.checkText(), o.Options.check("auth: OAuth")); err != nil {
		return nil, err
	}
	opts := o.Options.withDefaults(d)
	if o.TokenURL == "" {
		o.TokenURL = baseURL(d) + tokenPath
	}
	e, err := newEndpoint("TokenURL", o.TokenURL, opts)
	if err != nil {
		return nil, err
	}
	e.signed = true
	keys, err := o.keySource()
	if err != nil {
		return nil, err
	}
	if o.Audience == "" && !o.NoAudience {
		o.Audience = o.TokenURL
	}
	g := &oauthGrant{config: o, keys: keys, endpoint: e, now: opts.Now}
	return newSource("OAuth "+o.ClientID, opts, g.fetch), nil
}

// checkText checks what may come from files and the environment. TokenURL is
// checked as a URL, and PrivateKey as a key.
func (o OAuth) checkText() error {
	values := []credential.Value{
		{Name: "auth: OAuth: ClientID", Value: o.ClientID},
		{Name: "auth: OAuth: KeyID", Value: o.KeyID},
		{Name: "auth: OAuth: Secret", Value: o.Secret},
		{Name: "auth: OAuth: Audience", Value: o.Audience},
		{Name: "auth: OAuth: KeySetURL", Value: o.KeySetURL},
	}
	for i, scope := range o.Scopes {
		values = append(values, credential.Value{Name: fmt.Sprintf("auth: OAuth: Scopes[%d]", i), Value: scope})
	}
	return credential.CheckAll(values...)
}

func baseURL(d authclient.Defaults) string {
	if d.BaseURL == "" {
		return BaseURLUS
	}
	return strings.TrimRight(d.BaseURL, "/")
}

// keySource returns where the keys come from, after a look at those given.
func (o OAuth) keySource() (func(context.Context) ([]Key, error), error) {
	given := 0
	for _, set := range []bool{len(o.PrivateKey) > 0, o.Keys != nil, o.Secret != ""} {
		if set {
			given++
		}
	}
	if given != 1 {
		return nil, errors.New("auth: OAuth: set exactly one of PrivateKey, Keys and Secret")
	}
	if o.Keys != nil {
		return o.Keys, nil
	}
	var keys []Key
	var err error
	if o.Secret != "" {
		keys = make([]Key, 1)
		keys[0], err = newSecret(o.Secret, o.KeyID)
	} else {
		keys, err = ParseKeys(o.PrivateKey, o.KeyID)
	}
	return func(context.Context) ([]Key, error) { return keys, nil }, err
}

// oauthGrant asks the token endpoint.
type oauthGrant struct {
	config   OAuth
	keys     func(context.Context) ([]Key, error)
	endpoint *endpoint
	now      func() time.Time
}

func (g *oauthGrant) fetch(ctx context.Context) (Token, error) {
	keys, err := g.keys(ctx)
	if err != nil {
		return Token{}, fmt.Errorf("auth: OAuth: no key to sign with: %w", err)
	}
	err = fmt.Errorf("%w: there is none", ErrKey)
	for _, k := range keys {
		var t Token
		t, err = g.fetchWith(ctx, k)
		if !errors.Is(err, ErrKeyNotFound) {
			return t, err
		}
	}
	return Token{}, err
}

func (g *oauthGrant) fetchWith(ctx context.Context, k Key) (Token, error) {
	asked := g.now()
	build := func() (request, error) { return g.request(k) }
	return g.endpoint.token(ctx, build, func(a *answer) (Token, error) { return g.read(a, asked) })
}

// read reads an answer to what was asked at that time.
func (g *oauthGrant) read(a *answer, asked time.Time) (Token, error) {
	var body struct {
		AccessToken string          `json:"access_token"`
		TokenType   string          `json:"token_type"`
		ExpiresIn   json.RawMessage `json:"expires_in"`
	}
	if err := g.endpoint.decode(a, &body); err != nil {
		return Token{}, err
	}
	if body.AccessToken != "" && body.TokenType != "" && !strings.EqualFold(body.TokenType, "bearer") {
		return Token{}, g.endpoint.unusable(a, "the token is not a bearer token")
	}
	lifetime, ok := seconds(body.ExpiresIn)
	if !ok {
		lifetime = tokenLifetime
	}
	// Counted from before the request, so that the token ends for us no later
	// than for the server.
	return g.endpoint.usable(a, body.AccessToken, asked.Add(lifetime))
}

func (g *oauthGrant) request(k Key) (request, error) {
	assertion, err := g.assertion(k)
	if err != nil {
		return request{}, err
	}
	form := url.Values{
		"grant_type":            {"client_credentials"},
		"client_assertion_type": {assertionType},
		"client_assertion":      {assertion},
	}
	if len(g.config.Scopes) > 0 {
		form.Set("scope", strings.Join(g.config.Scopes, " "))
	}
	return request{
		kind:    "application/x-www-form-urlencoded",
		body:    []byte(form.Encode()),
		secrets: []string{assertion, g.config.Secret},
	}, nil
}

// claims of the assertion. Redox refuses an aud that is an array.
type claims struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Audience string `json:"aud,omitempty"`
	IssuedAt int64  `json:"iat"`
	Expiry   int64  `json:"exp"`
	ID       string `json:"jti"`
}

func (g *oauthGrant) assertion(k Key) (string, error) {
	signer, err := k.signer(g.config.KeySetURL)
	if err != nil {
		return "", err
	}
	now := g.now()
	c := claims{
		Issuer:   g.config.ClientID,
		Subject:  g.config.ClientID,
		Audience: g.config.Audience,
		IssuedAt: now.Unix(),
		Expiry:   now.Add(assertionLifetime).Unix(),
		ID:       rand.Text(),
	}
	signed, err := jwt.Signed(signer).Claims(c).Serialize()
	if err != nil {
		return "", fmt.Errorf("%w: it does not sign (%s)", ErrKey, k.Algorithm())
	}
	return signed, nil
}

// String names the client and its key.
func (o OAuth) String() string {
	return fmt.Sprintf("auth.OAuth{ClientID: %q, KeyID: %q, key withheld}", o.ClientID, o.KeyID)
}

// Format prints what String returns, whatever the verb.
func (o OAuth) Format(s fmt.State, _ rune) { printRedacted(s, o.String()) }

// LogValue is what String returns.
func (o OAuth) LogValue() slog.Value { return slog.StringValue(o.String()) }

// MarshalText returns what String returns.
func (o OAuth) MarshalText() ([]byte, error) { return []byte(o.String()), nil }
