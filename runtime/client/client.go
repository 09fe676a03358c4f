package client

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/internal/authclient"
)

const (
	endpointPath     = "/endpoint"
	defaultUploadURL = "https://blob.redoxengine.com/upload"
)

// Client sends messages, queries and files to Redox. It is safe for
// concurrent use; make one and share it.
type Client struct {
	config    Config
	source    *auth.Source
	http      *http.Client
	ownHTTP   bool
	limiter   *limiter
	supported *capabilities
	sendURL   *url.URL
	queryURL  *url.URL
	uploadURL *url.URL // nil when none is configured
}

// New checks the configuration; it does not use the network. The error names
// everything that is wrong with it.
func New(config Config) (*Client, error) {
	config = config.withDefaults()
	c := &Client{config: config, limiter: newLimiter(config.Rate)}
	c.http, c.ownHTTP = httpClient(config.HTTPClient)

	var errs []error
	check := func(err error) { errs = append(errs, err) }
	var err error
	check(config.check())
	c.supported, err = newCapabilities(config)
	check(err)
	if err = c.setURLs(config); err != nil {
		check(err)
		config.BaseURL = "" // once is enough
	}
	c.source, err = openSource(config, c.http)
	check(err)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	c.config.Auth = nil // nothing needs the credentials any more
	return c, nil
}

// setURLs sets where requests go.
func (c *Client) setURLs(config Config) error {
	base, err := config.url("BaseURL", config.BaseURL)
	if err != nil {
		return err
	}
	root := strings.TrimRight(base.String(), "/")
	if c.sendURL, err = config.url("BaseURL", root+endpointPath); err != nil {
		return err
	}
	if c.queryURL, err = config.url("QueryPath", root+config.QueryPath); err != nil {
		return err
	}
	if config.UploadURL != "" {
		c.uploadURL, err = config.url("UploadURL", config.UploadURL)
	}
	return err
}

// Close closes the idle connections that the client made. It may be used again.
func (c *Client) Close() {
	if c.ownHTTP {
		c.http.CloseIdleConnections()
	}
}

// String names the host that the client talks to.
func (c *Client) String() string { return "client.Client(" + c.sendURL.Host + ")" }

// Format prints what String returns, whatever the verb.
func (c *Client) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, c.String()) }

// LogValue is what String returns.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.String()) }

// roundTrip makes a request. The client's own transport is used directly, as
// there are no redirects to follow and no cookies to keep.
func (c *Client) roundTrip(r *http.Request) (*http.Response, error) {
	if c.ownHTTP {
		return c.http.Transport.RoundTrip(r)
	}
	return c.http.Do(r)
}

func openSource(config Config, h *http.Client) (*auth.Source, error) {
	if config.Auth == nil {
		return nil, errors.New("client: Config.Auth is not set")
	}
	return config.Auth.NewSource(authclient.Defaults{
		BaseURL:    config.BaseURL,
		HTTPClient: h,
		Logger:     config.Logger,
		AllowHTTP:  config.AllowHTTP,
	})
}

// httpClient returns a client that follows no redirects, which would carry
// messages elsewhere, and whether it is this package's own.
func httpClient(given *http.Client) (*http.Client, bool) {
	own := given == nil
	var h http.Client
	if own {
		h.Transport = newTransport()
	} else {
		h = *given
	}
	h.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &h, own
}

// newTransport is the default transport with more idle connections to the one
// host it talks to. They are given up sooner than servers usually do: a message
// that goes out on a connection just being closed is one whose fate is unknown.
func newTransport() *http.Transport {
	const callers, idle = 100, 30 * time.Second
	// Room for header and body of most messages, which then leave in one write.
	const writeBuffer = 32 * kb
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: idle}).DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          callers,
		MaxIdleConnsPerHost:   callers,
		IdleConnTimeout:       idle,
		TLSHandshakeTimeout:   10 * time.Second,
		ExpectContinueTimeout: time.Second,
		WriteBufferSize:       writeBuffer,
	}
}
