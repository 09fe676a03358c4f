package schema

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReferences(t *testing.T) {
	set, diags := load(files{
		"events/m/e.json": named(`"type": "object",
			"properties": {
				"Local": {"$ref": "#/definitions/Local", "description": "this use", "x-redox-retired": "2023"},
				"Shared": {"$ref": "../../definitions/lib.json#/definitions/Visit"},
				"Again": {"$ref": "../../definitions/lib.json#/definitions/Alias"},
				"Escaped": {"$ref": "../../definitions/lib.json#/definitions/a~1b%20c"},
				"Deep": {"$ref": "../../definitions/lib.json#/definitions/Visit/properties/Rooms/items"},
				"Whole": {"$ref": "../../definitions/whole.json"},
				"Variant": {"$ref": "../../definitions/lib.json#/definitions/Visit.Short"},
				"Elsewhere": {"$ref": "../../definitions/lib.json#/definitions/Borrowed"},
				"Dated": {"$ref": "../../definitions/lib.json#/definitions/Text", "x-redox-date": "date"},
				"Other": {"$ref": "../../definitions/lib.json#/definitions/Visit", "x-redox-concept": "Stay"}
			},
			"definitions": {"Local": {"type": "object", "description": "the definition"}}`),
		"definitions/lib.json": `{"definitions": {
			"Visit": {"type": "object", "title": "T", "description": "A visit.", "properties": {"Rooms": {"items": {"type": "string"}}}},
			"Alias": {"$ref": "#/definitions/Visit"},
			"Visit.Short": {"type": "object", "x-redox-concept": "Visit"},
			"Borrowed": {"type": "object", "x-redox-concept": "common.Address"},
			"Text": {"type": "string"},
			"a/b c": {"type": "object"}
		}}`,
		"definitions/whole.json": `{"type": "object", "properties": {"A": {"type": "string"}}}`,
	})
	require.Empty(t, diags)
	root := set.Events[0].Root
	for name, want := range map[string]string{
		"Local": "m.Local", "Shared": "lib.Visit", "Again": "lib.Visit", "Escaped": "", "Deep": "", "Whole": "",
		"Variant": "lib.Visit", "Elsewhere": "common.Address", "Dated": "", "Other": "m.Stay",
	} {
		assert.Equal(t, want, root.Property(name).Node.Concept, name)
	}
	shared := root.Property("Shared")
	assert.Same(t, shared.Node, root.Property("Again").Node, "uses share one node")
	assert.Equal(t, "definitions/lib.json", shared.Node.File)
	assert.Equal(t, "s/definitions/lib.json:2:13#/definitions/Visit", shared.Node.Pos.String())
	assert.Equal(t, "A visit.", shared.Description)
	assert.Equal(t, String, root.Property("Deep").Node.Types)
	assert.Equal(t, "date", root.Property("Dated").Node.Date)
	assert.Equal(t, "A visit.", root.Property("Other").Node.Description)

	local := root.Property("Local")
	assert.Equal(t, "this use", local.Description)
	assert.Equal(t, "2023", local.Retired)
	assert.Equal(t, "the definition", local.Node.Description)
	assert.JSONEq(t, `{"type":"object","properties":{"A":{"type":"string"}}}`, string(root.Property("Whole").Node.Raw))
}

func TestRootReference(t *testing.T) {
	set, diags := load(files{"m/e.json": named(`"$ref": "#/definitions/E", "definitions": {"E": {"type": "object", "required": ["A"]}}`)})
	require.Empty(t, diags)
	assert.Equal(t, []string{"A"}, set.Events[0].Root.Required)
}

func TestBadReferences(t *testing.T) {
	_, diags := load(files{
		"m/e.json": named(`"type": "object", "properties": {
"A": {"$ref": "#/definitions/Visitt"},
"B": {"$ref": "../definitions/libb.json#/definitions/X"},
"C": {"$ref": "http://example.com/x.json"},
"D": {"$ref": "#Visit"},
"E": {"$ref": "#/properties"},
"F": {"$ref": "/etc/passwd"},
"G": {"$ref": "../../../outside.json"},
"H": {"$ref": "%zz"},
"I": {"$ref": 1},
"J": {"$ref": "#/definitions/Visit/type"},
"K": {"$ref": "broken.json#/definitions/X"},
"L": {"$ref": "#/definitions/Visit/items/7"}
}, "definitions": {"Visit": {"type": "array", "items": [{}]}}`),
		"definitions/lib.json": `{"definitions": {"X": {"$ref": "#/definitions/Missing"}}}`,
		"m/broken.json":        `{`,
	})
	const noSchema = " names something that is not a schema [invalid-ref]\n\tschemas are the values of properties, definitions, items and the like"
	assert.Equal(t, []string{
		"s/definitions/lib.json:1:32#/definitions/X/$ref: error: $ref \"#/definitions/Missing\" names nothing: s/definitions/lib.json#/definitions has no \"Missing\" [missing-ref]",
		"s/m/broken.json:1:2: error: found the end of the file where a member name in double quotes was expected [json-syntax]\n\tthe file looks truncated: an object that begins at line 1, column 1 is not complete",
		"s/m/e.json:2:15#/properties/A/$ref: error: $ref \"#/definitions/Visitt\" names nothing: s/m/e.json#/definitions has no \"Visitt\" [missing-ref]\n\tdid you mean \"Visit\"?",
		"s/m/e.json:3:15#/properties/B/$ref: error: $ref \"../definitions/libb.json#/definitions/X\" names a file that does not exist: definitions/libb.json [missing-ref]\n\tdid you mean ../definitions/lib.json?",
		"s/m/e.json:4:15#/properties/C/$ref: error: $ref \"http://example.com/x.json\" leaves the schemas: only files of the same source are read [remote-ref]\n\tcopy the file among the schemas and refer to it by relative path",
		"s/m/e.json:5:15#/properties/D/$ref: error: $ref \"#Visit\": the part after # is not a JSON pointer [invalid-ref]\n\twrite #/definitions/Name",
		"s/m/e.json:6:15#/properties/E/$ref: error: $ref \"#/properties\"" + noSchema,
		"s/m/e.json:7:15#/properties/F/$ref: error: $ref \"/etc/passwd\" leaves the schemas: only files of the same source are read [remote-ref]\n\tcopy the file among the schemas and refer to it by relative path",
		"s/m/e.json:8:15#/properties/G/$ref: error: $ref \"../../../outside.json\" names a file that does not exist: ../../outside.json [missing-ref]",
		"s/m/e.json:9:15#/properties/H/$ref: error: $ref \"%zz\" is not a URI reference [invalid-ref]\n\twrite #/definitions/Name or file.json#/definitions/Name",
		"s/m/e.json:10:15#/properties/I/$ref: error: the value of \"$ref\" must be a string, not 1 [invalid-keyword]",
		"s/m/e.json:11:15#/properties/J/$ref: error: $ref \"#/definitions/Visit/type\"" + noSchema,
		"s/m/e.json:13:15#/properties/L/$ref: error: $ref \"#/definitions/Visit/items/7\" names nothing: s/m/e.json#/definitions/Visit/items has no \"7\" [missing-ref]",
	}, diags)
}

func TestCircularReferences(t *testing.T) {
	const hint = " [circular-ref]\n\trecursive schemas are not supported: break the circle, or leave one schema's type open"
	_, diags := load(files{
		"m/e.json": named(`"type": "object", "properties": {"A": {"$ref": "../definitions/lib.json#/definitions/A"}}`),
		"definitions/lib.json": `{"definitions": {
"A": {"properties": {"B": {"$ref": "#/definitions/B"}}},
"B": {"items": {"$ref": "other.json#/definitions/C"}},
"Self": {"$ref": "#/definitions/Self"}
}}`,
		"definitions/other.json": `{"definitions": {
"C": {"properties": {"A": {"$ref": "lib.json#/definitions/A"}}}
}}`,
	})
	assert.Equal(t, []string{
		`s/definitions/lib.json:4:18#/definitions/Self/$ref: error: $ref "#/definitions/Self" is circular: definitions/lib.json#/definitions/Self → definitions/lib.json#/definitions/Self` + hint,
		`s/definitions/other.json:2:36#/definitions/C/properties/A/$ref: error: $ref "lib.json#/definitions/A" is circular: definitions/lib.json#/definitions/A → definitions/lib.json#/definitions/B → definitions/other.json#/definitions/C → definitions/lib.json#/definitions/A` + hint,
	}, diags)
}

// TestExpansionIsLimited states 2^40 members in forty lines.
func TestExpansionIsLimited(t *testing.T) {
	var doubling, chain strings.Builder
	for i := range 40 {
		fmt.Fprintf(&doubling, `"D%d": {"type": "object", "properties": {"A": {"$ref": "#/definitions/D%d"}, "B": {"$ref": "#/definitions/D%d"}}},`, i, i+1, i+1)
	}
	for i := range 150 {
		fmt.Fprintf(&chain, `"C%d": {"type": "object", "properties": {"A": {"$ref": "#/definitions/C%d"}}},`, i, i+1)
	}
	_, diags := load(files{
		"m/doubling.json": strings.Replace(named(`"$ref": "#/definitions/D0", "definitions": {`+doubling.String()+`"D40": {}}`), `"E"`, `"E1"`, 1),
		"m/chain.json":    named(`"$ref": "#/definitions/C0", "definitions": {` + chain.String() + `"C150": {}}`),
	})
	const hint = "\n\tshare less: every use of a definition counts"
	require.Len(t, diags, 2)
	assert.Contains(t, diags[0], "/chain.json:1:")
	assert.Contains(t, diags[0], "error: with all definitions expanded the event is nested deeper than 100 levels [too-deep]"+hint)
	assert.Contains(t, diags[1], "/doubling.json:1:")
	assert.Contains(t, diags[1], "error: with all definitions expanded the event has more than 200000 schemas [too-large]"+hint)
}
