package redox_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/all"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Every event of the catalog is found in the list of all.
func TestDispatchAllEvents(t *testing.T) {
	for _, e := range all.Events() {
		m, _, err := redox.Dispatch(fmt.Appendf(nil, `{"Meta":{"DataModel":%q,"EventType":%q}}`, e.DataModel, e.EventType), all.Events())
		require.NoError(t, err)
		assert.IsType(t, e.New(), m, e)
	}
}

// Identifiers are looked up, not searched for: four times as many take about
// four times the work, whether they are new or there already.
func TestContinueAddsManyIdentifiers(t *testing.T) {
	work := func(n int, again bool) float64 {
		var list strings.Builder
		for i := range n {
			fmt.Fprintf(&list, `,{"ID":"%d","IDType":"MR"}`, i)
		}
		ev, _, err := patientadmin.DecodeArrival([]byte(`{"Patient":{"Identifiers":[` + list.String()[1:] + `]}}`))
		require.NoError(t, err)
		want := n + 2
		allocs := testing.AllocsPerRun(1, func() {
			b := patientadmin.BuildDischarge().Identifier("x", "y").Identifier("1", "MR").Identifier("1", "MR").To("d").Continue(ev)
			if again {
				b.Continue(ev)
			}
			m, err := b.Build()
			require.NoError(t, err)
			require.Len(t, m.Patient.Identifiers, want)
			require.Equal(t, "0", m.Patient.Identifiers[3].ID)
		})
		return allocs
	}
	for _, again := range []bool{false, true} {
		few, many := work(500, again), work(2000, again)
		assert.Less(t, many, 8*few, "again: %t", again)
	}
}
