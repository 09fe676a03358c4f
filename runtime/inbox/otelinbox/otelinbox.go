// Package otelinbox reports the figures of an inbox to OpenTelemetry.
//
//	stop, err := otelinbox.Register(box)
//
// The gauges are redox.inbox.depth, redox.inbox.oldest_age, redox.inbox.held_keys and
// redox.inbox.attempts. One process of those that share an inbox has to report them.
package otelinbox

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

const scope = "github.com/redoxgen/redoxgen/runtime/inbox/otelinbox"

// Option configures Register.
type Option func(*options)

type options struct {
	meters metric.MeterProvider
	now    func() time.Time
}

// WithMeterProvider sets where metrics go. Default otel.GetMeterProvider().
func WithMeterProvider(p metric.MeterProvider) Option { return func(o *options) { o.meters = p } }

// WithClock replaces time.Now.
func WithClock(now func() time.Time) Option { return func(o *options) { o.now = now } }

// timeout bounds each look at the Box.
const timeout = 10 * time.Second

// Register reports the figures of box each time that metrics are collected, until stop
// is called.
func Register(box inbox.Box, opts ...Option) (stop func() error, err error) {
	o := options{otel.GetMeterProvider(), time.Now}
	for _, set := range opts {
		set(&o)
	}
	m := o.meters.Meter(scope)
	var errs [4]error
	var depth, held, attempts metric.Int64ObservableGauge
	var oldest metric.Float64ObservableGauge
	depth, errs[0] = m.Int64ObservableGauge("redox.inbox.depth",
		metric.WithDescription("Messages that are not finished, by state"), metric.WithUnit("{message}"))
	oldest, errs[1] = m.Float64ObservableGauge("redox.inbox.oldest_age",
		metric.WithDescription("Time since the oldest message that is not finished was received"), metric.WithUnit("s"))
	held, errs[2] = m.Int64ObservableGauge("redox.inbox.held_keys",
		metric.WithDescription("Keys that wait for a message that failed"), metric.WithUnit("{key}"))
	attempts, errs[3] = m.Int64ObservableGauge("redox.inbox.attempts",
		metric.WithDescription("The most attempts at a message that is not finished"), metric.WithUnit("{attempt}"))
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	r, err := m.RegisterCallback(func(ctx context.Context, to metric.Observer) error {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		s, err := box.Stats(ctx)
		if err != nil {
			return err
		}
		ready := s.Depth - s.Running - s.Waiting - s.Blocked - s.Held
		for state, n := range map[string]int{"ready": ready, "running": s.Running, "waiting": s.Waiting, "blocked": s.Blocked, "held": s.Held} {
			to.ObserveInt64(depth, int64(n), metric.WithAttributes(attribute.String("redox.state", state)))
		}
		age := 0.0
		if !s.Oldest.IsZero() {
			age = max(o.now().Sub(s.Oldest).Seconds(), 0)
		}
		to.ObserveFloat64(oldest, age)
		to.ObserveInt64(held, int64(s.HeldKeys))
		to.ObserveInt64(attempts, int64(s.Attempts))
		return nil
	}, depth, oldest, held, attempts)
	if err != nil {
		return nil, err
	}
	return r.Unregister, nil
}
