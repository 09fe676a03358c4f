package auth

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/redoxgen/redoxgen/runtime/internal/authclient"
	"github.com/redoxgen/redoxgen/runtime/internal/duration"
)

// The API hosts of Redox, for base URLs.
const (
	BaseURLUS     = "https://api.redoxengine.com"
	BaseURLCanada = "https://api.ca.redoxengine.com"
)

// Credentials are what tokens are got with: OAuth, Legacy, Static, what From
// returns, or a *Source that several clients share.
type Credentials interface {
	// NewSource checks the credentials and returns a source of tokens. It does
	// not use the network. Call New instead: d are the settings of a client.
	NewSource(d authclient.Defaults) (*Source, error)
}

// New returns a source of tokens. It checks the credentials and does not use the
// network. Package client does this with those of its Config.
func New(c Credentials) (*Source, error) {
	if c == nil {
		return nil, errors.New("auth: there are no credentials")
	}
	return c.NewSource(authclient.Defaults{})
}

// Options are the settings that OAuth and Legacy have in common. The zero value
// suits production.
type Options struct {
	// HTTPClient sends the requests. Redirects are never followed.
	HTTPClient *http.Client
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Logger gets a record of every new token and of every failure to get one;
	// slog.Default() when nil.
	Logger *slog.Logger
	// RefreshBefore is how long before its end a token is replaced, 10 % of its
	// lifetime but at most a minute when zero. Up to half of it is added at
	// random, so that several processes do not ask at the same moment.
	RefreshBefore time.Duration
	// Timeout bounds one refresh with all its tries; 30 s when zero. A refresh
	// ends by then even if the code that it calls ignores its context.
	Timeout time.Duration
	// AllowHTTP permits http: URLs to other machines, which send credentials
	// in the clear. Without it only https: and this machine are accepted.
	AllowHTTP bool
}

// check refuses durations without a unit.
func (o Options) check(credentials string) error {
	return errors.Join(
		duration.Check(credentials+": Options.RefreshBefore", o.RefreshBefore),
		duration.Check(credentials+": Options.Timeout", o.Timeout),
	)
}

const defaultTimeout = 30 * time.Second

func (o Options) withDefaults(d authclient.Defaults) Options {
	if o.HTTPClient == nil {
		o.HTTPClient = d.HTTPClient
	}
	if o.HTTPClient == nil {
		o.HTTPClient = new(http.Client)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = d.Logger
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	o.AllowHTTP = o.AllowHTTP || d.AllowHTTP
	return o
}
