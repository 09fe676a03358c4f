package client

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/internal/credential"
	"github.com/redoxgen/redoxgen/runtime/internal/duration"
	"github.com/redoxgen/redoxgen/runtime/internal/httpkit"
)

// The API hosts of Redox, for Config.BaseURL.
const (
	BaseURLUS     = auth.BaseURLUS
	BaseURLCanada = auth.BaseURLCanada
)

// Environment is where a client's messages go. It decides which messages the
// client refuses by their Meta.Test.
type Environment int

// The environments.
const (
	AnyEnvironment Environment = iota // test messages and real ones
	Production                        // refuses messages with Meta.Test true
	Staging                           // refuses messages without Meta.Test true
	Development                       // refuses messages without Meta.Test true
)

// String returns the environment's name in lower case.
func (e Environment) String() string {
	switch e {
	case Production:
		return "production"
	case Staging:
		return "staging"
	case Development:
		return "development"
	default:
		return "any environment"
	}
}

// Config says how to reach Redox. Only Auth is required. Identifiers and URLs
// that come from files and environment variables are used as they are: New
// refuses those with white space or line ends around them.
type Config struct {
	// Auth gives the tokens: auth.OAuth, auth.Legacy, auth.Static, auth.From
	// or an open *auth.Source that several clients share.
	Auth auth.Credentials

	// BaseURL is the API's: BaseURLUS when empty, BaseURLCanada, or one of your own.
	BaseURL string
	// QueryPath is where queries go; "/endpoint" when empty, as for messages.
	// "/query" is the older way.
	QueryPath string
	// UploadURL is where files go. Only for the US host there is a default.
	UploadURL string
	// AllowHTTP permits http: URLs to other machines, in the clear.
	AllowHTTP bool

	// SourceID is put into Meta.Source of messages that name no source. It is
	// needed only if the environment has several API keys.
	SourceID string
	// Environment decides which messages are refused by their Meta.Test.
	Environment Environment
	// Destinations says which events each destination supports. Others are
	// refused before any request.
	Destinations Destinations
	// RefuseUndeclared refuses destinations that Destinations does not list;
	// without it they get everything.
	RefuseUndeclared bool
	// Events are names, as "DataModel.EventType", that Destinations may use
	// besides those that Redox documents.
	Events []string
	// SkipValidation sends messages without checking them against their schema.
	SkipValidation bool

	Timeouts Timeouts
	Limits   Limits
	Retry    Retry
	Rate     Rate

	// Logger gets a record of every failed request with what is done next, of
	// every failed call, and at level debug of every success; slog.Default()
	// when nil.
	Logger *slog.Logger
	// Observers follow every call and request, for metrics and traces;
	// see package otelclient.
	Observers []Observer
	// HTTPClient sends the requests; a suitable one is made when nil.
	// Redirects are never followed. If the transport ignores httptrace, every
	// failure except a failed dial counts as unclear. A transport that repeats
	// requests by itself can make a message arrive twice.
	HTTPClient *http.Client
	// Now is the clock for Meta.EventDateTime; time.Now when nil.
	Now func() time.Time
}

// Timeouts bound one request each, the reading of the answer included. Calls
// as a whole are bounded by their context.
type Timeouts struct {
	Send   time.Duration // 60 s when zero
	Query  time.Duration // 125 s when zero: Redox itself gives up after 120 s
	Upload time.Duration // 5 min when zero
}

// Limits are in bytes. Zero means the default.
type Limits struct {
	Message  int64 // body of a message; 40 MB
	Upload   int64 // file to upload; 30 MB
	Embed    int64 // file that PutFile embeds instead of uploading it; 200 KB
	Response int64 // answer that is read; 64 MB
}

// Retry says when a request is made again.
type Retry struct {
	// Requests is how many requests one call makes at most; 4 when zero, 1 for
	// no retries. Requests that met a rate limit or an expired token do not
	// count.
	Requests int
	// Unclear also repeats sends that Redox may have accepted: after 500, 504,
	// timeouts and lost connections. Such a message may arrive twice. Queries
	// and uploads are repeated then in any case.
	Unclear bool
	// First is the pause before the second request, about doubled from then
	// on up to Max, with jitter; 500 ms and 30 s when zero.
	First, Max time.Duration
}

// Rate limits the requests of this client, as Redox limits those of an IP
// address: so many in any period of that length. Clients behind the same
// address share that limit and do not know of each other. A 429 makes all
// callers wait, as long as it says but no longer than Per, and with a lower
// X-RateLimit-Limit slows the client down until periods without one have passed.
type Rate struct {
	Requests int           // 10,000 when zero
	Per      time.Duration // 5 min when zero
	// Off lifts the limit on this side, X-RateLimit-Limit included. A 429 makes
	// all callers wait all the same.
	Off bool
}

const (
	kb = 1 << 10
	mb = 1 << 20
)

func (c Config) withDefaults() Config {
	if c.UploadURL == "" && (c.BaseURL == "" || strings.TrimRight(c.BaseURL, "/") == BaseURLUS) {
		c.UploadURL = defaultUploadURL
	}
	setDefault(&c.BaseURL, BaseURLUS)
	setDefault(&c.QueryPath, endpointPath)
	setDefault(&c.Timeouts.Send, 60*time.Second)
	setDefault(&c.Timeouts.Query, 125*time.Second)
	setDefault(&c.Timeouts.Upload, 5*time.Minute)
	setDefault(&c.Limits.Message, 40*mb)
	setDefault(&c.Limits.Upload, 30*mb)
	setDefault(&c.Limits.Embed, 200*kb)
	setDefault(&c.Limits.Response, 64*mb)
	setDefault(&c.Retry.Requests, 4)
	setDefault(&c.Retry.First, 500*time.Millisecond)
	setDefault(&c.Retry.Max, 30*time.Second)
	setDefault(&c.Rate.Requests, 10_000)
	setDefault(&c.Rate.Per, 5*time.Minute)
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// check looks at what may come from files and the environment, for durations
// without a unit, and for numbers below zero, which mean nothing here.
func (c Config) check() error {
	errs := []error{credential.Check("client: SourceID", c.SourceID)}
	for _, s := range []struct {
		name  string
		value time.Duration
	}{
		{"Timeouts.Send", c.Timeouts.Send}, {"Timeouts.Query", c.Timeouts.Query}, {"Timeouts.Upload", c.Timeouts.Upload},
		{"Retry.First", c.Retry.First}, {"Retry.Max", c.Retry.Max}, {"Rate.Per", c.Rate.Per},
	} {
		errs = append(errs, notNegative(s.name, int64(s.value)), duration.Check("client: "+s.name, s.value))
	}
	for _, s := range []struct {
		name  string
		value int64
	}{
		{"Limits.Message", c.Limits.Message}, {"Limits.Upload", c.Limits.Upload}, {"Limits.Embed", c.Limits.Embed},
		{"Limits.Response", c.Limits.Response}, {"Retry.Requests", int64(c.Retry.Requests)}, {"Rate.Requests", int64(c.Rate.Requests)},
	} {
		errs = append(errs, notNegative(s.name, s.value))
	}
	return errors.Join(errs...)
}

func notNegative(name string, value int64) error {
	if value < 0 {
		return fmt.Errorf("client: %s is negative; leave it out for the default", name)
	}
	return nil
}

func (c Config) url(name, raw string) (*url.URL, error) {
	return httpkit.ParseURL("client: "+name, raw, "patient data", c.AllowHTTP)
}

func setDefault[T comparable](p *T, value T) {
	var zero T
	if *p == zero {
		*p = value
	}
}
