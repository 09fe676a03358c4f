package client

import (
	"context"
	"errors"
	"reflect"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Query asks a query and returns its answer, whose type follows from that of
// the question:
//
//	found, err := client.Query(ctx, c, &patientsearch.Query{…}) // *patientsearch.Response
//
// The query must name exactly one destination. What Meta leaves out and the
// client knows is filled in: event, time, source. An answer is decoded as the
// response of the query that was asked, whatever its Meta says, and is never
// refused for what it holds; WithReport returns what does not fit the schema.
//
// Errors are *Error. An answer of status 200 with Meta.Errors is one too, and so
// is one that names neither a log nor the event and has no part of the response.
func Query[R any](ctx context.Context, c *Client, query redox.QueryMessage[R], opts ...CallOption) (*R, error) {
	o := c.options(opts)
	body := newBody()
	defer body.release()
	out, err := c.prepare(OpQuery, query, body, o)
	if err != nil {
		return nil, c.reportRefusal(ctx, err)
	}
	answer := query.RedoxResponse()
	decoder, ok := any(answer).(interface {
		DecodeJSON([]byte) (redox.Report, error)
	})
	if !ok {
		return nil, c.reportRefusal(ctx, out.refuse(OpQuery, ErrInvalid, errors.New("its response type is not generated code")))
	}
	var report redox.Report
	r, err := c.do(ctx, &call{
		op:         OpQuery,
		outgoing:   *out,
		url:        c.queryURL,
		kind:       jsonKind,
		content:    body.content(),
		timeout:    c.config.Timeouts.Query,
		repeatable: true,
		response:   reflect.TypeFor[R](),
		decode: func(body []byte) (err error) {
			report, err = decoder.DecodeJSON(body)
			return err
		},
	})
	if err != nil {
		return nil, err
	}
	if o.receipt != nil {
		*o.receipt = *r.receipt()
	}
	if o.report != nil {
		*o.report = report
	}
	return answer, nil
}
