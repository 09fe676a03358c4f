package redox_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoximpl"
)

// withheldNames are names of members that may be content of a message.
var withheldNames = []string{
	"", "a b", "Timothy Bixby", "0000000001", "7", "1947-05-01", "555-12-3456", "Bixby,Timothy", "tim@example.com", "O'Neil", "M\u00fcller",
	"MRN0000000001", "x12345", "_", "-x", "$ref", "a.b", "a[0]", `"`, "\u0000", "\n", strings.Repeat("x", 49),
}

// shownNames look like names of members. They sort where Zq does.
var shownNames = []string{"Z", "z", "ZoneName", "Zone2", "Z1010", "z-extension", "snake_case", strings.Repeat("Z", 48)}

// Names that the schema does not know are shown only if they look like names of
// members, wherever paths or outlines are printed.
func TestNamesThatMayBeContentAreWithheld(t *testing.T) {
	const meta = `"Meta":{"DataModel":"Sample","EventType":"New"}`
	member := func(name string) string {
		quoted := strconv.Quote(name)
		if json.Valid([]byte(`"` + name + `"`)) {
			quoted = `"` + name + `"` // with its escapes
		} else if data, err := json.Marshal(name); err == nil {
			quoted = string(data)
		}
		return quoted
	}
	everything := func(name string) (all []string) {
		m := member(name)
		for _, format := range []string{
			`{%[2]s,"Persons":[{"ID":"1"}],%[1]s:1}`,
			`{%[2]s,"Persons":[{"ID":"1",%[1]s:{"ID":"\ud800"}}]}`,
			`{%[2]s,"Persons":[],"Visit":{"Extension":{%[1]s:1,%[1]s:"` + "\xff" + `"}}}`,
			`{%[2]s,"Persons":[],"Score":"x","Visit":{"VisitNumber":{%[1]s:"` + "\xff" + `"}}}`,
		} {
			text := fmt.Appendf(nil, format, m, meta)
			v, r, err := decodeSample(text)
			require.NoError(t, err, "%s", text)
			var u Unknown
			require.NoError(t, u.UnmarshalJSON(text))
			all = append(all, r.String(), fmt.Sprint(r.Err()), v.Validate().String(), u.Validate().String(), Redact(v), Redact(&u),
				fmt.Sprint(Diff(v, new(sample))), fmt.Sprint(Diff(&u, new(Unknown))),
				buildSample().Continue(v).Dropped().String(), buildSample().Continue(&u).Dropped().String())
			_, err = buildSample().Continue(&u).Build()
			all = append(all, fmt.Sprint(err))
			data, err := json.Marshal(r)
			require.NoError(t, err)
			all = append(all, string(data))
		}
		return all
	}
	plain := everything("Zq")
	for _, name := range withheldNames {
		for i, got := range everything(name) {
			want := strings.NewReplacer(".Zq", "[name withheld]", "Zq", "[name withheld]").Replace(plain[i])
			assert.Equal(t, want, got, "%q", name)
		}
	}
	for _, name := range shownNames {
		for i, got := range everything(name) {
			assert.Equal(t, strings.ReplaceAll(plain[i], "Zq", name), got)
		}
	}
	for _, name := range []string{"Tim\xff", `Tim\ud800`} { // reported for that, too
		assert.NotContains(t, strings.Join(everything(name), "\n"), "Tim")
	}
	assert.Contains(t, strings.Join(plain, "\n"), "Persons[0].Zq: unknown, got object (warning)")
}

// A name that the schema knows is shown, whatever it looks like.
func TestNamesOfTheSchemaAreShown(t *testing.T) {
	type odd struct {
		Object

		Extension Raw    `json:"Extension"`
		Name      string `json:"odd name"`
	}
	schema := redoximpl.Schema{
		Type:    (*odd)(nil),
		Outline: []redoximpl.Outline{{At: "", Has: `Extension "odd name"!`}},
		Rules: []redoximpl.SchemaRule{{At: "Extension", Keyword: "schema", Value: `{"properties":{"a b":{"type":"array","items":[{},{"properties":{"2":{"type":"null"}}}]}},
			"additionalProperties":{"properties":{"7":{"type":"null"}}}}`}},
	}
	r, err := schema.ValidateJSON([]byte(`{"Extension":{"a b":[{"2":1,"3":2,"3":3},{"2":1}],"c d":{"7":1},"a b c":{"7":null,"8":1,"8":2}}}`))
	require.NoError(t, err)
	assert.Equal(t, []string{
		`["odd name"]: required`,
		`Extension["a b"][1].2: type, want null, got number`,
		`Extension[name withheld].7: type, want null, got number`,
		`Extension[name withheld][name withheld]: duplicate (warning)`,
	}, violations(r))
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"Orders[].Results[].Value", "Orders[0].Results[12].Value", true},
		{"Orders[].Results[].Value", "Orders[0].Results[12].Value.More", false},
		{"Orders[].Results[].Value", "Orders[0].Results[12]", false},
		{"Orders[].Results[].Value", "Orders.Results[12].Value", false},
		{"Orders[].Results[].Value", "Orders[].Results[12].Value", false},
		{"Orders[].Results[].Value", "Orders[-1].Results[12].Value", false},
		{"Orders[].Results[].Value", "Orders[0.Results[12].Value", false},
		{"Orders[].Results[].Value", "XOrders[0].Results[1].Value", false},
		{"Orders[]", "Orders[7]", true},
		{"Orders[]", "Orders", false},
		{"Orders", "Orders", true},
		{"Orders[0]", "Orders[0]", true},
		{"Orders[0]", "Orders[1]", false},
		{"Grid[][]", "Grid[1][2]", true},
		{"Grid[][]", "Grid[1]", false},
		{"Grid[]", "Grid[1][2]", false},
		{"A[]", "A[name withheld]", false},
		{`A["x y"][]`, `A["x y"][3]`, true},
		{"", "", true},
		{"", "A", false},
		{"A", "", false},
		{"[]", "[", false},
	} {
		assert.Equal(t, c.want, Violation{Path: c.path}.Matches(c.pattern), "%q %q", c.pattern, c.path)
	}
}
