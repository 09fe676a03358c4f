package conform

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/redoxsample"
)

// Samples of every event are valid for the independent validator too, and without a
// warning. With REDOXGEN_LONG=1 there are 1,000 of each event.
func TestSamplesAreValid(t *testing.T) {
	count := 6
	if testenv.Long() {
		count = 1000
	}
	profiles := []redoxsample.Profile{redoxsample.Typical, redoxsample.Small, redoxsample.Full}
	for _, e := range events(t) {
		generators := make([]*redoxsample.Generator, len(profiles))
		for i, p := range profiles {
			generators[i] = redoxsample.New(redoxsample.Options{Seed: uint64(i), Profile: p})
		}
		for i := range count {
			data, err := generators[i%len(profiles)].JSON(e.info)
			require.NoError(t, err, "%s, number %d", e.name, i)
			d := json.NewDecoder(bytes.NewReader(data))
			d.UseNumber()
			var doc any
			require.NoError(t, d.Decode(&doc))
			require.NoError(t, e.oracle.Validate(doc), "%s, number %d", e.name, i)
			report, err := e.info.ValidateJSON(data)
			require.NoError(t, err)
			assert.Zero(t, report.Len(), "%s, number %d: %v", e.name, i, report)
		}
	}
}
