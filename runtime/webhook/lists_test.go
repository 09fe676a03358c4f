package webhook_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/generated/order"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// A list of the events of several data models has each event under both of its
// names, with a byte-order mark before the message as well.
func TestOnModelOfJoinedLists(t *testing.T) {
	var got []redox.Message
	r := receive(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.OnModel(mux, slices.Concat(patientadmin.Events(), order.Events()), func(_ context.Context, _ webhook.Delivery, ev redox.Message) error {
			got = append(got, ev)
			return nil
		})
	}, nil)
	assert.Equal(t, webhook.Handled, r.post(event("PatientAdmin", "Arrival", "L1")).outcome)
	assert.Equal(t, webhook.Handled, r.post("\ufeff"+event("Order", "New", "L2")).outcome)
	assert.NotEqual(t, webhook.Handled, r.post(event("PatientAdmin", "New", "L3")).outcome, "there is no such event")
	assert.Len(t, got, 2)
	assert.IsType(t, &patientadmin.Arrival{}, got[0])
	assert.IsType(t, &order.New{}, got[1])
}
