package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"time"

	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/internal/duration"
)

// call is something to be done with as many requests as it takes.
type call struct {
	outgoing
	op      Op
	url     *url.URL
	kind    []string // content type
	content content
	timeout time.Duration // of each request
	// repeatable calls do no harm when they happen twice.
	repeatable bool
	decode     func([]byte) error // reads a successful answer; may be nil
	response   reflect.Type       // what that makes of a query's; nil for other calls
}

// content gives the body of each request.
type content struct {
	size int64 // -1 if not known
	// open returns the body from its beginning, to be read until the context
	// ends; again tells whether that works once more.
	open  func(context.Context) (io.Reader, error)
	again func() bool
	// copy returns another reader of the same, nil if that cannot be had.
	copy func() io.Reader
	// written is called when a reader is not needed any more.
	written func()
}

// reply is a successful call.
type reply struct {
	*exchange
	requests int
	duration time.Duration
}

func (r *reply) receipt() *Receipt {
	return &Receipt{Logs: r.envelope.logs, Errors: r.envelope.errors, Requests: r.requests, Duration: r.duration}
}

// do makes requests until one succeeds or there is no point in another.
func (c *Client) do(ctx context.Context, call *call) (*reply, error) {
	w := c.watch(ctx, call)
	r, err := c.run(w.ctx, call, w)
	w.end(r, err)
	return r, err
}

func (c *Client) run(ctx context.Context, call *call, w *watch) (*reply, error) {
	start := time.Now()
	p := &policy{config: &c.config, call: call}
	for {
		if err := c.limiter.wait(ctx); err != nil {
			return nil, call.rateLimitError(ctx, p, err)
		}
		token, err := c.source.Access(ctx)
		if err != nil {
			return nil, call.tokenError(ctx, p, err)
		}
		p.requests++
		x := c.exchange(ctx, call, token)
		failure := call.classify(ctx, x)
		d := p.decide(ctx, x, failure)
		c.applySideEffects(x, token, d)
		w.request(p.requests, x, failure, d)
		if failure == nil {
			return &reply{exchange: x, requests: p.requests, duration: time.Since(start)}, nil
		}
		failure.Requests = p.requests
		if !d.again {
			return nil, failure
		}
		ready, err := c.ready(ctx, token, d)
		if err != nil {
			// It tells, as the refusal does not, whether this may pass.
			return nil, call.tokenError(ctx, p, err)
		}
		if !ready {
			return nil, failure
		}
	}
}

// applySideEffects does what an exchange means for all calls: a refused token, a
// pause for the rate limit.
func (c *Client) applySideEffects(x *exchange, token auth.Token, d decision) {
	if x.status == http.StatusUnauthorized {
		c.source.Refused(token)
	}
	if d.pause > 0 {
		c.limiter.pause(d.pause, d.limit)
	}
}

// ready waits and gets a new token as the decision says, and reports whether
// another request makes sense then. The error is that of the new token.
func (c *Client) ready(ctx context.Context, token auth.Token, d decision) (bool, error) {
	if d.newToken {
		// A static token stays the same, and would be refused again.
		fresh, err := c.source.Access(ctx)
		return err == nil && fresh.Value() != token.Value(), err
	}
	if d.pause > 0 {
		return true, nil // the limiter waits, as it does for all other callers
	}
	_ = duration.Sleep(ctx, d.wait) // if ctx ended, the next step finds out and says so
	return true, nil
}

// giveUp is the error of a call that ended before its next request was made.
func (call *call) giveUp(p *policy, cause error, classes ...error) *Error {
	return &Error{
		Op: call.op, Event: call.event, Destinations: call.destinations,
		Requests: p.requests, Unclear: p.unclear,
		classes: classes, cause: cause,
	}
}

func (call *call) rateLimitError(ctx context.Context, p *policy, err error) *Error {
	if ctx.Err() != nil {
		return call.giveUp(p, err, contextClasses(ctx)...)
	}
	return call.giveUp(p, err, ErrRateLimited, ErrTemporary)
}

func (call *call) tokenError(ctx context.Context, p *policy, err error) *Error {
	switch {
	case ctx.Err() != nil:
		return call.giveUp(p, err, contextClasses(ctx)...)
	case errors.Is(err, auth.ErrUnavailable):
		return call.giveUp(p, err, ErrUnauthorized, ErrTemporary)
	default:
		return call.giveUp(p, err, ErrUnauthorized)
	}
}

// contextClasses are the classes of a call that its context ended: a deadline
// is a timeout, while cancelling is the caller's own doing and has no class.
func contextClasses(ctx context.Context) []error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return []error{ErrTimeout}
	}
	return nil
}

// contextError is why ctx ended: its cause, if there is one, and always the error
// that callers look for.
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// reportRefusal reports a call that made no request to the observers.
func (c *Client) reportRefusal(ctx context.Context, err error) error {
	e, ok := err.(*Error)
	if !ok {
		return err
	}
	w := c.watch(ctx, &call{op: e.Op, outgoing: outgoing{event: e.Event, destinations: e.Destinations}})
	w.end(nil, e)
	return e
}
