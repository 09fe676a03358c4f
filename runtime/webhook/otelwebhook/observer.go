// Package otelwebhook reports what a webhook handler does to OpenTelemetry.
//
//	observer, err := otelwebhook.New()
//	h, err := webhook.NewHandler(mux, webhook.Config{Observers: []webhook.Observer{observer}, …})
//
// Spans and metrics hold event names, IDs, sizes and durations and nothing of a
// message's content. Metrics name an event only if it is registered, so that
// no sender can make up series.
package otelwebhook

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/redoxgen/redoxgen/runtime/webhook"
)

const scope = "github.com/redoxgen/redoxgen/runtime/webhook/otelwebhook"

// Option configures an Observer.
type Option func(*options)

type options struct {
	tracers    trace.TracerProvider
	meters     metric.MeterProvider
	propagator propagation.TextMapPropagator
}

// WithTracerProvider sets where spans go. Default otel.GetTracerProvider().
func WithTracerProvider(p trace.TracerProvider) Option { return func(o *options) { o.tracers = p } }

// WithMeterProvider sets where metrics go. Default otel.GetMeterProvider().
func WithMeterProvider(p metric.MeterProvider) Option { return func(o *options) { o.meters = p } }

// WithPropagator sets how the sender's trace is found. Default
// otel.GetTextMapPropagator().
func WithPropagator(p propagation.TextMapPropagator) Option {
	return func(o *options) { o.propagator = p }
}

// Observer is a webhook.Observer. It is safe for concurrent use.
type Observer struct {
	tracer     trace.Tracer
	propagator propagation.TextMapPropagator
	requests   metric.Int64Counter
	duration   metric.Float64Histogram
	handling   metric.Float64Histogram
	size       metric.Int64Histogram
	violations metric.Int64Counter
}

var _ webhook.Observer = (*Observer)(nil)

// New returns an observer, with an error if an instrument cannot be made.
func New(opts ...Option) (*Observer, error) {
	o := options{otel.GetTracerProvider(), otel.GetMeterProvider(), otel.GetTextMapPropagator()}
	for _, set := range opts {
		set(&o)
	}
	m := o.meters.Meter(scope)
	obs := &Observer{tracer: o.tracers.Tracer(scope), propagator: o.propagator}
	var errs [5]error
	obs.requests, errs[0] = m.Int64Counter("redox.webhook.requests",
		metric.WithDescription("Requests by result and event"), metric.WithUnit("{request}"))
	obs.duration, errs[1] = m.Float64Histogram("redox.webhook.duration",
		metric.WithDescription("Time from a request's headers to the answer"), metric.WithUnit("s"))
	obs.handling, errs[2] = m.Float64Histogram("redox.webhook.handling",
		metric.WithDescription("Time within handlers"), metric.WithUnit("s"))
	obs.size, errs[3] = m.Int64Histogram("redox.webhook.size",
		metric.WithDescription("Size of messages"), metric.WithUnit("By"))
	obs.violations, errs[4] = m.Int64Counter("redox.webhook.violations",
		metric.WithDescription("What in messages does not fit their schema"), metric.WithUnit("{violation}"))
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return obs, nil
}

// Begin implements webhook.Observer.
func (o *Observer) Begin(ctx context.Context, r *http.Request) (context.Context, webhook.RequestObserver) {
	ctx = o.propagator.Extract(ctx, propagation.HeaderCarrier(r.Header))
	ctx, _ = o.tracer.Start(ctx, "redox webhook", trace.WithSpanKind(trace.SpanKindConsumer))
	return ctx, request{o, ctx}
}

// request follows one request, whose span is in the context.
type request struct {
	*Observer

	ctx context.Context
}

// End implements webhook.RequestObserver.
func (r request) End(out webhook.Outcome) {
	r.measure(r.ctx, out)
	endSpan(trace.SpanFromContext(r.ctx), out)
}

func (o *Observer) measure(ctx context.Context, out webhook.Outcome) {
	event := "other"
	if out.Known {
		event = out.Delivery.Event()
	}
	set := metric.WithAttributeSet(attribute.NewSet(
		attribute.String("redox.result", string(out.Result)),
		attribute.String("redox.event", event),
	))
	o.requests.Add(ctx, 1, set)
	o.duration.Record(ctx, out.Duration.Seconds(), set)
	if out.Handling > 0 {
		o.handling.Record(ctx, out.Handling.Seconds(), set)
	}
	if out.Size > 0 {
		o.size.Record(ctx, int64(out.Size), set)
	}
	if n := out.Delivery.Report.Len(); n > 0 {
		o.violations.Add(ctx, int64(n), set)
	}
}

func endSpan(span trace.Span, out webhook.Outcome) {
	defer span.End()
	if !span.IsRecording() {
		return
	}
	span.SetAttributes(
		attribute.String("redox.result", string(out.Result)),
		attribute.Int("http.response.status_code", out.Status),
	)
	if !out.Delivery.Received.IsZero() {
		d := out.Delivery
		if out.Known {
			span.SetName("redox " + d.Event())
		}
		for _, a := range d.Attrs() {
			span.SetAttributes(attribute.String("redox."+a.Key, a.Value.String()))
		}
	}
	switch out.Result {
	case webhook.Failed, webhook.DeadLetter, webhook.Unavailable, webhook.InFlight:
		// Not the error's text: it may contain patient data.
		span.SetStatus(codes.Error, string(out.Result))
	}
}
