package schema

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPointersOfCorrections(t *testing.T) {
	var all []pending
	for i, pointer := range []string{"/**/a/x", "/*/b", "/a/**", "/p/~1q", "/**/a/a"} {
		all = append(all, pending{i, pointer})
	}
	at := func(list []pending, path ...string) []pending {
		for _, segment := range path {
			list = descend(list, segment)
		}
		return list
	}
	for _, c := range []struct {
		path []string
		want []int
	}{
		{nil, nil},
		{[]string{"a"}, []int{2}},
		{[]string{"a", "x"}, []int{0, 2}},
		{[]string{"p", "q", "a", "x"}, []int{0}},
		{[]string{"p", "b"}, []int{1}},
		{[]string{"b"}, nil},
		{[]string{"p", "/q"}, []int{3}},
		{[]string{"a", "a", "a"}, []int{2, 4}},
		{[]string{"x", "a", "a", "x"}, []int{0}},
		{[]string{"x", "a", "x", "x"}, nil},
	} {
		var got []int
		for _, p := range at(all, c.path...) {
			if p.matched() {
				got = append(got, p.correction)
			}
		}
		assert.Equal(t, c.want, got, "%v", c.path)
	}
	assert.Empty(t, at(all[3:4], "other", "q"), "a path that cannot match any more")
	assert.Equal(t, at(all, "z", "z"), at(all, "z", "z", "z"), "paths of no interest share what is pending")
	twice := []pending{{0, "/**/x/**"}}
	assert.Len(t, at(twice, "x", "x", "x"), 2, "nothing is pending twice")
}

func corrections(t *testing.T, text string) *corrector {
	t.Helper()
	var list []Correction
	require.NoError(t, json.Unmarshal([]byte(text), &list))
	c, err := newCorrector(list, newKeywords())
	require.NoError(t, err)
	return c
}

func TestCorrections(t *testing.T) {
	c := corrections(t, `[
		{"file": "m/e1.json", "pointer": "/properties/A/properties/T", "from": {"type": "null"}, "to": {"type": ["null", "string"]}, "reason": "r1"},
		{"file": "*/*.json", "pointer": "/**/items", "from": {}, "to": {"type": "string", "maxLength": 3}, "reason": "r2"},
		{"file": "*/*.json", "pointer": "/**/additionalProperties", "from": {"type": "string"}, "to": {}, "reason": "r3"},
		{"file": "*/*.json", "pointer": "/**/patternProperties/^x", "from": {"type": "string"}, "to": {"type": "null"}, "reason": "r4"}
	]`)
	shared := `"definitions": {
		"D": {"type": "object", "properties": {
			"T": {"type": ["null", "null"], "description": "kept", "x-redox-date": "date"},
			"L": {"items": {}}, "N": {"items": {"type": "number"}}}},
		"Same": {"type": "object", "properties": {"S": {"type": "null"}}}}`
	set, diags := load(files{
		"m/e1.json": named(`"type": "object", "properties": {
			"A": {"$ref": "#/definitions/D"}, "B": {"$ref": "#/definitions/D"}, "C": {"$ref": "#/definitions/D"}, "Same": {"$ref": "#/definitions/Same"},
			"X": {"additionalProperties": {"type": "string"}}, "Y": {"patternProperties": {"^x": {"type": "string"}}}},` + shared),
		"m/e2.json": `{"x-redox-event": {"dataModel": "M", "eventType": "E2", "kind": "notification"}, "type": "object", "properties": {"A": {"$ref": "e1.json#/definitions/D"}}}`,
	})
	require.Len(t, diags, 1, "the type that no correction of the catalog explains")
	e1, e2 := event(t, set, "m/e1.json"), event(t, set, "m/e2.json")
	before := e1.Root
	raw := string(before.Raw)
	c.event(e1)
	c.event(e2)
	finish(e1.Root)
	finish(e2.Root)

	a, b, same := e1.Root.Property("A").Node, e1.Root.Property("B").Node, e1.Root.Property("Same").Node
	assert.JSONEq(t, `{"type":"object","properties":{"T":{"type":["string","null"]},"L":{"items":{"type":"string","maxLength":3}},"N":{"items":{"type":"number"}}}}`, string(a.Raw))
	assert.JSONEq(t, `{"type":"object","properties":{"T":{"type":"null"},"L":{"items":{"type":"string","maxLength":3}},"N":{"items":{"type":"number"}}}}`, string(b.Raw))
	corrected := a.Property("T").Node
	assert.Equal(t, "r1", corrected.Corrected.Reason)
	assert.Equal(t, "kept", corrected.Description)
	assert.Equal(t, "date", corrected.Date)
	assert.Equal(t, "s/m/e1.json:5:9#/definitions/D/properties/T", corrected.Pos.String())
	assert.Equal(t, "m.D", a.Concept)

	assert.Same(t, before.Property("Same").Node, same, "what is not corrected stays")
	assert.Same(t, b, e1.Root.Property("C").Node, "what is corrected alike stays shared")
	assert.Same(t, b.Property("L").Node, e1.Root.Property("C").Node.Property("L").Node)
	assert.JSONEq(t, string(b.Raw), string(e2.Root.Property("A").Node.Raw))
	assert.Equal(t, raw, string(before.Raw), "shared nodes are not written to")

	assert.Equal(t, `{}`, string(e1.Root.Property("X").Node.Raw))
	assert.Equal(t, `{"patternProperties":{"^x":{"type":"null"}}}`, string(e1.Root.Property("Y").Node.Raw))
}

func TestInvalidCorrections(t *testing.T) {
	for text, want := range map[string]string{
		`{"pointer": "/a", "from": {"typ": 1}, "to": {}}`: `correction of /a: from: unknown keyword "typ"`,
		`{"pointer": "/a", "from": {}, "to": []}`:         `correction of /a: to: a schema must be an object, not []`,
		`{"pointer": "/a", "from": {}}`:                   `correction of /a: to: the file is empty`,
	} {
		var c Correction
		require.NoError(t, json.Unmarshal([]byte(text), &c))
		_, err := newCorrector([]Correction{c}, newKeywords())
		assert.EqualError(t, err, want)
	}
}
