package conform

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sameJSON checks that two texts are the same JSON: members, nulls, and the
// spelling of numbers.
func sameJSON(t testing.TB, want, got []byte) bool {
	t.Helper()
	return assert.Equal(t, parse(t, want), parse(t, got), "%s", want)
}

// keeps checks that decoding and encoding lose nothing of a message, directly
// and through encoding/json.
func keeps(t testing.TB, e event, text []byte) bool {
	t.Helper()
	m := e.info.New()
	_, err := m.DecodeJSON(text)
	require.NoError(t, err)
	direct, err := m.AppendJSON(nil)
	require.NoError(t, err)
	if !sameJSON(t, text, direct) {
		return false
	}
	again := e.info.New()
	require.NoError(t, json.Unmarshal(text, again))
	indirect, err := json.Marshal(again)
	require.NoError(t, err)
	return sameJSON(t, text, indirect)
}

func TestSamplesLoseNothing(t *testing.T) {
	for name, text := range samples(t) {
		t.Run(name, func(t *testing.T) {
			e := eventOf(t, text)
			keeps(t, e, text)
			r := random(t, 2, len(text))
			for range 20 {
				doc := parse(t, text)
				for range 1 + r.IntN(20) {
					doc = mutate(doc, r)
				}
				if _, ok := doc.(map[string]any); !ok {
					continue
				}
				planted, err := json.Marshal(doc)
				require.NoError(t, err)
				if !keeps(t, e, planted) {
					return
				}
			}
		})
	}
}

func TestMutationsLoseNothing(t *testing.T) {
	for i, e := range events(t) {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			r := random(t, 3, i)
			for n := range 60 {
				if text := message(t, e, r, n); text != nil && !keeps(t, e, text) {
					return
				}
			}
		})
	}
}
