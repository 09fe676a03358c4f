package redox_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoximpl"
)

// Text that is not UTF-8 is decoded and encoded as it came, and is not sent,
// wherever the message has it: that would be no JSON.
func TestTextThatIsNotUTF8IsNotSent(t *testing.T) {
	const meta, persons = `"Meta":{"DataModel":"Sample","EventType":"New"}`, `"Persons":[{"ID":"1"}]`
	cases := map[string]struct{ members, path string }{
		"text":                                {persons + `,"Visit":{"VisitNumber":"a?b"}`, "Visit.VisitNumber"},
		"date":                                {persons + `,"Visit":{"VisitNumber":"1","StartDateTime":"?"}`, "Visit.StartDateTime"},
		"text with escapes":                   {persons + `,"Visit":{"VisitNumber":"\n\"?\u00e9\\"}`, "Visit.VisitNumber"},
		"text in a list":                      {persons + `,"Visit":{"VisitNumber":"1","Notes":["a","?"]}`, "Visit.Notes[1]"},
		"text in a list with a wrong type":    {persons + `,"Visit":{"VisitNumber":"1","Notes":[7,"?",{}]}`, "Visit.Notes[1]"},
		"text in a list of lists":             {persons + `,"Visit":{"VisitNumber":"1","Grid":[[],["?"]]}`, "Visit.Grid[1][0]"},
		"text in an element":                  {`"Persons":[{"ID":"1"},{"ID":"?"}]`, "Persons[1].ID"},
		"text in place of a number":           {persons + `,"Score":"?"`, "Score"},
		"text in place of a boolean":          {persons + `,"Visit":{"VisitNumber":"1","Urgent":"?"}`, "Visit.Urgent"},
		"text in place of an object":          {persons + `,"Visit":"?"`, "Visit"},
		"text in place of an element":         {`"Persons":[{"ID":"1"},"?"]`, "Persons[1]"},
		"text in place of a list":             {`"Persons":"?"`, "Persons"},
		"an object in place of text":          {persons + `,"Visit":{"VisitNumber":{"a":"?"}}`, "Visit.VisitNumber.a"},
		"a name in place of text":             {persons + `,"Visit":{"VisitNumber":{"?":1}}`, "Visit.VisitNumber"},
		"anything":                            {persons + `,"Visit":{"VisitNumber":"1","Extension":[{"a":["?"]}]}`, "Visit.Extension[0].a[0]"},
		"a name in anything":                  {persons + `,"Visit":{"VisitNumber":"1","Extension":{"?":1}}`, "Visit.Extension"},
		"an unknown member":                   {persons + `,"New":"?"`, "New"},
		"an unknown member of a member":       {persons + `,"Visit":{"VisitNumber":"1","New":"?"}`, "Visit.New"},
		"an unknown member of an element":     {`"Persons":[{"ID":"1","New":"?"}]`, "Persons[0].New"},
		"deep in an unknown member":           {persons + `,"New":{"a":[1,"",{"b":"?"}]}`, "New.a[2].b"},
		"the name of an unknown member":       {persons + `,"?":1`, ""},
		"a name in an unknown member":         {persons + `,"New":{"?":1}`, "New"},
		"an unknown member that occurs twice": {persons + `,"New":{"a":1,"a":"?"}`, "New.a"},
		"what another replaces":               {persons + `,"New":{"a":"?","a":1}`, "New.a"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, 1, strings.Count(c.members, "?"))
			text := "{" + meta + "," + strings.Replace(c.members, "?", "\xff", 1) + "}"
			v, r, err := decodeSample([]byte(text))
			require.NoError(t, err)
			assert.Empty(t, notUTF8(r), "what is received is not refused for it")
			var u Unknown
			require.NoError(t, u.UnmarshalJSON([]byte(text)))

			for kind, m := range map[string]Message{"sample": v, "unknown": &u} {
				out, err := m.MarshalJSON()
				require.NoError(t, err)
				assert.Equal(t, len(text), len(out))
				assert.Contains(t, string(out), "\xff", "nothing is lost")
				assertSendingRefused(t, kind, m, c.path)
			}
			m, err := buildSample().Continue(v).Build()
			if err == nil { // it is not carried
				out, err := m.AppendValid(nil)
				require.NoError(t, err)
				assert.True(t, utf8.Valid(out))
				return
			}
			var e *BuildError
			require.ErrorAs(t, err, &e)
			if c.path != "Persons" { // text is no list, and is not carried
				assert.Contains(t, err.Error(), "want UTF-8")
			}
		})
	}
}

// assertSendingRefused requires that m is refused for one text, at path or at a
// member whose name it is.
func assertSendingRefused(t *testing.T, kind string, m Message, path string) {
	t.Helper()
	out, err := m.AppendValid([]byte("x"))
	var e *ValidationError
	require.ErrorAs(t, err, &e, kind)
	assert.Equal(t, "x", string(out))
	assert.NotContains(t, err.Error(), "\xff")
	for _, r := range []Report{e.Report, m.Validate()} {
		paths := notUTF8(r)
		require.Len(t, paths, 1, kind)
		assert.True(t, paths[0] == path || strings.HasPrefix(paths[0], path+"["), "%s: %s", kind, paths)
	}
}

// What is no JSON of its kind is refused with its place as well.
func TestTextThatIsNoJSONIsNotSent(t *testing.T) {
	v := &sample{Meta: Meta{DataModel: "Sample", EventType: "New"}, Persons: []person{{ID: "1"}}}
	v.Score, v.Visit = "abc", visit{VisitNumber: "1", Extension: "{", Scores: []Number{"1", "0x1"}}
	want := "Visit.Extension: type, want JSON text, got text that is not JSON\n" +
		"Visit.Scores[1]: type, want number, got text that is not a number\n" +
		"Score: type, want number, got text that is not a number\n"
	assert.Equal(t, want, v.Validate().String())
	out, err := v.AppendValid([]byte("xyz"))
	var e *ValidationError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "xyz", string(out))
	assert.Equal(t, want, e.Report.String())
	assert.NotContains(t, err.Error(), "abc")
}

// Raw text of the program's own is held to the same.
func TestRawThatIsNotUTF8IsNotSent(t *testing.T) {
	v := &sample{Meta: Meta{DataModel: "Sample", EventType: "New"}, Persons: []person{{ID: "1"}}}
	v.Visit = visit{VisitNumber: "1", Extension: "{\"a\":\"\xe9\"}"}
	assertSendingRefused(t, "sample", v, "Visit.Extension.a")
	v.Visit.Extension = `{"a":"é\ud800"}`
	out, err := v.AppendValid(nil)
	require.NoError(t, err)
	assert.True(t, json.Valid(out))
}

// TestAppendValidOfSomeTypes: what a field that takes any JSON may hold is up to
// the schema, also where that is a rule for types alone.
func TestAppendValidOfSomeTypes(t *testing.T) {
	for types, valid := range map[string]map[Raw]bool{
		`["string","number"]`: {`"a"`: true, `7.5`: true, `null`: false, `{}`: false, `[]`: false, `true`: false},
		`"integer"`:           {`7`: true, `7.0`: true, `7.5`: false, `"7"`: false},
		`[]`:                  {`"a"`: true, `7.5`: true, `null`: true, `{}`: true, `[]`: true, `true`: true},
	} {
		schema := sampleSchemaWith(redoximpl.SchemaRule{At: "Visit.Extension", Keyword: "type", Value: types})
		for raw, want := range valid {
			v := sample{Meta: Meta{DataModel: "S", EventType: "N"}, Persons: []person{}, Visit: visit{VisitNumber: "1", Extension: raw}}
			_, err := schema.AppendValid(nil, &v)
			assert.Equal(t, want, err == nil, "%s: %s: %v", types, raw, err)
			assert.Equal(t, want, schema.Validate(&v).Valid(), "%s: %s", types, raw)
		}
	}
}
