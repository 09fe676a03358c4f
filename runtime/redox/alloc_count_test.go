//go:build !race && !redox_safe

package redox_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/testenv"
	. "github.com/redoxgen/redoxgen/runtime/redox"
)

// TestListsShareAllocations: the lists that messages usually have take few
// allocations, and a message without most of them little memory.
func TestListsShareAllocations(t *testing.T) {
	testenv.NeedsMeasured(t)
	type usual ward // no other test has messages of it to learn from

	full, few := []byte(wardJSON(3, "Beds Staff Notes Scores")), []byte(wardJSON(1, "Scores"))
	decode := func(text []byte) { require.NoError(t, Unmarshal(text, new(usual))) }
	for range 100 {
		decode(full)
	}
	assert.Less(t, testing.AllocsPerRun(100, func() { decode(full) }), 7.0)

	const runs = 100
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		decode(few)
	}
	runtime.ReadMemStats(&after)
	assert.Less(t, (after.TotalAlloc-before.TotalAlloc)/runs, uint64(2<<10))
}
