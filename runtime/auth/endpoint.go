package auth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	maxAnswer  = 1 << 20 // bytes; real ones have a few hundred
	maxTries   = 3       // of one token request; asking twice does no harm
	firstPause = 200 * time.Millisecond
	maxSkew    = time.Minute // less than that explains nothing
)

// endpoint is one URL that gives tokens.
type endpoint struct {
	url    string
	host   string
	client *http.Client
	now    func() time.Time
	pause  time.Duration // before the second try
	signed bool          // requests carry an assertion, which a wrong clock can spoil
}

// answer is what an endpoint said.
type answer struct {
	status int
	kind   string // content type
	body   []byte
	date   time.Time // by the server's clock; zero if it does not say
	retry  string    // Retry-After
}

func newEndpoint(name, rawURL string, o Options) (*endpoint, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("auth: %s is not an absolute URL without user name and password", name)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !o.AllowHTTP && !isLoopback(u.Hostname())) {
		return nil, fmt.Errorf("auth: %s: %s://%s would send credentials in the clear: use https, or set AllowHTTP", name, u.Scheme, u.Host)
	}
	c := *o.HTTPClient
	// A redirect would hand the credentials to whomever it names.
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &endpoint{url: u.String(), host: u.Host, client: &c, now: o.Now, pause: firstPause}, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// request is what is posted, made anew for every try.
type request struct {
	kind    string // content type
	body    []byte
	secrets []string // what must not be repeated from the server's answer
}

// post sends what build makes and returns an answer of status 200 or 201,
// otherwise an *Error. Failures that may pass are tried again.
func (e *endpoint) post(ctx context.Context, build func() (request, error)) (*answer, error) {
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval = e.pause
	a, err := backoff.Retry(ctx, func() (*answer, error) {
		r, err := build()
		if err != nil {
			return nil, backoff.Permanent(err)
		}
		a, err := e.once(ctx, r)
		if err != nil && (!errors.Is(err, ErrUnavailable) || pauseAfter(err) > 0) {
			return nil, backoff.Permanent(err)
		}
		return a, err
	}, backoff.WithBackOff(pauses), backoff.WithMaxTries(maxTries))
	if err == nil {
		return a, nil
	}
	var known *Error
	if errors.As(err, &known) || ctx.Err() == nil {
		return nil, err
	}
	return nil, &Error{Cause: ErrUnavailable, host: e.host, Detail: "gave up waiting", err: err}
}

func (e *endpoint) once(ctx context.Context, r request) (*answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(r.body))
	if err != nil {
		return nil, fmt.Errorf("auth: the token URL cannot be used")
	}
	req.Header.Set("Content-Type", r.kind)
	req.Header.Set("Accept", "application/json")
	resp, err := e.client.Do(req)
	if err != nil {
		return nil, e.unreachable(err, r.secrets)
	}
	defer func() { _ = resp.Body.Close() }()
	a := &answer{status: resp.StatusCode, kind: resp.Header.Get("Content-Type")}
	a.retry = resp.Header.Get("Retry-After")
	a.date, _ = http.ParseTime(resp.Header.Get("Date"))
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, e.unreachable(err, r.secrets)
	}
	if len(a.body) > maxAnswer {
		return nil, &Error{Cause: ErrResponse, Status: a.status, host: e.host, Detail: "the answer is larger than 1 MB"}
	}
	if a.status != http.StatusOK && a.status != http.StatusCreated {
		return nil, e.refusal(a, r.secrets)
	}
	return a, nil
}

// unreachable turns an error of package http into one of this package. Its
// text may repeat what a server sent, so it is cleaned like an answer.
func (e *endpoint) unreachable(err error, secrets []string) error {
	cause := err
	if u := (*url.Error)(nil); errors.As(err, &u) {
		cause = u.Err // without the URL
	}
	return &Error{Cause: ErrUnavailable, host: e.host, Detail: scrub(cause.Error(), secrets...), err: cause}
}
