package redox_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoximpl"
)

// keywords holds every keyword of a schema that the codec knows: what it says
// of values. The report of a value without fault is empty; @ stands for the
// path of the value.
//
// Every schema is tried as the "schema" of a Raw field and, where a field is
// named, member by member as rules of that field.
var keywords = []struct {
	schema, field string
	reports       map[string]string
}{
	{`{"type":["string","null"]}`, "VisitNumber", map[string]string{
		`"a"`: "", `null`: "", `1`: "@: type, want string or null, got number", `[]`: "@: type, want string or null, got array"}},
	{`{"type":"integer"}`, "Duration", map[string]string{
		`1`: "", `1.0`: "", `1e2`: "", `1.5`: "@: type, want integer, got number", `null`: "@: type, want integer, got null"}},
	{`{"type":"boolean"}`, "Urgent", map[string]string{`true`: "", `false`: "", `null`: "@: type, want boolean, got null"}},
	{`{"type":[]}`, "Urgent", map[string]string{`true`: "", `null`: "", `{"a":[]}`: ""}},
	{`{"enum":["a","\u00e9"]}`, "Class", map[string]string{
		`"a"`: "", `"é"`: "", `"A"`: "@: enum, want one of 2 values", `""`: "@: enum, want one of 2 values"}},
	{`{"enum":[1,null,true,["a"],{"a":1,"b":[2.0]}]}`, "", map[string]string{
		`1.0`: "", `10e-1`: "", `null`: "", `true`: "", `["a"]`: "", `{"b":[2],"a":1}`: "", `{"a":2,"a":1,"b":[2]}`: "",
		`false`: "@: enum, want one of 5 values", `["b"]`: "@: enum, want one of 5 values", `{"a":1}`: "@: enum, want one of 5 values"}},
	{`{"minLength":2}`, "Class", map[string]string{`"ab"`: "", `"éé"`: "", `"é"`: "@: minLength, want 2, got 1", `""`: "@: minLength, want 2, got 0"}},
	{`{"maxLength":2.0}`, "Class", map[string]string{`"ab"`: "", `"éé"`: "", `"\ud83d\ude00a"`: "", `"abc"`: "@: maxLength, want 2, got 3"}},
	{`{"maxLength":1e300,"minLength":0}`, "", map[string]string{`""`: "", `"abc"`: ""}},
	{`{"pattern":"^[0-9]+$"}`, "VisitNumber", map[string]string{`"12"`: "", `"a"`: `@: pattern, want match of "^[0-9]+$"`}},
	{`{"format":"date"}`, "Class", map[string]string{`"2023-02-28"`: "", `"2023-02-29"`: "@: format, want date"}},
	{`{"format":"ipv4"}`, "Class", map[string]string{`"127.0.0.1"`: "", `"127.0.0"`: "@: format, want ipv4"}},
	{`{"format":"phone"}`, "Class", map[string]string{`"anything"`: ""}},
	{`{"minimum":2}`, "Duration", map[string]string{`2`: "", `2.0`: "", `1.99`: "@: minimum, want at least 2", `-3`: "@: minimum, want at least 2"}},
	{`{"minimum":2,"exclusiveMinimum":true}`, "Duration", map[string]string{`2.01`: "", `2`: "@: exclusiveMinimum, want more than 2"}},
	{`{"minimum":2,"exclusiveMinimum":false}`, "Duration", map[string]string{`2`: "", `1`: "@: minimum, want at least 2"}},
	{`{"maximum":2.5}`, "Duration", map[string]string{`2.50`: "", `3`: "@: maximum, want at most 2.5", `1e300`: "@: maximum, want at most 2.5"}},
	{`{"maximum":2,"exclusiveMaximum":true}`, "Duration", map[string]string{`1.99`: "", `20e-1`: "@: exclusiveMaximum, want less than 2"}},
	{`{"multipleOf":0.01}`, "Duration", map[string]string{`0`: "", `4.35`: "", `4.355`: "@: multipleOf, want a multiple of 0.01"}},
	{`{"minItems":1,"maxItems":2}`, "Notes", map[string]string{
		`["a"]`: "", `["a","b"]`: "", `[]`: "@: minItems, want 1, got 0", `["a","b","c"]`: "@: maxItems, want 2, got 3"}},
	{`{"uniqueItems":true}`, "Scores", map[string]string{`[1,2]`: "", `[]`: "", `[1,2,1.0]`: "@: uniqueItems, want elements that differ"}},
	{`{"uniqueItems":true}`, "", map[string]string{
		`[null,false,"1",1,[1],{"a":1}]`: "", `[{"a":1,"b":2},{"b":2,"a":1.0}]`: "@: uniqueItems, want elements that differ", `{"a":[1,1]}`: ""}},
	{`{"uniqueItems":false}`, "Notes", map[string]string{`["a","a"]`: ""}},
	{`{"items":{"type":"string","maxLength":1}}`, "", map[string]string{
		`["a"]`: "", `7`: "", `["a",7,"bc"]`: "@[1]: type, want string, got number\n@[2]: maxLength, want 1, got 2"}},
	{`{"items":[{"type":"string"},{"type":"number"}]}`, "", map[string]string{
		`[]`: "", `["a",1,true]`: "", `[1,"a"]`: "@[0]: type, want string, got number\n@[1]: type, want number, got string"}},
	{`{"items":[{"type":"string"}],"additionalItems":true}`, "", map[string]string{`["a",1]`: ""}},
	{`{"items":[{"type":"string"}],"additionalItems":false}`, "", map[string]string{`["a"]`: "", `["a",1,2]`: "@: additionalItems, want 1, got 3"}},
	{`{"items":[{}],"additionalItems":{"type":"number"}}`, "", map[string]string{
		`[[],1]`: "", `[1,"a",null]`: "@[1]: type, want number, got string\n@[2]: type, want number, got null"}},
	{`{"required":["Room","Floor"]}`, "Location", map[string]string{
		`{"Room":"","Floor":1}`: "", `{}`: "@.Room: required\n@.Floor: required", `{"Floor":null}`: "@.Room: required"}},
	{`{"required":["a b"],"properties":{"A":{"type":"string"}}}`, "", map[string]string{`{"a b":1}`: "", `{"A":"a"}`: `@["a b"]: required`}},
	{`{"minProperties":1,"maxProperties":2}`, "Location", map[string]string{
		`{"Room":"1"}`: "", `{"Room":"1","Else":2}`: "", `{"x":1,"x":2}`: "", `{}`: "@: minProperties, want 1, got 0",
		`{"Room":"1","y":2,"x":3}`: "@: maxProperties, want 2, got 3"}},
	{`{"additionalProperties":false}`, "Location", map[string]string{
		`{}`: "", `{"Else":1}`: "@.Else: additionalProperties, got number",
		`{"a b":[],"Else":2}`: "@[name withheld]: additionalProperties, got array\n@.Else: additionalProperties, got number"}},
	{`{"additionalProperties":true}`, "Location", map[string]string{`{"Else":1}`: ""}},
	{`{"additionalProperties":{}}`, "Location", map[string]string{`{"Else":1}`: ""}},
	{`{"additionalProperties":{"type":"number"}}`, "Location", map[string]string{
		`{"Else":1}`: "", `{"Else":"1","More":2}`: "@.Else: type, want number, got string"}},
	{`{"patternProperties":{"^x-":{"type":"string"},"9$":{"maxLength":1}}}`, "Location", map[string]string{
		`{"x-a":"","else":1,"8":"ab"}`: "", `{"x-a":1}`: "@.x-a: type, want string, got number",
		`{"x-9":"ab"}`: "@.x-9: maxLength, want 1, got 2"}},
	{`{"patternProperties":{"^x-":{}},"additionalProperties":false}`, "Location", map[string]string{
		`{"x-a":1}`: "", `{"y":1}`: "@.y: additionalProperties, got number"}},
	{`{"properties":{"A":{"type":"object","properties":{"B":{"enum":[1]}}}},"additionalProperties":{"type":"null"}}`, "", map[string]string{
		`{"A":{"B":1}}`: "", `{"A":{"B":2},"C":null}`: "@.A.B: enum, want one of 1 values", `{"A":[],"C":1}`: "@.A: type, want object, got array\n@.C: type, want null, got number"}},
	{manyProperties(), "", map[string]string{
		manyMembers(0, 80): "", manyMembers(3, 80): "@: minProperties, want 78, got 77", manyMembers(0, 79): "@.k79: required",
		manyMembers(0, 76): "@.k79: required\n@: minProperties, want 78, got 76"}},
}

// manyProperties is a schema with more properties than a word has bits.
func manyProperties() string {
	var list []string
	for i := range 80 {
		list = append(list, fmt.Sprintf(`"k%02d":{"type":"number"}`, i))
	}
	return `{"properties":{` + strings.Join(list, ",") + `},"required":["k79"],"minProperties":78}`
}

// manyMembers is an object with the members of manyProperties from one on.
func manyMembers(from, to int) string {
	var list []string
	for i := from; i < to; i++ {
		list = append(list, fmt.Sprintf(`"k%02d":%d`, i, i))
	}
	return "{" + strings.Join(list, ",") + "}"
}

// TestKeywords: what each keyword says, in every way to find out.
func TestKeywords(t *testing.T) {
	for _, c := range keywords {
		t.Run(c.schema[:min(len(c.schema), 60)], func(t *testing.T) {
			raw := sampleSchemaWith(redoximpl.SchemaRule{At: "Visit.Extension", Keyword: "schema", Value: c.schema})
			typed := sampleSchemaWith(rulesOf(t, c.schema, "Visit."+c.field)...)
			for value, want := range c.reports {
				checkKeyword(t, raw, "Extension", value, want)
				if c.field != "" {
					checkKeyword(t, typed, c.field, value, want)
				}
			}
		})
	}
}

// rulesOf states the members of a schema as rules of the value at a path.
func rulesOf(t *testing.T, schema, at string) (rules []redoximpl.SchemaRule) {
	t.Helper()
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(schema), &members))
	for keyword, value := range members {
		rules = append(rules, redoximpl.SchemaRule{At: at, Keyword: keyword, Value: string(value)})
	}
	return rules
}

// checkKeyword validates a visit whose field has the value.
func checkKeyword(t *testing.T, s *redoximpl.Schema, field, value, want string) {
	t.Helper()
	visit := `{"VisitNumber":"1","` + field + `":` + value + `}`
	if field == "VisitNumber" {
		visit = `{"VisitNumber":` + value + `}`
	}
	text := []byte(`{"Meta":{"DataModel":"S","EventType":"N"},"Visit":` + visit + `,"Persons":[]}`)
	want = strings.ReplaceAll(want, "@", "Visit."+field)

	r, err := s.ValidateJSON(text)
	require.NoError(t, err, value)
	assert.ElementsMatch(t, lines(want), errorLines(r), "validating %s in %s", value, field)
	var v sample
	r, err = s.Decode(text, &v)
	require.NoError(t, err, value)
	assert.ElementsMatch(t, lines(want), errorLines(r), "decoding %s in %s", value, field)
	assert.ElementsMatch(t, lines(want), errorLines(s.Validate(&v)), "validating the decoded %s in %s", value, field)
	out, err := s.AppendJSON(nil, &v)
	require.NoError(t, err)
	assert.JSONEq(t, string(text), string(out))

	out, err = s.AppendValid([]byte("x"), &v)
	if want == "" {
		require.NoError(t, err, "sending %s in %s", value, field)
		assert.JSONEq(t, string(text), string(out[1:]))
		return
	}
	var e *ValidationError
	require.ErrorAs(t, err, &e, "sending %s in %s", value, field)
	assert.ElementsMatch(t, lines(want), errorLines(e.Report), "sending %s in %s", value, field)
	assert.Equal(t, "x", string(out))
}

func lines(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == '\n' })
}

func errorLines(r Report) (list []string) {
	for v := range r.Errors() {
		list = append(list, v.String())
	}
	return list
}

// TestRulesOfAnotherType: generated code whose rules contradict its types is a
// fault of the generator, and told by keyword and path.
func TestRulesOfAnotherType(t *testing.T) {
	for _, c := range []struct{ at, keyword, value, want string }{
		{"Visit.Class", "const", `"a"`, `rule const at "Visit.Class": no such keyword`},
		{"Visit.Class", "type", `"text"`, `unknown type "text"`},
		{"Visit.Class", "type", `1`, `rule type at "Visit.Class": `},
		{"Visit.Class", "pattern", `"("`, `rule pattern at "Visit.Class": `},
		{"Visit.Class", "pattern", `1`, `rule pattern at "Visit.Class": `},
		{"Visit.Class", "enum", `1`, `rule enum at "Visit.Class": `},
		{"Visit.Class", "maxLength", `-1`, `not a count`},
		{"Visit.Class", "maxLength", `1.5`, `not a count`},
		{"Visit.Class", "maxLength", `"1"`, `not a count`},
		{"Visit.Class", "minimum", `"1"`, `rule minimum at "Visit.Class": `},
		{"Visit.Class", "required", `["A"]`, `not an object`},
		{"Visit.Class", "additionalProperties", `false`, `not an object`},
		{"Visit.Class", "patternProperties", `{}`, `not an object`},
		{"Visit.Location", "required", `1`, `rule required at "Visit.Location": `},
		{"Visit.Location", "patternProperties", `1`, `rule patternProperties at "Visit.Location": `},
		{"Visit.Location", "patternProperties", `{"(":{}}`, `rule patternProperties at "Visit.Location": `},
		{"Visit.Location", "patternProperties", `{"a":{"type":1}}`, `patternProperties: `},
		{"Visit.Class", "schema", `1`, `rule schema at "Visit.Class": `},
		{"Visit.Extension", "schema", `{"maxItems":-1}`, `maxItems: not a count`},
		{"Visit.Extension", "schema", `{"type":"text"}`, `unknown type "text"`},
		{"Visit.Extension", "schema", `{"required":1}`, `rule schema at "Visit.Extension": `},
		{"Visit.Extension", "schema", `{"properties":{"A":{"type":"text"}}}`, `properties: unknown type "text"`},
		{"Visit.Extension", "schema", `{"items":{"type":"text"}}`, `unknown type "text"`},
		{"Visit.Extension", "schema", `{"items":[{"type":"text"}]}`, `unknown type "text"`},
		{"Visit.Extension", "schema", `{"items":1}`, `rule schema at "Visit.Extension": `},
		{"Visit.Extension", "schema", `{"items":[],"additionalItems":{"type":"text"}}`, `unknown type "text"`},
	} {
		t.Run(c.at+" "+c.keyword+" "+c.value, func(t *testing.T) {
			s := sampleSchemaWith(redoximpl.SchemaRule{At: c.at, Keyword: c.keyword, Value: c.value})
			defer func() {
				text, _ := recover().(string)
				assert.True(t, strings.HasPrefix(text, "redox: rule "), text)
				assert.Contains(t, text, c.want)
			}()
			_, _ = s.ValidateJSON([]byte(`{}`))
			t.Error("nothing was wrong")
		})
	}
}
