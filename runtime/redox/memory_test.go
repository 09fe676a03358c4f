package redox_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
)

// TestWhatAPartHolds: a kept text holds its block, and a kept element its list;
// a clone of either holds neither.
func TestWhatAPartHolds(t *testing.T) {
	const messages = 8
	text := []byte(`{"Visit":{"VisitNumber":"123456789"},"Persons":[` + strings.Repeat(`{"ID":"1","Name":"someone","Roles":["a"]},`, 8_000) + `{}]}`)
	held := func(keep func(*sample) any) int {
		var kept []any
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for range messages {
			v, _, err := decodeSample(text)
			require.NoError(t, err)
			kept = append(kept, keep(v))
		}
		runtime.GC()
		runtime.GC() // what pools held
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(kept)
		return (int(after.HeapAlloc) - int(before.HeapAlloc)) / messages
	}
	assert.Less(t, held(func(v *sample) any { return v.Visit.VisitNumber }), 64<<10)
	assert.Less(t, held(func(v *sample) any { return strings.Clone(v.Visit.VisitNumber) }), 4<<10)
	assert.Greater(t, held(func(v *sample) any { return v.Persons[:1] }), 256<<10, "this is how slices are")
	assert.Less(t, held(func(v *sample) any { return Clone(&v.Persons[0]) }), 4<<10)
	assert.Less(t, held(func(v *sample) any { return Clone(&v.Persons[0]).Roles }), 4<<10)
	assert.Less(t, held(func(v *sample) any { return v.Persons[0].Roles }), 64<<10)
}
