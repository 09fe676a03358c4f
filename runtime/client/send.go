package client

import (
	"context"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Receipt is what Redox answered on accepting a message.
type Receipt struct {
	// Logs has an entry per destination, in the order of Meta.Destinations.
	// Where one has none, Errors tell why the message does not go there.
	Logs []Log
	// Errors that came with an answer of status 200, which is success for Send
	// all the same; usually none.
	Errors   []MetaError
	Requests int // that it took
	Duration time.Duration
}

// Send sends a message to all destinations that its Meta names. It returns
// when Redox has accepted the message, which is before it is delivered. What
// Meta leaves out and the client knows is filled in: event, time, source.
//
// An answer of status 200 is success even if its Meta has Errors, such as
// message/Subscriptions when no subscription leads to a destination. The error
// is nil then: look at Receipt.Errors before you count a message as on its way.
// With any other status the same Errors are an *Error.
//
// Errors are *Error. If Error.Unclear is true, Redox may have accepted the
// message, and Send does not try again without WithRetryUnclear or Retry.Unclear.
// A 200 that names neither a log nor the event is not from Redox, and unclear too.
// If Redox refuses some of several destinations, Error.Accepted lists the others.
func (c *Client) Send(ctx context.Context, message redox.Message, opts ...CallOption) (*Receipt, error) {
	o := c.options(opts)
	body := newBody()
	defer body.release()
	out, err := c.prepare(OpSend, message, body, o)
	if err != nil {
		return nil, c.reportRefusal(ctx, err)
	}
	r, err := c.do(ctx, &call{
		op:         OpSend,
		outgoing:   *out,
		url:        c.sendURL,
		kind:       jsonKind,
		content:    body.content(),
		timeout:    c.config.Timeouts.Send,
		repeatable: o.retryUnclear,
	})
	if err != nil {
		return nil, err
	}
	receipt := r.receipt()
	if o.receipt != nil {
		*o.receipt = *receipt
	}
	return receipt, nil
}
