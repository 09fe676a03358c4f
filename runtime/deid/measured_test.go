package deid

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/clinicalsummary"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/results"
	"github.com/redoxgen/redoxgen/generated/scheduling"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxsample"
)

// De-identifying costs a few times what validating the same messages does, so that a core does
// more than 100 MB in a second. The messages are all about other people: a pseudonym that was
// made for one is of no use for the next, and is forgotten when its turn comes again.
func TestCostOfDeidentifying(t *testing.T) {
	testenv.NeedsMeasured(t)
	events, messages, size := manyPeople(t, 4_000)
	// The least time of each message, so that whatever else runs is not measured.
	least := func(do func(e *redox.EventInfo, data []byte) error) (sum time.Duration) {
		best := make([]time.Duration, len(messages))
		for round := range 5 {
			for i, data := range messages {
				start := time.Now()
				if err := do(events[i%len(events)], data); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start); round == 0 || took < best[i] {
					best[i] = took
				}
			}
		}
		for _, took := range best {
			sum += took
		}
		return sum
	}
	validating := least(func(e *redox.EventInfo, data []byte) error {
		_, err := e.ValidateJSON(data)
		return err
	})
	for name, p := range map[string]Policy{"safe-harbor": SafeHarbor(), "consistent": Consistent()} {
		d := newDeidentifier(t, p)
		var out []byte
		took := least(func(e *redox.EventInfo, data []byte) (err error) {
			out, err = d.Append(out[:0], e, data)
			return err
		})
		ratio := float64(took) / float64(validating)
		t.Logf("%s: %.0f MB/s of %d messages, %.1f times validating", name, float64(size)/took.Seconds()/1e6, len(messages), ratio)
		assert.Less(t, ratio, 25.0, name)
	}
}

// manyPeople returns so many messages, each about another patient, of events that take turns,
// and their size in all.
func manyPeople(t *testing.T, n int) (events []*redox.EventInfo, messages [][]byte, size int) {
	for _, m := range []redox.Message{&patientadmin.Arrival{}, &results.New{}, &clinicalsummary.VisitPush{}, &scheduling.New{}} {
		events = append(events, m.RedoxEvent())
	}
	g := redoxsample.New(redoxsample.Options{Seed: 1})
	for i := range n {
		data, err := g.JSON(events[i%len(events)])
		require.NoError(t, err)
		messages = append(messages, data)
		size += len(data)
	}
	return events, messages, size
}
