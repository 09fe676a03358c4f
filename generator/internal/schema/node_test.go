package schema

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNodeOfEachKeyword(t *testing.T) {
	root := loadOne(t, `
"type": ["object", "null"], "title": "T", "description": "D", "required": ["b", "a", "z"],
"properties": {
	"b": {"type": ["null", "string"], "description": "B", "x-redox-date": "date-time"},
	"a": {},
	"list": {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": 2, "uniqueItems": true},
	"flat": {"type": "array", "items": {}, "uniqueItems": false},
	"tuple": {"items": [{"type": "string"}, {"$ref": "#/definitions/N"}], "additionalItems": {"type": "null"}},
	"patterns": {"patternProperties": {"^x\"": {"type": "integer"}}, "additionalProperties": false},
	"any": {"additionalProperties": {}},
	"open": {"type": "object", "additionalProperties": {"$ref": "#/definitions/N"}},
	"n": {"$ref": "#/definitions/N"},
	"s": {"maxLength": 12, "minLength": 1, "pattern": "^\\d", "format": "date", "enum": ["1é\u0001", null, 1.50]}
},
"minProperties": 1, "maxProperties": 20,
"definitions": {"N": {"type": "integer", "minimum": -1e2, "exclusiveMinimum": true, "maximum": 5, "exclusiveMaximum": false, "multipleOf": 0.5}}`)

	assert.Equal(t, Object|Null, root.Types)
	assert.Equal(t, []string{"a", "b", "z"}, root.Required)
	assert.True(t, root.IsRequired("z"))
	assert.False(t, root.IsRequired("list"))
	assert.Nil(t, root.Property("z"))
	var names []string
	for _, p := range root.Properties {
		names = append(names, p.Name)
	}
	assert.Equal(t, []string{"b", "a", "list", "flat", "tuple", "patterns", "any", "open", "n", "s"}, names)
	assert.Equal(t, []Rule{{"minProperties", "1"}, {"maxProperties", "20"}}, root.Rules)

	b := root.Property("b")
	assert.Equal(t, "B", b.Description)
	assert.Equal(t, "date-time", b.Node.Date)
	assert.Equal(t, "s/m/e.json:4:7#/properties/b", b.Node.Pos.String())
	assert.Equal(t, "m/e.json", b.Node.File)

	const n = `{"type":"integer","minimum":-1e2,"exclusiveMinimum":true,"maximum":5,"multipleOf":0.5}`
	for name, want := range map[string]struct {
		raw     string
		rules   []Rule
		untyped bool
	}{
		"b":        {`{"type":["string","null"]}`, nil, false},
		"a":        {`{}`, nil, false},
		"list":     {`{"type":"array","items":{"type":"number"},"minItems":1,"maxItems":2,"uniqueItems":true}`, []Rule{{"minItems", "1"}, {"maxItems", "2"}, {"uniqueItems", "true"}}, false},
		"flat":     {`{"type":"array","items":{}}`, nil, false},
		"tuple":    {`{"items":[{"type":"string"},` + n + `],"additionalItems":{"type":"null"}}`, []Rule{{"items", `[{"type":"string"},` + n + `]`}, {"additionalItems", `{"type":"null"}`}}, true},
		"patterns": {`{"patternProperties":{"^x\"":{"type":"integer"}},"additionalProperties":false}`, []Rule{{"patternProperties", `{"^x\"":{"type":"integer"}}`}, {"additionalProperties", "false"}}, true},
		"any":      {`{}`, nil, false},
		"open":     {`{"type":"object","additionalProperties":` + n + `}`, []Rule{{"additionalProperties", n}}, false},
		"n":        {n, []Rule{{"minimum", "-1e2"}, {"exclusiveMinimum", "true"}, {"maximum", "5"}, {"multipleOf", "0.5"}}, false},
		"s":        {`{"enum":["1é\u0001",null,1.50],"pattern":"^\\d","format":"date","minLength":1,"maxLength":12}`, []Rule{{"enum", `["1é\u0001",null,1.50]`}, {"pattern", `"^\\d"`}, {"format", `"date"`}, {"minLength", "1"}, {"maxLength", "12"}}, false},
	} {
		p := root.Property(name)
		require.NotNil(t, p, name)
		assert.Equal(t, want.raw, string(p.Node.Raw), name)
		assert.Equal(t, want.rules, p.Node.Rules, name)
		assert.Equal(t, want.untyped, p.Node.Untyped, name)
	}
	assert.NotNil(t, root.Property("flat").Node.Items, "items: {} allows anything, and is there")
	assert.Nil(t, root.Property("tuple").Node.Items)
}

func TestTypesJSON(t *testing.T) {
	assert.Equal(t, `[]`, Types(0).JSON())
	assert.Equal(t, `"object"`, Object.JSON())
	assert.Equal(t, `["string","null"]`, (Null | String).JSON())
	assert.Equal(t, `["object","array","string","number","integer","boolean","null"]`, Types(1<<7-1).JSON())
}

func TestAdditionalItemsCountOnlyBesideATuple(t *testing.T) {
	set, diags := load(files{"m/e.json": named(`"properties": {"A": {"items": {}, "additionalItems": false}}`)})
	require.Len(t, diags, 1)
	assert.Equal(t, `{"items":{}}`, string(set.Events[0].Root.Property("A").Node.Raw))
}

func TestUnknownFormatIsNoRule(t *testing.T) {
	set, diags := load(files{"m/e.json": named(`"properties": {"A": {"format": "zip"}}`)})
	require.Len(t, diags, 1)
	assert.Equal(t, "{}", string(set.Events[0].Root.Property("A").Node.Raw))
}

func TestQuote(t *testing.T) {
	assert.Equal(t, `"a\"b\\c\u000a\u001f<é>"`, quote("a\"b\\c\n\x1f<é>"))
}
