package auth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/redoxgen/redoxgen/runtime/internal/httpkit"
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
	status  int
	header  http.Header
	body    []byte
	isUTF16 bool
	secrets []string // that the request held; what the server says may repeat them
}

func newEndpoint(name, rawURL string, o Options) (*endpoint, error) {
	u, err := httpkit.ParseURL("auth: "+name, rawURL, "credentials", o.AllowHTTP)
	if err != nil {
		return nil, err
	}
	c := *o.HTTPClient
	// A redirect would hand the credentials to whomever it names.
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &endpoint{url: u.String(), host: u.Host, client: &c, now: o.Now, pause: firstPause}, nil
}

// request is what is posted, made anew for every try.
type request struct {
	kind    string // content type
	body    []byte
	secrets []string // what must not be repeated from the server's answer
}

// token posts what build makes, and reads the token in the answer, of status 200
// or 201. Errors are *Error; what may pass is tried again.
func (e *endpoint) token(ctx context.Context, build func() (request, error), read func(*answer) (Token, error)) (Token, error) {
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval = e.pause
	token, err := backoff.Retry(ctx, func() (Token, error) {
		r, err := build()
		if err != nil {
			return Token{}, backoff.Permanent(err)
		}
		a, err := e.post(ctx, r)
		var t Token
		if err == nil {
			t, err = read(a)
		}
		if err != nil && (!errors.Is(err, ErrUnavailable) || pauseAfter(err) > 0) {
			return Token{}, backoff.Permanent(err)
		}
		return t, err
	}, backoff.WithBackOff(pauses), backoff.WithMaxTries(maxTries))
	if err == nil {
		return token, nil
	}
	var known *Error
	if errors.As(err, &known) || ctx.Err() == nil {
		return Token{}, err
	}
	return Token{}, &Error{Cause: ErrUnavailable, host: e.host, Detail: "gave up waiting", err: err}
}

// post makes one request.
func (e *endpoint) post(ctx context.Context, r request) (*answer, error) {
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
	a := &answer{status: resp.StatusCode, header: resp.Header, secrets: r.secrets}
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, e.unreachable(err, r.secrets)
	}
	if len(a.body) > maxAnswer {
		return nil, &Error{Cause: ErrResponse, Status: a.status, host: e.host, Detail: "the answer is larger than 1 MB"}
	}
	a.body, a.isUTF16 = httpkit.TrimMark(a.body)
	if a.status != http.StatusOK && a.status != http.StatusCreated {
		return nil, e.refusal(a)
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
