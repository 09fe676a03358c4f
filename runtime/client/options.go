package client

import "github.com/redoxgen/redoxgen/runtime/redox"

// Op is what a client was asked to do.
type Op string

// The operations.
const (
	OpSend   Op = "send"
	OpQuery  Op = "query"
	OpUpload Op = "upload"
)

// CallOption changes one call.
type CallOption func(*callOptions)

type callOptions struct {
	skipValidation bool
	retryUnclear   bool
	receipt        *Receipt
	report         *redox.Report
}

func (c *Client) options(opts []CallOption) callOptions {
	o := callOptions{retryUnclear: c.config.Retry.Unclear}
	for _, set := range opts {
		set(&o)
	}
	return o
}

// WithoutValidation sends the message without checking it against its schema.
func WithoutValidation() CallOption { return func(o *callOptions) { o.skipValidation = true } }

// WithRetryUnclear repeats a send that Redox may have accepted; the message may
// arrive twice.
func WithRetryUnclear() CallOption { return func(o *callOptions) { o.retryUnclear = true } }

// WithReceipt stores in r what Redox said beside the answer to a query, such as
// the log ID.
func WithReceipt(r *Receipt) CallOption { return func(o *callOptions) { o.receipt = r } }

// WithReport stores in r what is wrong with the answer to a query. Answers are
// never refused for what they hold.
func WithReport(r *redox.Report) CallOption { return func(o *callOptions) { o.report = r } }
