package redoxtest

import (
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxsim"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// Delivery returns the delivery that a receiver passes to a handler with the
// message, for tests that call the handler themselves:
//
//	err := assignBed(t.Context(), redoxtest.Delivery(t, arrival), arrival)
//
// Its keys are those of a receiver, by a new log ID. The message is what
// Feed.Deliver takes; if its Meta does not name the event, its type does. The keys
// are those of a handler without a name that is registered for the event; use
// webhook.NewDelivery for another.
func Delivery(t T, message any) webhook.Delivery {
	t.Helper()
	d, err := delivery(message)
	if err != nil {
		t.Fatalf("redoxtest: %v", err)
	}
	return d
}

func delivery(message any) (webhook.Delivery, error) {
	m, err := redoxsim.NewMessage(message)
	if err != nil {
		return webhook.Delivery{}, err
	}
	if msg, ok := message.(redox.Message); ok && m.Meta.DataModel == "" && m.Meta.EventType == "" {
		info := msg.RedoxEvent()
		m.Meta.DataModel, m.Meta.EventType = info.DataModel, info.EventType
	}
	d, err := webhook.NewDelivery(m.Body(redoxsim.NewID()), m.Event())
	d.DataModel, d.EventType = m.Meta.DataModel, m.Meta.EventType
	return d, err
}
