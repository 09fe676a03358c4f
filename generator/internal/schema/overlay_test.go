package schema

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator/internal/source"
)

// below is what the overlays of the tests are laid over.
var below = files{
	"m/e.json": named(`
"type": "object", "required": ["ID"], "description": "An event.",
"properties": {
	"ID": {"type": "string", "description": "Its number."},
	"Patient": {"$ref": "../definitions/d.json#/definitions/Patient", "description": "The patient."},
	"Orders": {"type": "array", "items": {"type": "object", "properties": {"Status": {"type": "string"}}}}
}`),
	"m/f.json": strings.Replace(named(`"type": "object", "properties": {"Patient": {"$ref": "../definitions/d.json#/definitions/Patient"}}`), `"E"`, `"F"`, 1),
	"definitions/d.json": `{"definitions": {
	"Patient": {"description": "Somebody.", "type": "object", "required": ["Name"], "properties": {
		"Name": {"type": "string"}, "Home": {"$ref": "#/definitions/Address"}}},
	"Address": {"type": "object", "properties": {"City": {"type": ["string", "null"]}}}
}}`,
}

// overlay returns an overlay of the event m/e.json that says this of its members.
func overlay(properties string) files {
	return files{"m/e.json": `{"x-redox-overlay": true, "properties": {` + properties + `}}`}
}

// loadOverlaid loads layers called 1, 2 and so on over below, which is called b.
func loadOverlaid(layers ...files) (*Set, []string) {
	all := []source.Layer{below.layer("b")}
	for i, l := range layers {
		all = append(all, l.layer(string(rune('1'+i))))
	}
	set, diags := Load(context.Background(), Options{Layers: all})
	return set, lines(diags)
}

func TestOverlaysAddAndCorrect(t *testing.T) {
	before, diags := loadOverlaid()
	require.Empty(t, diags)
	same := fields(before.Events[1])
	for name, test := range map[string]struct {
		layers []files
		want   map[string]string // "": gone
	}{
		"a member": {[]files{overlay(`"Due": {"type": "string"}`)}, map[string]string{".Due": `"string"`}},
		"a member by its path": {[]files{overlay(`"Orders[].Lines": {"type": "array", "items": {"type": "object", "properties": {"No": {"type": "number"}}}}`)},
			map[string]string{".Orders[].Lines": `"array"`, ".Orders[].Lines[]": `"object"`, ".Orders[].Lines[].No": `"number"`}},
		"a path through a list of lists": {[]files{overlay(`"A": {"type": "array", "items": {"type": "array", "items": {"type": "object", "properties": {}}}}, "A[][].B": {"type": "string"}`)},
			map[string]string{".A": `"array"`, ".A[]": `"array"`, ".A[][]": `"object"`, ".A[][].B": `"string"`}},
		"a member without a path":      {[]files{overlay(`"Orders": {"items": {"properties": {"Status": {"type": ["string", "null"]}}}}`)}, map[string]string{".Orders[].Status": `["string","null"]`}},
		"through a $ref, in one event": {[]files{overlay(`"Patient.Home.Zip": {"type": "string"}`)}, map[string]string{".Patient.Home.Zip": `"string"`}},
		"a $ref": {[]files{overlay(`"Billing": {"$ref": "../definitions/d.json#/definitions/Address"}`)},
			map[string]string{".Billing": `"object"`, ".Billing.City": `["string","null"]`}},
		"a $ref and more of what it names": {[]files{overlay(`"Billing": {"$ref": "../definitions/d.json#/definitions/Address"}, "Billing.Zip": {"type": "string"}`)},
			map[string]string{".Billing": `"object"`, ".Billing.City": `["string","null"]`, ".Billing.Zip": `"string"`}},
		"a $ref in place of members": {[]files{overlay(`"Patient": {"$ref": "../definitions/d.json#/definitions/Address"}`)},
			map[string]string{".Patient.Name": "", ".Patient.Home": "", ".Patient.Home.City": "", ".Patient.City": `["string","null"]`, ".Patient": `"object"`}},
		"required":                       {[]files{overlay(`"Patient.Home": {"x-redox-required": true}`)}, map[string]string{".Patient.Home": `"object" required`}},
		"no longer required":             {[]files{overlay(`"ID": {"x-redox-required": false}`)}, map[string]string{".ID": `"string"`}},
		"a required member that is gone": {[]files{overlay(`"ID": null`)}, map[string]string{".ID": ""}},
		"a rule, and another one less": {[]files{overlay(`"ID": {"maxLength": 3, "enum": ["a"]}`), overlay(`"ID": {"minLength": 1}`)},
			map[string]string{".ID": `"string" required enum=["a"] minLength=1 maxLength=3`}},
		"an object that is a string": {[]files{overlay(`"Patient": {"type": "string", "properties": null, "required": null}`)},
			map[string]string{".Patient": `"string"`, ".Patient.Name": "", ".Patient.Home": "", ".Patient.Home.City": ""}},
		"two layers": {[]files{overlay(`"A": {"type": "object", "properties": {}}`), overlay(`"A.B": {"type": "string", "x-redox-required": true}`)},
			map[string]string{".A": `"object"`, ".A.B": `"string" required`}},
		"the same twice":             {[]files{overlay(`"A": {"type": "string"}`), overlay(`"A": {"type": "string", "minLength": 1}`)}, map[string]string{".A": `"string" minLength=1`}},
		"nothing where null says so": {[]files{overlay(`"ID": {"type": "string", "maxLength": 1}`), overlay(`"Orders[].Status": null`)}, map[string]string{".ID": `"string" required maxLength=1`, ".Orders[].Status": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			set, diags := loadOverlaid(test.layers...)
			require.Empty(t, diags)
			want := fields(before.Events[0])
			for path, says := range test.want {
				if want[path] = says; says == "" {
					delete(want, path)
				}
			}
			assert.Equal(t, want, fields(set.Events[0]))
			assert.Equal(t, same, fields(set.Events[1]), "another event")
		})
	}
}

// What an overlay says of a definition holds for all that refer to it.
func TestOverlaysOfDefinitions(t *testing.T) {
	set, diags := loadOverlaid(
		files{"definitions/d.json": `{"x-redox-overlay": true, "definitions": {
			"Address": {"properties": {"Zip": {"type": "string"}}},
			"Employer": {"type": "object", "properties": {"Home": {"$ref": "#/definitions/Address"}}}}}`},
		overlay(`"Patient.Employer": {"$ref": "../definitions/d.json#/definitions/Employer"}, "Patient.Home.Street": {"type": "string"}`))
	require.Empty(t, diags)
	e, f := fields(set.Events[0]), fields(set.Events[1])
	for path, says := range map[string]string{".Patient.Home.Zip": `"string"`, ".Patient.Home.Street": `"string"`, ".Patient.Employer.Home.Zip": `"string"`, ".Patient.Employer.Home.Street": ""} {
		assert.Equal(t, says, e[path], path)
	}
	assert.Equal(t, `"string"`, f[".Patient.Home.Zip"])
	assert.NotContains(t, f, ".Patient.Home.Street")
}

// Words, dates and concepts are merged as types are, and stay where they were written.
func TestOverlaysAnnotate(t *testing.T) {
	set, diags := loadOverlaid(overlay(`"ID": {"x-redox-date": "date", "x-redox-values": ["01", "02"], "description": "First."}, "Patient": {"description": "Whoever.", "x-redox-concept": "Person"},
"Patient.Name": {"description": "Called."}, "Patient.Home": {"x-redox-required": true}`), overlay(`"ID": {"description": "Last."}`))
	require.Empty(t, diags)
	root := set.Events[0].Root
	id, patient := root.Property("ID"), root.Property("Patient")
	assert.Equal(t, "date", id.Node.Date)
	assert.Equal(t, "Last.", id.Description, "of words the last count")
	assert.Equal(t, "m.Person", patient.Node.Concept)
	assert.Equal(t, "Whoever.", patient.Description)
	assert.Equal(t, "Somebody.", patient.Node.Description)
	assert.Equal(t, "Called.", patient.Node.Property("Name").Description)
	assert.Equal(t, "b/definitions/d.json:2:13#/definitions/Patient", patient.Node.Pos.String())
	assert.Equal(t, "An event.", root.Description)
	assert.Equal(t, []string{"01", "02"}, id.Node.Values)

	var said []string
	for _, s := range append(id.Overlaid, patient.Overlaid...) {
		said = append(said, s.Keyword+" at "+s.Pos.String())
	}
	assert.Equal(t, []string{
		"description at 2/m/e.json:1:64#/properties/ID/description",
		"x-redox-date at 1/m/e.json:1:65#/properties/ID/x-redox-date",
		"x-redox-values at 1/m/e.json:1:91#/properties/ID/x-redox-values",
		"description at 1/m/e.json:1:158#/properties/Patient/description",
		"x-redox-concept at 1/m/e.json:1:189#/properties/Patient/x-redox-concept",
	}, said)
	_, overlaid := root.RequiredAt("ID")
	assert.False(t, overlaid)
	pos, overlaid := patient.Node.RequiredAt("Home")
	assert.True(t, overlaid)
	assert.Equal(t, "1/m/e.json:2:82#/properties/Patient.Home/x-redox-required", pos.String())
}

// What is wrong is reported where it is written, with what it contradicts and what to do.
func TestOverlaysThatAreWrong(t *testing.T) {
	for name, test := range map[string]struct {
		layers []files
		want   []string
	}{
		"nothing below": {[]files{{"m/ee.json": `{"x-redox-overlay": true}`}}, []string{
			`1/m/ee.json:1:21#/x-redox-overlay: error: the file is an overlay, and no source before it has m/ee.json [overlay-nothing]` + hint(`did you mean m/e.json?`),
		}},
		"empty": {[]files{{"m/e.json": `{"x-redox-overlay": true}`}}, []string{
			`1/m/e.json:1:21#/x-redox-overlay: warning: the overlay changes nothing: it is empty, or all it says is so without it [overlay-nothing]` + hint(`remove the file, or state what it was meant to change`),
		}},
		"all so already": {[]files{overlay(`"ID": {"type": "string", "x-redox-required": true}`)}, []string{
			`1/m/e.json:1:21#/x-redox-overlay: warning: the overlay changes nothing: it is empty, or all it says is so without it [overlay-nothing]` + hint(`remove the file, or state what it was meant to change`),
		}},
		"a member that is not there": {[]files{overlay(`"Patiend.Age": {"type": "number"}, "X": {"description": "x"}`)}, []string{
			`1/m/e.json:1:42#/properties/Patiend.Age: error: the message has no member "Patiend" [overlay-nothing]` + hint(`did you mean "Patient"? to add it, state its "type"`),
			`1/m/e.json:1:77#/properties/X: error: the message has no member "X" [overlay-nothing]` + hint(`to add it, state its "type"`),
		}},
		"removes what is not there": {[]files{overlay(`"Oders": null, "A": {"type": "string"}`)}, []string{
			`1/m/e.json:1:42#/properties/Oders: warning: null removes nothing: there is no "Oders" [overlay-nothing]` + hint(`did you mean "Orders"?`),
		}},
		"no path": {[]files{overlay(`"Orders[0].Status": {"type": "number"}, "A..B": null`)}, []string{
			`1/m/e.json:1:42#/properties/Orders[0].Status: error: "Orders[0].Status" is not a path of members [overlay-path]` + hint(`write a path such as Orders[].Status, or nested "properties" and "items"`),
			`1/m/e.json:1:82#/properties/A..B: error: "A..B" is not a path of members [overlay-path]` + hint(`write a path such as Orders[].Status, or nested "properties" and "items"`),
		}},
		"past the items": {[]files{overlay(`"Orders.Status": {"type": "number"}`)}, []string{
			`1/m/e.json:1:59#/properties/Orders.Status: error: Orders is an array, and has no members [overlay-path]` + hint(`write "Orders[].Status", which leads through the items`),
		}},
		"an object into a string": {[]files{overlay(`"Patient": {"type": "string"}`)}, []string{
			`1/m/e.json:1:62#/properties/Patient/type: error: the type becomes "string", on which "properties" at b/definitions/d.json:2:82#/definitions/Patient/properties has no effect [overlay-type]` + hint(`correct "type"; if messages do have it so, add "properties": null beside it`),
			`1/m/e.json:1:62#/properties/Patient/type: error: the type becomes "string", on which "required" at b/definitions/d.json:2:60#/definitions/Patient/required has no effect [overlay-type]` + hint(`correct "type"; if messages do have it so, add "required": null beside it`),
		}},
		"members of a string": {[]files{overlay(`"ID.No": {"type": "string"}`)}, []string{
			`1/m/e.json:1:42#/properties/ID.No: error: "properties" has no effect on the type "string" at b/m/e.json:4:17#/properties/ID/type [overlay-type]` + hint(`remove it, or correct "type"`),
		}},
		"two layers": {[]files{overlay(`"A": {"type": "string", "x-redox-required": true}, "ID": {"maxLength": 3}, "Orders": null`),
			overlay(`"A": {"type": "number", "x-redox-required": false}, "ID": {"maxLength": null}, "Orders": {"type": "string"}`)}, []string{
			`2/m/e.json:1:56#/properties/A/type: error: two overlays disagree on "type": here it is "number", and "string" at 1/m/e.json:1:56#/properties/A/type [overlay-conflict]` + hint(`remove one of the two, or make them agree`),
			`2/m/e.json:1:86#/properties/A/x-redox-required: error: two overlays disagree on whether A is required: here it is false, and true at 1/m/e.json:1:86#/properties/A/x-redox-required [overlay-conflict]` + hint(`remove one of the two, or make them agree`),
			`2/m/e.json:1:114#/properties/ID/maxLength: error: two overlays disagree on "maxLength": here it is removed, and 3 at 1/m/e.json:1:113#/properties/ID/maxLength [overlay-conflict]` + hint(`remove one of the two, or make them agree`),
			`2/m/e.json:1:131#/properties/Orders: error: two overlays disagree on Orders: here it is {"type":"string"}, and removed at 1/m/e.json:1:127#/properties/Orders [overlay-conflict]` + hint(`remove one of the two, or make them agree`),
		}},
		"a list of required members": {[]files{{"m/e.json": `{"x-redox-overlay": true, "required": ["Patient"]}`}}, []string{
			`1/m/e.json:1:39#/required: warning: members are no longer required that are at b/m/e.json:2:31#/required: ID [overlay-required]` + hint(`a list replaces the one below: state all names, or write "x-redox-required": true or false at a member`),
		}},
		"a definition through another": {[]files{{"definitions/d.json": `{"x-redox-overlay": true, "definitions": {"Patient": {"properties": {"Home.Zip": {"type": "string"}}}}}`}}, []string{
			`1/definitions/d.json:1:82#/definitions/Patient/properties/Home.Zip: error: a definition is patched through the $ref "#/definitions/Address" [overlay-through-ref]` + hint(`say it in an overlay of definitions/d.json, under /definitions/Address, where it holds for all that refer to it; or in overlays of events`),
		}},
		"no mark": {[]files{{"m/e.json": `{"x-redox-overlay": "yes", "properties": {"A": {"type": "string"}}}`}}, []string{
			`1/m/e.json:1:21#/x-redox-overlay: error: the value of "x-redox-overlay" must be true, not "yes" [invalid-keyword]` + hint(`write true; a file that states a whole schema does not have it`),
		}},
		"what schemas cannot say": {[]files{overlay(`"A": {"type": "sting"}, "B": 5, "Patient": {"propertys": {}, "maxLength": 2, "oneOf": []}, "Orders": {"items": {"properties": 7}}`)}, []string{
			`1/m/e.json:1:56#/properties/A/type: error: unknown type "sting" [unknown-type]` + hint(`did you mean "string"?`),
			`1/m/e.json:1:71#/properties/B: error: a schema must be an object, not 5 [invalid-schema]` + hint(`write {} if any value will do`),
			`1/m/e.json:1:86#/properties/Patient/propertys: error: unknown keyword "propertys" [unknown-keyword]` + hint(`did you mean "properties"?`),
			`1/m/e.json:1:103#/properties/Patient/maxLength: error: "maxLength" has no effect on the type "object" at b/definitions/d.json:2:50#/definitions/Patient/type [overlay-type]` + hint(`remove it, or correct "type"`),
			`1/m/e.json:1:119#/properties/Patient/oneOf: error: the keyword "oneOf" is not supported [unsupported-keyword]` + hint(`state what the schemas have in common, or leave the type open`),
			`1/m/e.json:1:168#/properties/Orders/items/properties: error: the value of "properties" must be an object of schemas, not 7 [invalid-keyword]` + hint(`write {"Name": {"type": "string"}}, or leave it out where there are none`),
		}},
		"annotations elsewhere": {[]files{overlay(`"A": {"type": "object", "x-redox-overlay": true, "properties": {}}, "Orders[]": {"x-redox-required": true}, "B": {"type": "string", "x-redox-required": 1}`)}, []string{
			`1/m/e.json:1:85#/properties/A/x-redox-overlay: error: x-redox-overlay has no effect here [misplaced-annotation]` + hint(`x-redox-overlay: true belongs to the root of an overlay, and x-redox-required to members that an overlay states`),
			`1/m/e.json:1:143#/properties/Orders[]/x-redox-required: error: x-redox-required has no effect here [misplaced-annotation]` + hint(`x-redox-overlay: true belongs to the root of an overlay, and x-redox-required to members that an overlay states`),
			`1/m/e.json:1:194#/properties/B/x-redox-required: error: the value of "x-redox-required" must be true or false, not 1 [invalid-keyword]`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			_, diags := loadOverlaid(test.layers...)
			assert.Equal(t, test.want, diags)
		})
	}
}

// hint is the second line of a diagnostic.
func hint(text string) string { return "\n\t" + text }
