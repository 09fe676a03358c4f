package auth

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/redoxgen/redoxgen/runtime/internal/duration"
)

// The API hosts of Redox, for base URLs.
const (
	US     = "https://api.redoxengine.com"
	Canada = "https://api.ca.redoxengine.com"
)

// Method is a way to get tokens: OAuth, Legacy, Static, what From returns, or
// a *Source that is open already and shared by several clients.
type Method interface {
	// Open checks the configuration and returns a source of tokens. It does
	// not use the network. What the method leaves open is taken from d.
	Open(d Defaults) (*Source, error)
}

// New opens m by itself, outside of a client.
func New(m Method) (*Source, error) {
	if m == nil {
		return nil, errors.New("auth: no method given")
	}
	return m.Open(Defaults{})
}

// Defaults is what a client passes to its Method, for settings that the method
// does not make itself.
type Defaults struct {
	BaseURL    string       // of the API, such as US; US when empty
	HTTPClient *http.Client // nil: one that package auth makes
	Logger     *slog.Logger // nil: no logs
	AllowHTTP  bool         // permit http: URLs to other machines
}

// Options are the settings that methods have in common. The zero value suits
// production.
type Options struct {
	// HTTPClient sends the requests. Redirects are never followed.
	HTTPClient *http.Client
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Logger is told of every new token and every failure to get one.
	Logger *slog.Logger
	// Early is how long before its end a token is replaced, 10 % of its
	// lifetime but at most a minute when zero. Up to half of it is added at
	// random, so that several processes do not ask at the same moment.
	Early time.Duration
	// Timeout bounds one refresh, tries included; 30 s when zero. A refresh
	// ends by then even if what it waits for does not heed its context.
	Timeout time.Duration
	// AllowHTTP permits http: URLs to other machines, which send credentials
	// in the clear. Without it only https: and this machine are accepted.
	AllowHTTP bool
}

// check refuses durations without a unit.
func (o Options) check(method string) error {
	return errors.Join(
		duration.Check(method+": Options.Early", o.Early),
		duration.Check(method+": Options.Timeout", o.Timeout),
	)
}

const defaultTimeout = 30 * time.Second

func (o Options) withDefaults(d Defaults) Options {
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
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	o.AllowHTTP = o.AllowHTTP || d.AllowHTTP
	return o
}
