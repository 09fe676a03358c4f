package redoxtest

import (
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxsim"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// Delivery returns what a handler is told of a message beside its content, for
// tests that call the handler themselves:
//
//	err := assignBed(t.Context(), redoxtest.Delivery(t, arrival), arrival)
//
// It has keys as in a receiver, by a log ID that no other one has. The message is
// what Feed.Deliver takes; where its Meta does not name the event, its type does.
// The handler counts as one without a name that is registered for the event;
// webhook.NewDelivery gives it another.
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
