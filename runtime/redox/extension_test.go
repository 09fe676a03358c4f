package redox_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
)

// valueForms has an extension of each form, and how it is written.
var valueForms = []struct {
	form string
	e    Extension
	json string
}{
	{"string", Extension{String: "2.16.840.1\n\"ü"}, `"2.16.840.1\n\"ü"`},
	{"coding", Extension{Coding: Coding{System: "s", Code: "112247003", Display: "Medical Doctor"}}, `{"system":"s","code":"112247003","display":"Medical Doctor"}`},
	{"dateTime", Extension{DateTime: "2020-04-13T10:33:12.000Z"}, `"2020-04-13T10:33:12.000Z"`},
	{"address", Extension{Address: Address{Line: "116 Auburn Drive", City: "El Paso", State: "TX", PostalCode: "79936"}},
		`{"line":"116 Auburn Drive","city":"El Paso","state":"TX","postalCode":"79936"}`},
	{"humanName", Extension{HumanName: HumanName{Use: "official", Text: "Pat Granite", Family: "Granite", Given: []string{"Pat", "J"}}},
		`{"use":"official","text":"Pat Granite","family":"Granite","given":["Pat","J"]}`},
	{"identifier", Extension{Identifier: ExtensionIdentifier{Value: "ins3705305", Type: "orderId"}}, `{"value":"ins3705305","type":"orderId"}`},
	{"participants", Extension{Participants: []Participant{{ID: "4356789876", IDType: "NPI", Person: ParticipantPerson{Name: HumanName{Family: "Granite", Given: []string{"Pat"}}}}}},
		`[{"id":"4356789876","idType":"NPI","person":{"name":{"family":"Granite","given":["Pat"]}}}]`},
	{"number", Extension{Number: "7.50"}, `7.50`},
	{"boolean", Extension{Boolean: False}, `false`},
	{"quantity", quantity, `{"value":1.0,"unit":"mg"}`},
}

// quantity has a value of a form without a field.
var quantity = func() (e Extension) {
	SetUnknownMember(&e, "quantity", `{"value":1.0,"unit":"mg"}`)
	return e
}()

func written(name, form, value string) string {
	return `{"` + name + `":{"url":"https://api.redoxengine.com/extensions/` + name + `","` + form + `":` + value + `}}`
}

// TestExtensionForms: each form is written as Redox documents it, reads as what was
// set, is well-formed, and is gone when it is removed.
func TestExtensionForms(t *testing.T) {
	for _, c := range valueForms {
		t.Run(c.form, func(t *testing.T) {
			var v visit
			SetExtension(&v, "some-name", c.e)
			out, err := Marshal(&v)
			require.NoError(t, err)
			assert.Equal(t, `{"Extensions":`+written("some-name", c.form, c.json)+`}`, string(out))

			message := `{"Meta":{"DataModel":"S","EventType":"N"},"Visit":{"VisitNumber":"1","Extensions":` + written("some-name", c.form, c.json) + `},"Persons":[]}`
			m, r, err := decodeSample([]byte(message))
			require.NoError(t, err)
			assert.Zero(t, r.Len(), r)
			back, err := sampleSchema.Marshal(m)
			require.NoError(t, err)
			assert.Equal(t, message, string(back))

			want := c.e
			want.URL = "https://api.redoxengine.com/extensions/some-name"
			got := ExtensionOf(&m.Visit, "some-name")
			assert.Empty(t, Diff(&want, &got))
			assert.True(t, got.Equal(want) && got.IsSet())
			assert.Empty(t, Diff(&v, func() *visit { n := m.Visit; n.VisitNumber = ""; return &n }()))

			RemoveExtension(&m.Visit, "another")
			RemoveExtension(&m.Visit, "some-name")
			assert.False(t, ExtensionOf(&m.Visit, "some-name").IsSet())
			back, err = Marshal(&m.Visit)
			require.NoError(t, err)
			assert.Equal(t, `{"VisitNumber":"1"}`, string(back))
			RemoveExtension(&v, "some-name")
			assert.Equal(t, visit{}, v, "nothing is left")
		})
	}
}

func TestSetExtension(t *testing.T) {
	const url = `"url":"https://api.redoxengine.com/extensions/`
	cases := []struct{ name, in, out string }{
		{"nothing before", ``, `{"a":{` + url + `a","string":"x"}}`},
		{"null", `null`, `{"a":{` + url + `a","string":"x"}}`},
		{"another kind of value", `[7]`, `{"a":{` + url + `a","string":"x"}}`},
		{"behind others", `{ "b" : {"url":1e0, "n":null} , "\u0063":7}`, `{"b":{"url":1e0, "n":null},"\u0063":7,"a":{` + url + `a","string":"x"}}`},
		{"in its place", `{"\u0061":{"string":"y"},"b":{}}`, `{"\u0061":{` + url + `a","string":"x"},"b":{}}`},
		{"in place of several", `{"a":1,"b":2,"a":3}`, `{"a":{` + url + `a","string":"x"},"b":2}`},
		{"beside the only one", `{"url":"http://x/b","string":"y"}`, `{"b":{"url":"http://x/b","string":"y"},"a":{` + url + `a","string":"x"}}`},
		{"in place of the only one", `{"string":"y","url":"http://x/a"}`, `{` + url + `a","string":"x"}`},
		{"an extension called url", `{"url":{"string":"y"}}`, `{"url":{"string":"y"},"a":{` + url + `a","string":"x"}}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text := `{}`
			if c.in != "" {
				text = `{"Extensions":` + c.in + `}`
			}
			v := decodeVisit(t, text)
			before := *v
			SetExtension(v, "a", Extension{String: "x"})
			out, err := Marshal(v)
			require.NoError(t, err)
			assert.Equal(t, `{"Extensions":`+c.out+`}`, string(out))
			assert.Equal(t, "x", ExtensionOf(v, "a").String)
			out, err = Marshal(&before)
			require.NoError(t, err)
			assert.Equal(t, text, string(out), "copies stay as they were")
		})
	}
}

func TestExtensionsAreRead(t *testing.T) {
	cases := []struct {
		name, in string
		want     []string // names, with the strings
	}{
		{"none", `{}`, nil},
		{"null", `{"Extensions":null}`, nil},
		{"no object", `{"Extensions":[{"url":"x"}]}`, nil},
		{"several", `{"Extensions":{"b":{"string":"1"},"a":{"string":2,"url":7}}}`, []string{"b=1", "a=2"}},
		{"the last counts", `{"Extensions":{"a":{"string":"1"}},"Extensions":{"b":{"string":"2"},"b":{"string":"3"}}}`, []string{"b=2", "b=3"}},
		{"the only one", `{"Extensions":{"url":"https://api.redoxengine.com/extensions/file-contents","string":"f.xml"}}`, []string{"file-contents=f.xml"}},
		{"an odd URL", `{"Extensions":{"url":null,"string":"f.xml"}}`, []string{"=f.xml"}},
		{"no extensions in it", `{"Extensions":{"a":"x","b":null,"c":{}}}`, []string{"a=", "b=", "c="}},
		{"an escaped name", `{"Extensions":{"\u0061\n\"":{"string":"1"}}}`, []string{"a\n\"=1"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v := decodeVisit(t, c.in)
			var got []string
			for name, e := range Extensions(v) {
				got = append(got, name+"="+e.String)
			}
			assert.Equal(t, c.want, got)
			if len(got) > 0 {
				name, text, _ := strings.Cut(got[len(got)-1], "=")
				assert.Equal(t, text, ExtensionOf(v, name).String)
			}
			for range Extensions(v) {
				break // ends well
			}
			var same visit
			SetExtensions(&same, Extensions(v))
			for name, e := range Extensions(v) {
				if e.URL != "" {
					assert.True(t, e.Equal(ExtensionOf(&same, name)) || strings.HasPrefix(got[0], "b=2"))
				}
			}
			out, err := Marshal(v)
			require.NoError(t, err)
			if !strings.Contains(c.in, `},"Extensions"`) {
				assert.Equal(t, c.in, string(out))
			}
		})
	}
	v := decodeVisit(t, `{"Extensions":{"a":"odd","b":[1]}}`)
	var w visit
	SetExtensions(&w, Extensions(v))
	out, err := Marshal(&w)
	require.NoError(t, err)
	assert.Equal(t, `{"Extensions":{"a":"odd","b":[1]}}`, string(out), "what is no extension is copied as it is")
	assert.Empty(t, maps.Collect(Extensions((*visit)(nil))))
	assert.Panics(t, func() { SetExtension((*visit)(nil), "a", Extension{}) })
}

// TestExtensionsAreValidated: warnings with paths, and never an error.
func TestExtensionsAreValidated(t *testing.T) {
	const ok = `"url":"https://api.redoxengine.com/extensions/x"`
	cases := []struct {
		in   string
		want []string
	}{
		{`null`, nil},
		{`{}`, nil},
		{`{"x":null}`, nil},
		{`{` + ok + `,"string":"f.xml"}`, nil},
		{`{"x":{` + ok + `,"string":"a","coding":null}}`, nil},
		{`{"x":{` + ok + `,"coding":{"system":null,"code":"1","version":1}}}`, nil},
		{`{"x":{` + ok + `,"reference":[1]}}`, nil},
		{`7`, []string{": extension, want object, got number"}},
		{`[]`, []string{": extension, want object, got array"}},
		{`{"x":"a"}`, []string{".x: extension, want object, got string"}},
		{`{"string":"a"}`, []string{".string: extension, want object, got string"}},
		{`{"x":{"string":"a"}}`, []string{".x.url: extension, want string"}},
		{`{"x":{"url":null,"string":"a"}}`, []string{".x.url: extension, want string"}},
		{`{"x":{"url":7,"string":"a"}}`, []string{".x.url: extension, want string, got number"}},
		{`{"url":7,"string":"a"}`, []string{".url: extension, want string, got number"}},
		{`{"x":{}}`, []string{".x: extension, want 1 value, got 0", ".x.url: extension, want string"}},
		{`{"x":{` + ok + `}}`, []string{".x: extension, want 1 value, got 0"}},
		{`{"x":{` + ok + `,"string":"a","number":1,"y":2}}`, []string{".x: extension, want 1 value, got several"}},
		{`{"x":{` + ok + `,"string":{"a":1}}}`, []string{".x.string: extension, want string, got object"}},
		{`{"user-id":{` + ok + `,"coding":"a"}}`, []string{".user-id.coding: extension, want object, got string"}},
		{`{"x":{` + ok + `,"coding":{"code":1,"display":[]}}}`, []string{".x.coding.code: extension, want string, got number", ".x.coding.display: extension, want string, got array"}},
		{`{"x":{` + ok + `,"dateTime":"today"}}`, []string{".x.dateTime: date, want ISO 8601"}},
		{`{"x":{` + ok + `,"address":{"line":["a"]}}}`, []string{".x.address.line: extension, want string, got array"}},
		{`{"x":{` + ok + `,"humanName":{"given":["a",1]}}}`, []string{".x.humanName.given[1]: extension, want string, got number"}},
		{`{"x":{` + ok + `,"identifier":[]}}`, []string{".x.identifier: extension, want object, got array"}},
		{`{"x":{` + ok + `,"participants":[{"person":{"name":{"family":1}}},2]}}`, []string{".x.participants[0].person.name.family: extension, want string, got number", ".x.participants[1]: extension, want object, got number"}},
		{`{"x":{` + ok + `,"number":"1"}}`, []string{".x.number: extension, want number, got string"}},
		{`{"x":{` + ok + `,"boolean":"true"}}`, []string{".x.boolean: extension, want boolean, got string"}},
		{`{"Jane Doe":{` + ok + `,"number":"1"}}`, []string{"[name withheld].number: extension, want number, got string"}},
	}
	for _, place := range []struct{ path, before, after string }{
		{"Meta.Extensions", `{"Meta":{"DataModel":"S","EventType":"N","Extensions":`, `},"Persons":[]}`},
		{"Meta.Source.Extensions", `{"Meta":{"DataModel":"S","EventType":"N","Source":{"Extensions":`, `}},"Persons":[]}`},
		{"Extensions", `{"Meta":{"DataModel":"S","EventType":"N"},"Persons":[],"Extensions":`, `}`},
		{"Persons[1].Extensions", `{"Meta":{"DataModel":"S","EventType":"N"},"Persons":[{"ID":"1"},{"ID":"2","Extensions":`, `}]}`},
		{"Visit.Staff[0].Extensions", `{"Meta":{"DataModel":"S","EventType":"N"},"Visit":{"VisitNumber":"1","Staff":[{"Extensions":`, `,"ID":"1"}]},"Persons":[]}`},
	} {
		for _, c := range cases {
			text := place.before + c.in + place.after
			var want []string
			for _, w := range c.want {
				want = append(want, place.path+w+" (warning)")
			}
			m, r, err := decodeSample([]byte(text))
			require.NoError(t, err)
			assert.Equal(t, want, violations(r), text)
			v, err := sampleSchema.ValidateJSON([]byte(text))
			require.NoError(t, err)
			assert.Equal(t, want, violations(v), text)
			assert.True(t, r.Valid())
			assert.Equal(t, want, violations(sampleSchema.Validate(m)), text)
			out, err := sampleSchema.AppendValid(nil, m)
			require.NoError(t, err)
			assert.JSONEq(t, text, string(out))
			again, _, err := decodeSample(out)
			require.NoError(t, err)
			assert.True(t, Equal(m, again))
		}
	}
	assert.Contains(t, string(RuleExtension), "extension")
}

func TestSetUnknownMember(t *testing.T) {
	v := decodeVisit(t, `{"VisitNumber":"1","Notes":["a"],"x":1}`)
	copied := *v
	SetUnknownMember(v, "y", `{"a":1.0}`)
	SetUnknownMember(v, "x", `null`)
	SetUnknownMember(v, "Notes", `["b",7]`)
	SetUnknownMember(v, "VisitNumber", `null`)
	SetUnknownMember(v, "Duration", `"1.50"`)
	SetUnknownMember(v, "Location", `null`)
	SetUnknownMember(v, "Urgent", `true`)
	SetUnknownMember(v, "Staff", `"none"`)
	assert.Equal(t, []string{"b", "7"}, v.Notes)
	assert.True(t, v.VisitNumber == "" && v.Duration == "1.50" && v.Urgent.IsTrue())
	assertWritten := func(want string, v *visit) {
		t.Helper()
		out, err := Marshal(v)
		require.NoError(t, err)
		assert.Equal(t, want, string(out))
	}
	assertWritten(`{"VisitNumber":null,"Duration":"1.50","Urgent":true,"Notes":["b",7],"Location":null,"Staff":"none","x":null,"y":{"a":1.0}}`, v)
	assertWritten(`{"VisitNumber":"1","Notes":["a"],"x":1}`, &copied)
	assertWritten(`{"VisitNumber":null,"Duration":"1.50","Urgent":true,"Notes":["b",7],"Location":null,"Staff":"none","x":null,"y":{"a":1.0}}`, Clone(v))
	v.VisitNumber = "2"
	for _, name := range []string{"x", "y", "Notes", "Duration", "Location", "Urgent", "Staff", "none"} {
		SetUnknownMember(v, name, "")
	}
	assertWritten(`{"VisitNumber":"2"}`, v)

	u := decodeUnknown(t, `{"Meta":{"DataModel":"X"},"b": 1.0}`)
	SetUnknownMember(u, "c", `[1]`)
	SetExtension(u, "a", Extension{String: "x"})
	assert.Equal(t, Raw(`{"Meta":{"DataModel":"X"},"b":1.0,"c":[1],"Extensions":`+written("a", "string", `"x"`)+`}`), u.JSON)
	assert.Equal(t, "x", ExtensionOf(u, "a").String)
	SetUnknownMember(u, "c", `[1`)
	_, err := u.AppendValid(nil)
	assert.Error(t, err)

	type mine struct {
		visit
		other int
	}
	m := mine{other: 1}
	SetExtension(&m, "a", Extension{String: "x"})
	assert.Equal(t, "x", ExtensionOf(&m.visit, "a").String)
	type odd struct {
		Object
		Count int
	}
	var o odd
	SetExtension(&o, "a", Extension{String: "x"})
	assert.Equal(t, "x", ExtensionOf(&o, "a").String)
}

// TestExtensionsAsField: a schema of one's own may name the member.
func TestExtensionsAsField(t *testing.T) {
	type named struct {
		Object
		Extensions Raw `json:"Extensions"`
	}
	var v named
	require.NoError(t, Unmarshal([]byte(`{"Extensions":{"a":{"string":"x"}}}`), &v))
	assert.Equal(t, "x", ExtensionOf(&v, "a").String)
	SetExtension(&v, "b", Extension{String: "y"})
	assert.JSONEq(t, `{"a":{"string":"x"},"b":{"url":"https://api.redoxengine.com/extensions/b","string":"y"}}`, string(v.Extensions))
	RemoveExtension(&v, "a")
	RemoveExtension(&v, "b")
	assert.Equal(t, named{}, v)
}
