package generator_test

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator"
)

// Events whose names differ only in case are two events, in files of their own.
func TestEventsThatDifferInCase(t *testing.T) {
	o := generator.Options{Sources: []generator.Source{smallEvents("Pay.Bill", "Pay.BILL")}, ImportPath: goldenImportPath}
	r := generate(t, o)
	requireSound(t, r)
	assert.Equal(t, []string{`event pay.BILL "Pay" "BILL"`, `event pay.BillObject "Pay" "Bill"`}, lockedEvents(r.Lock))
	folded := make(map[string]bool)
	for _, f := range r.Files {
		assert.False(t, folded[strings.ToLower(f.Path)], "%s is there twice", f.Path)
		folded[strings.ToLower(f.Path)] = true
	}
	events := contents(r)["pay/events.go"]
	assert.Contains(t, events, "&billEvent,")
	assert.Contains(t, events, "&billObjectEvent,")

	dir := t.TempDir()
	_, err := generator.Write(dir, "", r)
	require.NoError(t, err)
	o.Lock = r.Lock
	changes, err := generator.Compare(dir, "", generate(t, o))
	require.NoError(t, err)
	assert.Empty(t, changes.Changes)
}

// Concepts whose names differ only in case have variables of their own, too.
func TestConceptsThatDifferInCase(t *testing.T) {
	const date = `{"type": ["string", "null"], "x-redox-date": "date"}`
	r := generate(t, generator.Options{ImportPath: goldenImportPath, Sources: []generator.Source{generator.FS("in", fstest.MapFS{
		"pay/sum.json": {Data: []byte(`{
			"x-redox-event": {"dataModel": "Pay", "eventType": "Sum", "kind": "notification"},
			"type": "object", "properties": {
				"One": {"x-redox-concept": "pay.Item", "type": "object", "properties": {"A": ` + date + `}},
				"Two": {"x-redox-concept": "pay.ITEM", "type": "object", "properties": {"B": ` + date + `}}}}`)},
	})}})
	requireSound(t, r)
}

// The texts of an enum have constants, which stay when the enum grows, shrinks or goes.
func TestEnumsGiveConstants(t *testing.T) {
	o := generator.Options{ImportPath: goldenImportPath}
	constants := func(properties string) []string {
		t.Helper()
		o.Sources = oneEvent(properties)
		r := generate(t, o)
		requireSound(t, r)
		o.Lock = r.Lock
		again := generate(t, o)
		assert.Equal(t, contents(r), contents(again))
		assert.Equal(t, string(r.Lock), string(again.Lock))
		return regexp.MustCompile(`(?m)^\t\w+ +\w+ += .*$`).FindAllString(contents(r)["pay/valuesets.go"], -1)
	}
	const before = `, "State": {"type": ["string", "null"], "enum": ["open", "paid in full", "", null, 7]},
		"Part": {"type": "object", "properties": {"Kinds": {"type": "array", "items": {"type": "string", "enum": ["A", "b c"]}}}},
		"Number": {"type": "number", "enum": [1, 2]}, "On": {"type": "string", "format": "date", "enum": ["2020-01-01"]}`
	assert.Equal(t, []string{
		"\tBillStateOpen       BillState = \"open\"", "\tBillStatePaidInFull BillState = \"paid in full\"",
		"\tPartKindsA  PartKinds = \"A\"", "\tPartKindsBC PartKinds = \"b c\"",
	}, constants(before))
	assert.Equal(t, []string{
		"\tBillStateNew        BillState = \"new\"", "\tBillStatePaidInFull BillState = \"paid in full\"", "\tBillStateOpen       BillState = \"open\"",
	}, constants(`, "State": {"type": "string", "enum": ["new", "paid in full"]}`)[:3])
	assert.Contains(t, constants(`, "State": {"type": "string"}`), "\tBillStateOpen       BillState = \"open\"")

	o.Lock = nil
	o.Sources = oneEvent(before)
	event := contents(generate(t, o))["pay/bill_event.go"]
	assert.Contains(t, event, "// Values: open, paid in full.")
	assert.Contains(t, event, `Keyword: "enum"`)
	assert.NotContains(t, event, "x-redox-values")
}
