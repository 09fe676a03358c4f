package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redoxgen/redoxgen/runtime/internal/authclient"
	"github.com/redoxgen/redoxgen/runtime/internal/credential"
	"github.com/redoxgen/redoxgen/runtime/internal/httpkit"
)

// Legacy is an API key with its secret. Redox issues no new ones, but those
// that exist work for the data model API.
type Legacy struct {
	APIKey string
	Secret string
	// BaseURL is the API's; that of the client, or BaseURLUS, when empty.
	BaseURL string

	Options Options
}

const (
	legacyPath        = "/auth/authenticate"
	legacyRefreshPath = "/auth/refreshToken"
	// legacyLifetime is assumed when an answer does not give it.
	legacyLifetime = time.Hour
)

var _ Credentials = Legacy{}

// NewSource checks the credentials; see New.
func (l Legacy) NewSource(d authclient.Defaults) (*Source, error) {
	if l.APIKey == "" || l.Secret == "" {
		return nil, errors.New("auth: Legacy: APIKey and Secret are both required")
	}
	err := errors.Join(
		credential.CheckAll(
			credential.Value{Name: "auth: Legacy: APIKey", Value: l.APIKey},
			credential.Value{Name: "auth: Legacy: Secret", Value: l.Secret},
		),
		l.Options.check("auth: Legacy"),
	)
	if err != nil {
		return nil, err
	}
	if l.BaseURL != "" {
		d.BaseURL = l.BaseURL
	}
	opts := l.Options.withDefaults(d)
	login, err := newEndpoint("BaseURL", baseURL(d)+legacyPath, opts)
	if err != nil {
		return nil, err
	}
	renew, err := newEndpoint("BaseURL", baseURL(d)+legacyRefreshPath, opts)
	if err != nil {
		return nil, err
	}
	g := &legacyGrant{config: l, login: login, renew: renew, renewTimeout: opts.Timeout / 3, now: opts.Now}
	s := newSource("Legacy API key", opts, g.fetch)
	s.onRefused = g.refused
	return s, nil
}

// legacyGrant logs in once and then uses the refresh token that came with the
// access token, until that gives none, or only tokens that are refused.
type legacyGrant struct {
	config       Legacy
	login, renew *endpoint
	renewTimeout time.Duration // leaves time for a login
	now          func() time.Time

	mu      sync.Mutex // an abandoned call may still run beside its successor
	refresh secret
	renewed bool // the last token came from it
}

func (g *legacyGrant) fetch(ctx context.Context) (Token, error) {
	// Taken out while it is used: if that takes too long, the next call must
	// not hang again.
	if refresh := g.takeRefreshToken(); refresh != "" {
		rctx, cancel := context.WithTimeout(ctx, g.renewTimeout)
		t, err := g.ask(rctx, g.renew, map[string]string{"apiKey": g.config.APIKey, "refreshToken": refresh})
		cancel()
		if err == nil {
			g.keep(refresh, true)
			return t, nil
		}
		if ctx.Err() != nil {
			return Token{}, err
		}
	}
	g.keep("", false)
	return g.ask(ctx, g.login, map[string]string{"apiKey": g.config.APIKey, "secret": g.config.Secret})
}

// keep notes where the token comes from, and keeps the refresh token unless the
// answer brought another.
func (g *legacyGrant) keep(refresh string, renewed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.renewed = renewed
	if g.refresh.reveal() == "" {
		g.refresh = hide(refresh)
	}
}

// refused is told that the last token was. If it was a renewed one, renewing it
// again may give the same for ever.
func (g *legacyGrant) refused() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.renewed {
		g.refresh = secret{}
	}
}

func (g *legacyGrant) ask(ctx context.Context, e *endpoint, fields map[string]string) (Token, error) {
	asked := g.now()
	body, err := json.Marshal(fields)
	if err != nil {
		return Token{}, errors.New("auth: Legacy: the credentials are not text")
	}
	secrets := make([]string, 0, len(fields))
	for _, v := range fields {
		secrets = append(secrets, v)
	}
	build := func() (request, error) {
		return request{kind: "application/json", body: body, secrets: secrets}, nil
	}
	return e.token(ctx, build, func(a *answer) (Token, error) {
		var reply struct {
			AccessToken  string     `json:"accessToken"`
			Expires      legacyTime `json:"expires"`
			RefreshToken string     `json:"refreshToken"`
		}
		if err := e.decode(a, &reply); err != nil {
			return Token{}, err
		}
		t, err := e.usable(a, reply.AccessToken, asked.Add(a.lifetime(reply.Expires.Time, asked)))
		if err == nil && reply.RefreshToken != "" {
			g.setRefreshToken(reply.RefreshToken)
		}
		return t, err
	})
}

// legacyTime is when a token ends, however that is written. What is no time is
// like none: a token is no worse for it.
type legacyTime struct{ time.Time }

// UnmarshalJSON takes RFC 3339, the same with a space and without a zone, and
// numbers of seconds or milliseconds.
func (t *legacyTime) UnmarshalJSON(data []byte) error {
	text := strings.Trim(string(data), `"`)
	for _, layout := range []string{time.RFC3339, time.DateTime} {
		if parsed, err := time.Parse(layout, text); err == nil {
			t.Time = parsed
			return nil
		}
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 {
		const inSeconds = 100_000_000_000 // the year 5138; in milliseconds, 1973
		if n < inSeconds {
			t.Time = time.Unix(n, 0)
		} else {
			t.Time = time.UnixMilli(n)
		}
	}
	return nil
}

// lifetime is how long a token lasts that ends at expires by the server's
// clock, which need not be ours. An end that has passed is like none.
func (a *answer) lifetime(expires, now time.Time) time.Duration {
	if a.skew(now) != 0 {
		now = httpkit.Date(a.header)
	}
	if !expires.After(now) {
		return legacyLifetime
	}
	return expires.Sub(now)
}

func (g *legacyGrant) takeRefreshToken() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.refresh.reveal()
	g.refresh = secret{}
	return t
}

func (g *legacyGrant) setRefreshToken(t string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refresh = hide(t)
}

// String shows neither key nor secret.
func (l Legacy) String() string { return "auth.Legacy{withheld}" }

// Format prints what String returns, whatever the verb.
func (l Legacy) Format(s fmt.State, _ rune) { printRedacted(s, l.String()) }

// LogValue is what String returns.
func (l Legacy) LogValue() slog.Value { return slog.StringValue(l.String()) }

// MarshalText returns what String returns.
func (l Legacy) MarshalText() ([]byte, error) { return []byte(l.String()), nil }
