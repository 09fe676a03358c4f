// Package lab is an application: a laboratory that receives orders and answers
// each with a result. Its tests run against a local Redox.
package lab

import (
	"context"
	"errors"

	"github.com/redoxgen/redoxgen/generated/order"
	"github.com/redoxgen/redoxgen/generated/results"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// Lab measures, and sends what it measured to the hospital.
type Lab struct {
	Redox    *client.Client
	Hospital string                       // ID of the destination of results
	Measure  func(code string) (v string) // of the procedure that was ordered
}

// Handler returns the webhook for orders.
func (l *Lab) Handler(token string, dead deadletter.Sink) (*webhook.Handler, error) {
	mux := webhook.NewMux()
	webhook.On(mux, l.take)
	return webhook.NewHandler(mux, webhook.Config{Tokens: []string{token}, DeadLetter: dead})
}

func (l *Lab) take(ctx context.Context, _ webhook.Delivery, ev *order.New) error {
	result, err := results.BuildNew().Continue(ev).To(l.Hospital).
		Order(func(o *results.Order) {
			o.Status, o.ResultsStatus = results.OrderStatusResulted, results.OrderResultsStatusFinal
			o.Results = []results.Result{{
				Code: ev.Order.Procedure.Code, Value: l.Measure(ev.Order.Procedure.Code),
				ValueType: results.ResultValueTypeNumeric,
			}}
		}).
		Build()
	if err != nil {
		return webhook.Permanent(err) // the order lacks what a result needs
	}
	_, err = l.Redox.Send(ctx, result)
	var e *client.Error
	switch {
	case errors.As(err, &e) && e.Unclear:
		return webhook.Permanent(err) // a person decides: sent again, it may arrive twice
	case errors.Is(err, client.ErrTemporary):
		return err // the order comes again
	}
	return webhook.Permanent(err)
}
