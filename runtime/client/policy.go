package client

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/redoxgen/redoxgen/runtime/internal/httpkit"
)

// policy decides for one call whether there is another request.
type policy struct {
	call     *call
	requests int  // all of them
	failures int  // those that count for Retry.Requests
	renewed  bool // a new token was asked for
	unclear  bool // some request may have been accepted

	config  *Config
	pauses  *backoff.ExponentialBackOff // nil until needed, as most calls succeed
	windows *backoff.ExponentialBackOff // the same, between probes of the rate limit
	waited  time.Duration               // for the rate limit
}

// decision is what to do after a request, and why.
type decision struct {
	again    bool
	newToken bool          // before the next request
	wait     time.Duration // before the next request
	reason   string

	// What a 429 means for all callers, even if there is no other request.
	pause time.Duration
	limit int // the server's rate limit, if it told
}

// giveUp is d without another request.
func (d decision) giveUp(reason string) decision {
	return decision{reason: reason, pause: d.pause, limit: d.limit}
}

// decide says what follows from an exchange; failure is nil for a success.
func (p *policy) decide(ctx context.Context, x *exchange, failure *Error) decision {
	if failure == nil {
		return decision{reason: "success"}
	}
	p.unclear = p.unclear || failure.Unclear
	failure.Unclear = p.unclear
	d := p.nextStep(x, failure)
	if !d.again {
		return d
	}
	if ctx.Err() != nil {
		return d.giveUp("the context ended")
	}
	if !p.call.content.again() {
		return d.giveUp("the file cannot be read again")
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d.wait {
		return d.giveUp("the context ends before the next request: " + d.reason)
	}
	return d
}

// nextStep looks at what happened alone.
func (p *policy) nextStep(x *exchange, failure *Error) decision {
	switch {
	case isFileError(x.err):
		return decision{reason: "the file is the reason"}
	case x.err == nil && x.status == http.StatusUnauthorized:
		if p.renewed {
			return decision{reason: "a new token was refused too"}
		}
		p.renewed = true
		return decision{again: true, newToken: true, reason: "the token was refused"}
	case x.err == nil && x.status == http.StatusTooManyRequests:
		return p.rateLimited(x)
	}
	p.failures++
	switch {
	case p.failures >= p.config.Retry.Requests:
		return decision{reason: fmt.Sprintf("no more than %d requests", p.config.Retry.Requests)}
	case x.err != nil && !x.reached():
		return p.retry("there was no connection")
	case x.err == nil && x.status == http.StatusBadGateway:
		return p.retry("HTTP 502: nothing was accepted")
	case !isUnclearExchange(x, failure):
		return decision{reason: "it would fail again"}
	case !p.call.repeatable:
		return decision{reason: "it may have been accepted, and must not arrive twice"}
	default:
		return p.retry("repeating does no harm")
	}
}

// isUnclearExchange reports whether nothing can be said about what the server
// did, so that asking again is worth it if it does no harm.
func isUnclearExchange(x *exchange, failure *Error) bool {
	if x.err != nil {
		return failure.classes != nil
	}
	return isUnclear(x.status)
}

func (p *policy) retry(reason string) decision {
	if p.pauses == nil {
		p.pauses = &backoff.ExponentialBackOff{
			InitialInterval: p.config.Retry.First, MaxInterval: p.config.Retry.Max,
			Multiplier: 2, RandomizationFactor: 0.5,
		}
	}
	return decision{again: true, wait: p.pauses.NextBackOff(), reason: reason}
}

// rateLimited waits until the window of the rate limit has passed, or as long
// as the server says. All callers wait, but no longer than a window: that the
// server says more concerns this call, and may be a mistake.
func (p *policy) rateLimited(x *exchange) decision {
	window := p.config.Rate.Per
	d := decision{again: true, reason: "rate limit"}
	d.limit, _ = strconv.Atoi(x.header.Get("X-RateLimit-Limit"))
	var told bool
	if d.wait, told = httpkit.RetryAfter(x.header, time.Now()); !told {
		d.wait = p.probe()
	}
	// Even a server that says "at once" is asked no more than a hundred times.
	d.wait = max(d.wait, window/100, time.Millisecond)
	d.pause = min(d.wait, window)
	if p.waited+d.wait > window+window/10 {
		return d.giveUp(fmt.Sprintf("rate limit; waited %v, and the window is %v", p.waited, window))
	}
	p.waited += d.wait
	return d
}

// probe is how long to wait for the end of a window whose beginning is not known:
// 5 % of its length at first, then ever longer.
func (p *policy) probe() time.Duration {
	if p.windows == nil {
		window := p.config.Rate.Per
		p.windows = &backoff.ExponentialBackOff{
			InitialInterval: window / 20, MaxInterval: window / 4,
			Multiplier: 2, RandomizationFactor: 0.3,
		}
	}
	return p.windows.NextBackOff()
}
