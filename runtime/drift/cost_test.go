package drift_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/drift"
)

// contact is one of many in a message of the size that Redox's have.
const contact = `{"FirstName":"Barbara","MiddleName":null,"LastName":"Bixby","Address":{"StreetAddress":"4762 Hickory Street",` +
	`"City":"Monroe","State":"WI","ZIP":"53566","County":"Green","Country":"US"},"PhoneNumber":{"Home":"+18088675301",` +
	`"Office":"+17077543758","Mobile":"+19189368865"},"RelationToPatient":"Mother","EmailAddresses":["barb.bixby@test.net"],"Roles":["Emergency Contact"]}`

func long(contacts int) []byte {
	return arrival(`"Contacts":[` + strings.TrimSuffix(strings.Repeat(contact+",", contacts), ",") + `]`)
}

// TestDriftCost: to count the drift of a message takes no longer than three times as
// long as to validate it, and nothing of a message stays in memory.
func TestDriftCost(t *testing.T) {
	testenv.NeedsMeasured(t)
	text := long(20)
	c := drift.New(patientadmin.Events())
	best := func(f func() error) time.Duration {
		least := time.Hour
		for range 20 {
			start := time.Now()
			for range 200 {
				require.NoError(t, f())
			}
			least = min(least, time.Since(start)/200)
		}
		return least
	}
	counted := best(func() error { return c.Message(text) })
	validated := best(func() error { _, err := patientadmin.ValidateArrival(text); return err })
	t.Logf("%d bytes: %v, %d MB/s; validated in %v", len(text), counted, int64(len(text))*1000/counted.Nanoseconds(), validated)
	assert.Less(t, counted, 3*validated)
}

// TestNoAllocations: what is known of a schema is all that counting keeps.
func TestNoAllocations(t *testing.T) {
	text := long(20)
	c := drift.New(patientadmin.Events())
	require.NoError(t, c.Message(text))
	assert.Less(t, testing.AllocsPerRun(100, func() { _ = c.Message(text) }), 5.0)
}

func BenchmarkMessage(b *testing.B) {
	text := long(20)
	c := drift.New(patientadmin.Events())
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		_ = c.Message(text)
	}
}
