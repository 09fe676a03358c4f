// Package driftwebhook counts how the messages of a webhook handler differ from their
// schemas, see package drift:
//
//	collector := drift.New(all.Events())
//	h, err := webhook.NewHandler(mux, webhook.Config{Observers: []webhook.Observer{driftwebhook.New(collector)}, …})
package driftwebhook

import (
	"context"
	"net/http"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/drift"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// New returns an observer that gives each reporter, such as a drift.Collector or the
// counter of package oteldrift, the report on every message that was decoded, with its
// first delivery. Messages of events that no handler is registered for by type count as
// messages without a schema.
func New(reporters ...drift.Reporter) webhook.Observer { return observer(reporters) }

type observer []drift.Reporter

func (o observer) Begin(ctx context.Context, _ *http.Request) (context.Context, webhook.RequestObserver) {
	return ctx, o
}

// End implements webhook.RequestObserver.
func (o observer) End(out webhook.Outcome) {
	if !counts(out) {
		return
	}
	d := out.Delivery
	if !out.Known { // it was read without a schema
		d.DataModel, d.EventType = "", ""
	}
	for _, r := range o {
		r.Report(d.DataModel, d.EventType, d.Report)
	}
}

// counts reports whether a message was decoded, for the first time, or no handler takes
// its event.
func counts(out webhook.Outcome) bool {
	switch out.Result {
	case webhook.Handled, webhook.Answered, webhook.Failed:
		return !out.Delivery.Redelivery
	case webhook.DeadLetter:
		return out.Reason == deadletter.Rejected && !out.Delivery.Redelivery || out.Reason == deadletter.Unhandled && !out.Known
	default:
		return false
	}
}

// Whole is middleware that has the Collector see each message whole, for which it walks
// it once more: then it also knows which documented members never occur, and what
// members hold that schemas lack. Use it in place of the observer, not beside it:
//
//	webhook.Use(mux, driftwebhook.Whole(collector))
func Whole(c *drift.Collector) func(webhook.HandlerFunc) webhook.HandlerFunc {
	return func(next webhook.HandlerFunc) webhook.HandlerFunc {
		return func(ctx context.Context, d webhook.Delivery, m redox.Message) (redox.Message, error) {
			_ = c.Message(d.Raw) // what is not counted is handled all the same
			return next(ctx, d, m)
		}
	}
}
