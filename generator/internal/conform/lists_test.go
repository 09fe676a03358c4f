package conform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/all"
	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/results"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// sane is how many elements every list of the catalog must take.
const sane = 100_000

// step leads from a value to one in it.
type step struct {
	field  int    // of a struct
	member string // its name in JSON; "" is the first element of a list
}

// eachList calls f for all lists in values of type t, with the way there.
func eachList(t reflect.Type, way []step, f func(way []step, elem reflect.Type)) {
	switch t.Kind() {
	case reflect.Struct:
		for i := 1; i < t.NumField(); i++ {
			name := t.Field(i).Tag.Get("json")
			eachList(t.Field(i).Type, append(way[:len(way):len(way)], step{i, name}), f)
		}
	case reflect.Slice:
		f(way, t.Elem())
		eachList(t.Elem(), append(way[:len(way):len(way)], step{}), f)
	}
}

// withList returns a message with n minimal elements in the list at the end of
// the way.
func withList(way []step, elem reflect.Type, n int) []byte {
	element := `"1"`
	switch elem.Kind() {
	case reflect.Struct:
		element = `{}`
	case reflect.Slice:
		element = `[]`
	case reflect.Uint8:
		element = `true`
	case reflect.String:
		if elem == reflect.TypeFor[redox.Number]() {
			element = `1`
		}
	}
	var before, after string
	for _, s := range way {
		if s.member == "" {
			before, after = before+`[`, `]`+after
		} else {
			before, after = before+`{`+fmt.Sprintf("%q", s.member)+`:`, `}`+after
		}
	}
	return []byte(before + `[` + strings.TrimSuffix(strings.Repeat(element+",", n), ",") + `]` + after)
}

// listIn returns the list at the end of the way.
func listIn(m redox.Message, way []step) reflect.Value {
	v := reflect.ValueOf(m).Elem()
	for _, s := range way {
		if s.member == "" {
			v = v.Index(0)
		} else {
			v = v.Field(s.field)
		}
	}
	return v
}

// checkList decodes a message with n elements in a list, and encodes it.
func checkList(t *testing.T, e *redox.EventInfo, way []step, elem reflect.Type, n int) {
	t.Helper()
	text := withList(way, elem, n)
	m := e.New()
	_, err := m.DecodeJSON(text)
	require.NoError(t, err, "%v %v", e, way)
	require.Equal(t, n, listIn(m, way).Len(), "%v %v", e, way)
	out, err := m.AppendJSON(nil)
	require.NoError(t, err)
	require.True(t, bytes.Equal(text, out), "%v %v", e, way)
}

// TestEveryListIsWhole: what counts against the limit is proportional to the
// number of elements, so every list of every event is tried with a share of both,
// and every type of elements with all of it.
func TestEveryListIsWhole(t *testing.T) {
	const share = 1000
	limit := redox.SetMemoryLimit(redox.DefaultMemoryLimit / share)
	t.Cleanup(func() { redox.SetMemoryLimit(limit) })
	lists := 0
	for _, e := range all.Events() {
		eachList(reflect.TypeOf(e.New()).Elem(), nil, func(way []step, elem reflect.Type) {
			lists++
			checkList(t, e, way, elem, sane/share)
		})
	}
	assert.Greater(t, lists, 4000)

	n, share2 := sane, int64(1)
	if testing.Short() || raceEnabled {
		n, share2 = sane/20, 20
	}
	redox.SetMemoryLimit(redox.DefaultMemoryLimit / share2)
	seen := make(map[reflect.Type]bool)
	for _, e := range all.Events() {
		eachList(reflect.TypeOf(e.New()).Elem(), nil, func(way []step, elem reflect.Type) {
			if !seen[elem] {
				seen[elem] = true
				checkList(t, e, way, elem, n)
			}
		})
	}
	assert.Greater(t, len(seen), 150)
	debug.FreeOSMemory() // for the tests that measure it
}

// TestLongListsAreEdited: what a list is edited to is what is sent, and nothing
// else of the message that it came in.
func TestLongListsAreEdited(t *testing.T) {
	const n = 1500
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`{"Identifiers":[{"ID":"OLD%06d","IDType":"MRN"}]}`, i))
	}
	text := []byte(`{"Meta":{"DataModel":"Results","EventType":"Query"},"Patients":[` + strings.Join(list, ",") + `]}`)
	decode := func(text []byte) *results.Query {
		ev, r, err := results.DecodeQuery(text)
		require.NoError(t, err)
		require.Zero(t, r.Len())
		require.Len(t, ev.Patients, n)
		validated, err := results.ValidateQuery(text)
		require.NoError(t, err)
		require.Equal(t, r, validated)
		return ev
	}
	sent := func(ev *results.Query) (old, fresh int) {
		out, err := ev.AppendValid(nil)
		require.NoError(t, err)
		return bytes.Count(out, []byte("OLD")), bytes.Count(out, []byte("NEW"))
	}
	var indented bytes.Buffer
	require.NoError(t, json.Indent(&indented, text, "", "\t"))
	assert.True(t, decode(text).Equal(*decode(indented.Bytes())))

	ev := decode(text)
	ev.Patients = ev.Patients[1:]
	old, _ := sent(ev)
	assert.Equal(t, n-1, old)

	ev = decode(text)
	ev.Patients = make([]results.Patient, 1100)
	for i := range ev.Patients {
		ev.Patients[i].Identifiers = []common.Identifier{{ID: "NEW", IDType: "MRN"}}
	}
	old, fresh := sent(ev)
	assert.Equal(t, 0, old)
	assert.Equal(t, 1100, fresh)
}
