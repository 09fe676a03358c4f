package deid

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/all"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// De-identifying costs a few times what validating the same message does, so that a core
// does more than 100 MB in a second.
func TestCostOfDeidentifying(t *testing.T) {
	testenv.NeedsMeasured(t)
	data, err := os.ReadFile("../../testdata/bench/payload/visitpush.json")
	require.NoError(t, err)
	m, _, err := redox.Dispatch(data, all.Events())
	require.NoError(t, err)
	least := func(do func() error) time.Duration {
		best := time.Hour
		for range 200 {
			start := time.Now()
			require.NoError(t, do())
			best = min(best, time.Since(start))
		}
		return best
	}
	validating := least(func() error { _, err := m.RedoxEvent().ValidateJSON(data); return err })
	for name, p := range map[string]Policy{"safe-harbor": SafeHarbor(), "consistent": Consistent()} {
		d := newDeidentifier(t, p)
		var out []byte
		took := least(func() (err error) {
			out, err = d.Append(out[:0], m.RedoxEvent(), data)
			return err
		})
		ratio := float64(took) / float64(validating)
		t.Logf("%s: %.0f MB/s, %.1f times validating", name, float64(len(data))/took.Seconds()/1e6, ratio)
		assert.Less(t, ratio, 12.0, name)
	}
}
