// Package otelclient reports a client's calls to OpenTelemetry.
//
//	observer, err := otelclient.New()
//	config.Observers = append(config.Observers, observer)
//
// A call is a span of kind client with an event per request that failed.
// The metrics are redox.client.call.duration (seconds), redox.client.requests
// and redox.client.message.size (bytes). Attributes are names, IDs, sizes,
// status codes and classes of errors; nothing of a message's content.
package otelclient

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/redoxgen/redoxgen/runtime/client"
)

const scope = "github.com/redoxgen/redoxgen/runtime/client/otelclient"

// Option configures an Observer.
type Option func(*config)

type config struct {
	tracers trace.TracerProvider
	meters  metric.MeterProvider
}

// WithTracerProvider sets where spans go; the global provider otherwise.
func WithTracerProvider(p trace.TracerProvider) Option { return func(c *config) { c.tracers = p } }

// WithMeterProvider sets where metrics go; the global provider otherwise.
func WithMeterProvider(p metric.MeterProvider) Option { return func(c *config) { c.meters = p } }

// Observer is a client.Observer that makes spans and metrics. Make one with New.
type Observer struct {
	tracer   trace.Tracer
	duration metric.Float64Histogram
	requests metric.Int64Counter
	size     metric.Int64Histogram
}

// New returns an Observer for client.Config.Observers. It fails if the meter
// provider refuses an instrument.
func New(opts ...Option) (*Observer, error) {
	c := config{tracers: otel.GetTracerProvider(), meters: otel.GetMeterProvider()}
	for _, set := range opts {
		set(&c)
	}
	o := &Observer{tracer: c.tracers.Tracer(scope)}
	meter := c.meters.Meter(scope)
	var errs [3]error
	o.duration, errs[0] = meter.Float64Histogram("redox.client.call.duration", metric.WithUnit("s"),
		metric.WithDescription("How long calls take, retries and waiting included."))
	o.requests, errs[1] = meter.Int64Counter("redox.client.requests", metric.WithUnit("{request}"),
		metric.WithDescription("HTTP requests that were made."))
	o.size, errs[2] = meter.Int64Histogram("redox.client.message.size", metric.WithUnit("By"),
		metric.WithDescription("Size of what was sent."))
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	return o, nil
}

// Begin starts the span of a call.
func (o *Observer) Begin(ctx context.Context, c client.Call) (context.Context, client.CallObserver) {
	common := []attribute.KeyValue{attribute.String("redox.op", string(c.Op))}
	name := "redox." + string(c.Op)
	if c.Event != "" {
		common = append(common, attribute.String("redox.event", c.Event))
		name += " " + c.Event
	}
	ctx, span := o.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(common...),
		trace.WithAttributes(
			attribute.StringSlice("redox.destinations", c.Destinations),
			attribute.String("server.address", c.Host),
			attribute.Int64("http.request.body.size", c.Bytes),
		))
	return ctx, &call{Observer: o, ctx: ctx, span: span, common: common, bytes: c.Bytes}
}

// call follows one call.
type call struct {
	*Observer
	ctx    context.Context
	span   trace.Span
	common []attribute.KeyValue
	bytes  int64
}

// Request counts a request, and notes why one is made again.
func (c *call) Request(r client.Request) {
	attrs := append(c.common[:len(c.common):len(c.common)], attribute.Int("http.response.status_code", r.Status))
	if r.Err != nil {
		attrs = append(attrs, attribute.String("error.type", errorType(r.Err)))
		c.span.AddEvent("request failed", trace.WithAttributes(
			attribute.Int("redox.request", r.Number),
			attribute.Int("http.response.status_code", r.Status),
			attribute.String("error.type", errorType(r.Err)),
			attribute.Bool("redox.again", r.Again),
			attribute.String("redox.reason", r.Reason),
			attribute.Int64("redox.wait_ms", r.Wait.Milliseconds()),
		))
	}
	c.requests.Add(c.ctx, 1, metric.WithAttributes(attrs...))
}

// End ends the span.
func (c *call) End(out client.Outcome) {
	attrs := c.common[:len(c.common):len(c.common)]
	var logs []string
	for _, l := range out.Logs {
		logs = append(logs, l.ID)
	}
	c.span.SetAttributes(
		attribute.Int("http.response.status_code", out.Status),
		attribute.Int64("http.response.body.size", out.Bytes),
		attribute.Int("redox.requests", out.Requests),
		attribute.StringSlice("redox.logs", logs),
	)
	if out.Err != nil {
		kind := attribute.String("error.type", errorType(out.Err))
		attrs = append(attrs, kind)
		c.span.SetAttributes(kind)
		c.span.SetStatus(codes.Error, out.Err.Error())
	}
	c.duration.Record(c.ctx, out.Duration.Seconds(), metric.WithAttributes(attrs...))
	if c.bytes >= 0 && out.Requests > 0 {
		c.size.Record(c.ctx, c.bytes, metric.WithAttributes(c.common...))
	}
	c.span.End(trace.WithTimestamp(time.Now()))
}

// classes in the order in which the first that fits names an error.
var classes = []struct {
	err  error
	name string
}{
	{context.Canceled, "canceled"},
	{client.ErrUnsupported, "unsupported"},
	{client.ErrTestMessage, "test_message"},
	{client.ErrRouting, "routing"},
	{client.ErrDestination, "destination"},
	{client.ErrInvalid, "invalid"},
	{client.ErrUnauthorized, "unauthorized"},
	{client.ErrForbidden, "forbidden"},
	{client.ErrRateLimited, "rate_limited"},
	{client.ErrTooLarge, "too_large"},
	{client.ErrTimeout, "timeout"},
	{client.ErrConnection, "connection"},
	{client.ErrServer, "server"},
	{client.ErrResponse, "response"},
}

// errorType is the class of an error as a word of few kinds, for metrics.
func errorType(err error) string {
	for _, c := range classes {
		if errors.Is(err, c.err) {
			return c.name
		}
	}
	return "other"
}
