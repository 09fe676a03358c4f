package generator_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/generator"
)

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
		return regexp.MustCompile(`(?m)^\t\w+ += .*$`).FindAllString(contents(r)["pay/valuesets.go"], -1)
	}
	const before = `, "State": {"type": ["string", "null"], "enum": ["open", "paid in full", "", null, 7]},
		"Part": {"type": "object", "properties": {"Kinds": {"type": "array", "items": {"type": "string", "enum": ["A", "b c"]}}}},
		"Number": {"type": "number", "enum": [1, 2]}, "On": {"type": "string", "format": "date", "enum": ["2020-01-01"]}`
	assert.Equal(t, []string{
		"\tBillStateOpen       = \"open\"", "\tBillStatePaidInFull = \"paid in full\"",
		"\tPartKindsA  = \"A\"", "\tPartKindsBC = \"b c\"",
	}, constants(before))
	assert.Equal(t, []string{
		"\tBillStateNew        = \"new\"", "\tBillStatePaidInFull = \"paid in full\"", "\tBillStateOpen       = \"open\"",
	}, constants(`, "State": {"type": "string", "enum": ["new", "paid in full"]}`)[:3])
	assert.Contains(t, constants(`, "State": {"type": "string"}`), "\tBillStateOpen       = \"open\"")

	o.Lock = nil
	o.Sources = oneEvent(before)
	event := contents(generate(t, o))["pay/bill_event.go"]
	assert.Contains(t, event, "// Values: open, paid in full.")
	assert.Contains(t, event, `Keyword: "enum"`)
	assert.NotContains(t, event, "x-redox-values")
}
