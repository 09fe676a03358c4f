package conform

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/clinicalsummary"
	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/order"
	"github.com/redoxgen/redoxgen/generated/results"
)

// placed returns an order as it is received.
func placed(t *testing.T, text string) *order.New {
	t.Helper()
	o, _, err := order.DecodeNew([]byte(text))
	require.NoError(t, err)
	return o
}

// Continue adds the identifiers of the patient to those that were set before.
func TestContinueAddsIdentifiers(t *testing.T) {
	o := placed(t, `{"Patient":{"Identifiers":[{"ID":"1","IDType":"MR"},"x",{"ID":"2","IDType":"EHR"},{"ID":"2","IDType":"MR"}],"Demographics":{"LastName":"A","Sex":"Male"}}}`)
	mine := make([]common.Identifier, 1, 9) // with room that is somebody else's
	mine[0] = common.Identifier{ID: "2", IDType: "EHR", Type: "mine"}
	b := results.BuildNew().
		Patient(func(p *results.Patient) { p.Identifiers, p.Demographics.LastName = mine, "B" }).
		Continue(o).Continue(o).Identifier("3", "MR").
		Order(func(o *results.Order) {
			o.ID, o.Status = "5", results.OrderStatusResulted
			o.Results = []results.Result{{Code: "c", Value: "v", ValueType: results.ResultValueTypeString}}
		})
	m, err := b.Build()
	require.NoError(t, err)
	var ids []string
	for _, id := range m.Patient.Identifiers {
		ids = append(ids, id.ID+id.IDType+id.Type)
	}
	assert.Equal(t, []string{"2EHRmine", "1MR", "2MR", "3MR"}, ids)
	assert.Equal(t, "B", m.Patient.Demographics.LastName)
	assert.Equal(t, "Male", m.Patient.Demographics.Sex)
	assert.Equal(t, common.Identifier{}, mine[:2][1])
	const dropped = "Patient.Identifiers[1]: type, want object, got string (warning)\n" +
		"Patient.Demographics.LastName: not-in-event, want nothing set before (warning)\n"
	assert.Equal(t, dropped+dropped, b.Dropped().String())
}

// What is said of an identifier that is there already is taken over as well, or
// listed.
func TestContinueCompletesIdentifiers(t *testing.T) {
	received, _, err := clinicalsummary.DecodeVisitPush([]byte(`{"Header":{"Patient":{"Identifiers":[{"ID":"1","IDType":"MR","Type":"a"},{"ID":"2","IDType":"MR","Type":"b"}]}}}`))
	require.NoError(t, err)
	mine := []common.Identifier{{ID: "1", IDType: "MR"}, {ID: "2", IDType: "MR", Type: "mine"}}
	b := clinicalsummary.BuildPatientPush().
		Header(func(h *clinicalsummary.Header) { h.Patient.Identifiers = mine }).
		Continue(received)
	b.Header(func(h *clinicalsummary.Header) {
		assert.Len(t, h.Patient.Identifiers, 2)
		assert.Equal(t, "a", h.Patient.Identifiers[0].Type)
		assert.Equal(t, "mine", h.Patient.Identifiers[1].Type)
	})
	assert.Empty(t, mine[0].Type, "the caller's list stays as it is")
	assert.Equal(t, "Header.Patient.Identifiers: not-in-event, want nothing set before (warning)\n", b.Dropped().String())
}

// An order that is begun keeps out the one that was received, and says so.
func TestContinueBehindAnOrder(t *testing.T) {
	o := placed(t, `{"Order":{"ID":"5","Procedure":{"Code":"49086-2"},"Priority":"Stat"}}`)
	b := results.BuildNew().Order(func(o *results.Order) { o.ID = "5" }).Continue(o)
	assert.Equal(t, "Order: not-in-event, want nothing set before (warning)\n", b.Dropped().String())
}

// Continuing a second message takes over or lists every value of it.
func TestContinueTwice(t *testing.T) {
	var came, stayed int
	for i, e := range events(t) {
		r := random(t, 17, i)
		for range 4 {
			b := e.newBuilder(t)
			b.resume(decode(t, e, mustJSON(t, instance(e.node, r, 0.4))))
			require.Zero(t, b.dropped().Len(), e.name)
			doc := instance(e.node, r, 0.4)
			b.resume(decode(t, e, mustJSON(t, doc)))
			c, s := requireAccounted(t, b, e.name, doc)
			came, stayed = came+c, stayed+s
		}
	}
	t.Logf("%d values came over, %d stayed behind", came, stayed)
	assert.Greater(t, came, 500)
	assert.Greater(t, stayed, 500)
}
