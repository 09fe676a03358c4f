// Package oteldrift counts in OpenTelemetry how messages differ from their schemas:
//
//	counter, err := oteldrift.New(all.Events())
//	h, err := webhook.NewHandler(mux, webhook.Config{Observers: []webhook.Observer{driftwebhook.New(counter)}, …})
//
// The counter redox.drift has the labels redox.event and redox.rule. An event is named
// only if it is among those that New got, and rules are few, so that no sender can make
// up series.
package oteldrift

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/redoxgen/redoxgen/runtime/drift"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

const scope = "github.com/redoxgen/redoxgen/runtime/drift/oteldrift"

// Option configures a Counter.
type Option func(*options)

type options struct{ meters metric.MeterProvider }

// WithMeterProvider sets where metrics go. Default otel.GetMeterProvider().
func WithMeterProvider(p metric.MeterProvider) Option { return func(o *options) { o.meters = p } }

// Counter counts messages that drift. It is safe for concurrent use.
type Counter struct {
	drift  metric.Int64Counter
	events map[[2]string]string
}

var _ drift.Reporter = (*Counter)(nil)

// Labels beside names of events and rules of package drift.
const (
	otherEvent = "other"
	noSchema   = "no-schema"
)

// New returns a Counter, with an error if the instrument cannot be made.
func New(events []*redox.EventInfo, opts ...Option) (*Counter, error) {
	o := options{otel.GetMeterProvider()}
	for _, set := range opts {
		set(&o)
	}
	counter, err := o.meters.Meter(scope).Int64Counter("redox.drift",
		metric.WithDescription("Messages that differ from their schema, by event and rule"), metric.WithUnit("{message}"))
	if err != nil {
		return nil, err
	}
	c := &Counter{counter, make(map[[2]string]string, len(events))}
	for _, e := range events {
		c.events[[2]string{e.DataModel, e.EventType}] = e.String()
	}
	return c, nil
}

// Report implements drift.Reporter: it counts the message once for each rule that drift
// goes against, and a message of another event for the rule no-schema.
func (c *Counter) Report(dataModel, eventType string, r redox.Report) {
	event, ok := c.events[[2]string{dataModel, eventType}]
	if !ok {
		c.add(otherEvent, noSchema)
		return
	}
	for _, rule := range drift.Rules(r) {
		c.add(event, string(rule))
	}
}

func (c *Counter) add(event, rule string) {
	c.drift.Add(context.Background(), 1, metric.WithAttributeSet(attribute.NewSet(
		attribute.String("redox.event", event), attribute.String("redox.rule", rule))))
}
