package client

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/internal/httpkit"
)

// exchange is one request and what came of it.
type exchange struct {
	status   int // 0 if there was no answer
	header   http.Header
	body     []byte
	envelope envelope // what body says, when it is that of a message
	err      error    // there was no answer, or it ended too early
	isUTF16  bool     // the body
	tooLong  bool     // the answer exceeds the limit
	timedOut bool     // by the timeout of the request, not by the caller's context
	duration time.Duration
	// traced is set if the transport tells when there is a connection, and
	// connected once there was one to write on. A transport that repeats
	// requests by itself may have written to one before the last.
	traced, connected atomic.Bool
}

// reached reports whether Redox may have got the whole request, whatever the
// error. With a transport that ignores httptrace (one that sends with a context
// of its own, a test double), only a failed dial certainly sent nothing.
func (x *exchange) reached() bool {
	switch {
	case x.status != 0:
		return true
	case x.traced.Load():
		return x.connected.Load()
	default:
		var failed *net.OpError
		return !errors.As(x.err, &failed) || failed.Op != "dial"
	}
}

// exchange makes one request and reads the answer.
func (c *Client) exchange(ctx context.Context, call *call, token auth.Token) *exchange {
	x := &exchange{}
	// Our own transport uses httptrace, and asks for no connection once ctx has ended.
	x.traced.Store(c.ownHTTP)
	start := time.Now()
	defer func() { x.duration = time.Since(start) }()

	tctx, cancel := context.WithTimeout(ctx, call.timeout)
	defer cancel()
	// Our own transport repeats a request only if nothing of it was written,
	// with a new connection: GetConn means that it starts over. Other transports,
	// such as those with retries or failover, may do so for other reasons.
	tctx = httptrace.WithClientTrace(tctx, &httptrace.ClientTrace{
		GetConn: func(string) {
			x.traced.Store(true)
			if c.ownHTTP {
				x.connected.Store(false)
			}
		},
		GotConn: func(httptrace.GotConnInfo) { x.connected.Store(true); x.traced.Store(true) },
		// Called last, when the transport is done with the body.
		WroteRequest: func(httptrace.WroteRequestInfo) { call.content.written() },
	})
	req, err := newRequest(tctx, call, token)
	if err != nil {
		x.err = err
		return x
	}
	resp, err := c.roundTrip(req)
	if err != nil {
		x.fail(ctx, tctx, err)
		return x
	}
	defer func() { _ = resp.Body.Close() }()
	x.status, x.header = resp.StatusCode, resp.Header
	x.body, err = readLimited(resp, c.config.Limits.Response)
	x.body, x.isUTF16 = httpkit.TrimMark(x.body)
	x.body = bytes.TrimPrefix(x.body, []byte("\ufeff")) // a byte-order mark is no part of JSON
	switch {
	case errors.Is(err, errTooLong):
		x.tooLong = true
	case err != nil:
		x.fail(ctx, tctx, err)
	}
	return x
}

var errTooLong = errors.New("client: answer too long")

// fail keeps an error; request is the context of this request alone.
func (x *exchange) fail(caller, request context.Context, err error) {
	x.err = err
	x.timedOut = caller.Err() == nil && request.Err() != nil
}

// newRequest builds the request by hand: URL and header values are the same
// for all requests of a client, and need not be made anew.
func newRequest(ctx context.Context, call *call, token auth.Token) (*http.Request, error) {
	body, err := call.content.open(ctx)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "", nil)
	if err != nil {
		return nil, err
	}
	req.URL, req.Host = call.url, call.url.Host
	req.Body, req.ContentLength = io.NopCloser(body), call.content.size
	if call.content.copy != nil {
		// With it the transport begins anew on a connection that turned out
		// to be closed before anything was written.
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(call.content.copy()), nil }
	}
	req.Header = http.Header{
		"Content-Type":  call.kind,
		"User-Agent":    userAgent,
		"Authorization": {token.Header()},
	}
	return req, nil
}

// Header values that all requests share. Nobody changes them: a transport must
// not modify a request.
var (
	jsonKind  = []string{"application/json"}
	userAgent = []string{"redoxgen"}
)

// readLimited reads an answer of at most limit bytes.
func readLimited(resp *http.Response, limit int64) ([]byte, error) {
	if resp.ContentLength > limit {
		return nil, errTooLong
	}
	if n := resp.ContentLength; n >= 0 {
		// One byte more than there are, to meet the end: an HTTP/2 stream that
		// was not read to its end is reset when the body is closed.
		body := make([]byte, n+1)
		read, err := io.ReadFull(resp.Body, body)
		if int64(read) >= n {
			return body[:n], nil
		}
		return body[:read], err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err == nil && int64(len(body)) > limit {
		return nil, errTooLong
	}
	return body, err
}
