package redox_test

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoximpl"
)

// TestDecodeEncodeKeepsEverything decodes and encodes messages that stray from
// the schema in every way there is.
func TestDecodeEncodeKeepsEverything(t *testing.T) {
	cases := map[string]string{
		"empty":              `{}`,
		"minimal":            `{"Meta":{"DataModel":"Sample","EventType":"New"},"Persons":[]}`,
		"nulls":              `{"Meta":null,"Visit":{"VisitNumber":null,"Notes":null,"Location":null,"Urgent":null,"Duration":null,"Extension":null},"Persons":null}`,
		"empties":            `{"Meta":{},"Visit":{"VisitNumber":"","Notes":[],"Location":{},"Staff":[{}],"StartDateTime":""},"Persons":[{},{}]}`,
		"unknown":            `{"Meta":{"New":1},"Else":{"a":[1,{"b":null}]},"Persons":[{"ID":"1","x":[]}]}`,
		"wrong scalars":      `{"Visit":{"VisitNumber":12,"Duration":"15","Urgent":"true","StartDateTime":20230101,"Class":true},"Score":"1.50"}`,
		"wrong kinds":        `{"Meta":"x","Visit":[1,2],"Persons":{"ID":"1"},"Score":{"a":1}}`,
		"wrong elements":     `{"Persons":[null,"x",{"ID":"2"},7,[]],"Visit":{"Notes":["a",null,1,{"b":2}],"Scores":[1,"2",null,1.50]}}`,
		"number spelling":    `{"Visit":{"Duration":1.50,"Scores":[1e2,-0,0.10,100000000000000000000]}}`,
		"nested arrays":      `{"Visit":{"Grid":[["a"],[],["b","c"],null,[1]]}}`,
		"escapes":            `{"Visit":{"VisitNumber":"a\"b\\\u00e9\ud83d\ude00\/","Notes":["\u0000\n"],"Class":"é\u2028"},"k\u0041\"":1}`,
		"not carried":        `{"Visit":{"Location":{"Room":"1","Bed":"A"}},"Meta":{"FacilityCode":"X","Logs":[{"ID":1}]}}`,
		"raw":                `{"Visit":{"Extension":{"a":[1.0,"\u0041",null]}}}`,
		"member after array": `{"Persons":[{"Roles":["a",1]}],"Score":1,"Tail":"x"}`,
		"white space":        " {\n  \"Meta\" : { \"DataModel\" : \"Sample\" } ,\t\"Persons\" : [ { \"ID\" : \"1\" } , { } ]\r\n} ",
	}
	for name, in := range cases {
		t.Run(name, func(t *testing.T) {
			v, _, err := decodeSample([]byte(in))
			require.NoError(t, err)
			out, err := sampleSchema.Marshal(v)
			require.NoError(t, err)
			assert.JSONEq(t, in, string(out))
			assertNumbersKept(t, in, string(out))

			var plain sample
			require.NoError(t, Unmarshal([]byte(in), &plain))
			out, err = Marshal(&plain)
			require.NoError(t, err)
			assert.JSONEq(t, in, string(out), "outside of the event")
		})
	}
}

// TestTextThatIsNotUnicode: it reads as encoding/json reads it, is reported, and
// is written as it was, names included.
func TestTextThatIsNotUnicode(t *testing.T) {
	in := "{\"Meta\":{\"DataModel\":\"S\",\"EventType\":\"N\"},\"Visit\":{\"VisitNumber\":\"M\xfcller\",\"Notes\":[\"a\\ud83d\",\"\\ud83d\\ude00\"],\"Class\":\"\ufffd\"}," +
		"\"Persons\":[],\"\xff\":1,\"\xfe\":2,\"\\ud800\":3}"
	v, r, err := decodeSample([]byte(in))
	require.NoError(t, err)
	assert.Equal(t, "M\ufffdller", v.Visit.VisitNumber)
	assert.Equal(t, []string{"a\ufffd", "😀"}, v.Visit.Notes)
	var places []string
	for w := range r.Warnings() {
		if w.Rule == RuleEncoding {
			places = append(places, w.Path)
		}
	}
	assert.Len(t, places, 5)
	assert.Equal(t, []string{"Visit.VisitNumber", "Visit.Notes[0]"}, places[:2])
	out, err := sampleSchema.Marshal(v)
	require.NoError(t, err)
	assert.Equal(t, strings.Replace(in, `\ud83d\ude00`, "😀", 1), string(out))

	v.Visit.VisitNumber = "1"
	v.Visit.Class = "a\xffb"
	assert.Contains(t, v.Validate().String(), "Visit.Class: encoding, want UTF-8\n")
	out, err = sampleSchema.Marshal(v)
	require.NoError(t, err)
	assert.Contains(t, string(out), `"VisitNumber":"1"`)
}

// TestTextOfFieldsThatIsNotUTF8: it could not be sent as the field says it, so
// that two identifiers may become one. What was received goes back as it came.
func TestTextOfFieldsThatIsNotUTF8(t *testing.T) {
	in := "{\"Meta\":{\"DataModel\":\"S\",\"EventType\":\"N\"},\"Visit\":{\"VisitNumber\":\"M\xfcller\",\"Notes\":[\"a\ufffd\"]},\"Persons\":[]}"
	v, _, err := decodeSample([]byte(in))
	require.NoError(t, err)
	assert.Equal(t, []string{"Visit.VisitNumber"}, notUTF8(v.Validate()), "it is as it was received, and cannot be sent")
	v.Visit.VisitNumber = "M"
	out, err := v.AppendValid([]byte("x"))
	require.NoError(t, err)
	assert.Equal(t, "x"+strings.Replace(in, "\xfcller", "", 1), string(out))

	v.Visit.Notes = append(v.Visit.Notes, "1\xf2", "é\"")
	v.Persons = []person{{ID: "1\xff2"}, {ID: "2", Name: "\xfc"}}
	v.Visit.Start = "\xff"
	want := []string{"Visit.StartDateTime", "Visit.Notes[1]", "Persons[0].ID", "Persons[1].Name"}
	assert.Equal(t, want, notUTF8(v.Validate()))
	out, err = v.AppendValid([]byte("x"))
	var e *ValidationError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, want, notUTF8(e.Report))
	assert.Equal(t, "x", string(out))
	_, err = v.AppendJSON(nil)
	assert.NoError(t, err, "encoding alone is as tolerant as encoding/json")

	// A member that occurs twice is judged by its last one.
	v.Visit.Extension = `{"a":1,"a":"\ufffd"}`
	assert.Equal(t, want, notUTF8(v.Validate()))
	assert.Len(t, slices.Collect(v.Validate().Errors()), len(want))
	_, err = v.AppendValid(nil)
	require.ErrorAs(t, err, &e)
	assert.Equal(t, want, notUTF8(e.Report))
}

// notUTF8 returns the paths of what is an error because it is not UTF-8.
func notUTF8(r Report) (paths []string) {
	for v := range r.Errors() {
		if v.Rule == RuleEncoding {
			paths = append(paths, v.Path)
		}
	}
	return paths
}

// TestTypeThatTheSchemaLeft: a field may hold what the schema no longer allows.
// The schema decides all the same, and nothing is lost.
func TestTypeThatTheSchemaLeft(t *testing.T) {
	schema := sampleSchemaWith(
		redoximpl.SchemaRule{At: "Visit.VisitNumber", Keyword: "schema", Value: `{"type":"number"}`},
		redoximpl.SchemaRule{At: "Visit.Location", Keyword: "schema", Value: `{"type":["string","object"],"properties":{"Room":{"type":"number"}}}`},
	)
	for in, report := range map[string]string{
		`{"VisitNumber":12,"Location":{"Room":7,"Bed":"1"}}`: "",
		`{"VisitNumber":12,"Location":"here"}`:               "",
		`{"VisitNumber":"x","Location":{"Room":"7"}}`: "Visit.VisitNumber: type, want number, got string\n" +
			"Visit.Location.Room: type, want number, got string\n",
		`{"VisitNumber":null,"Location":[]}`: "Visit.VisitNumber: type, want number, got null\n" +
			"Visit.Location: type, want object or string, got array\n",
	} {
		text := `{"Meta":{"DataModel":"S","EventType":"N"},"Visit":` + in + `,"Persons":[]}`
		var v sample
		r, err := schema.Decode([]byte(text), &v)
		require.NoError(t, err)
		assert.Equal(t, report, r.String(), in)
		r, err = schema.ValidateJSON([]byte(text))
		require.NoError(t, err)
		assert.Equal(t, report, r.String(), in)
		out, err := schema.AppendValid(nil, &v)
		assert.Equal(t, report == "", err == nil, in)
		if err == nil {
			assert.Equal(t, text, string(out))
		}
	}
}

// TestOrderOfMembers decodes messages whose members come in different orders,
// again and again and at the same time: what the decoder learns of one order
// must not show in what it makes of another.
func TestOrderOfMembers(t *testing.T) {
	cases := []struct{ in, report string }{
		{`{"Meta":{"DataModel":"a","EventType":"b"},"Visit":{"VisitNumber":"1","Notes":[],"Class":"Inpatient"},"Persons":[]}`, ""},
		{`{"Persons":[],"Visit":{"Class":"Inpatient","Notes":[],"VisitNumber":"1"},"Meta":{"EventType":"b","DataModel":"a"}}`, ""},
		{`{"Persons":[],"Score":1,"Meta":{"EventType":"b","DataModel":"a","Test":true}}`, ""},
		{`{"Score":1,"Meta":{"DataModel":"a","Test":true},"New":1,"Persons":[]}`, "New: unknown, got number (warning)\nMeta.EventType: required"},
		{`{"Score":1,"Persons":[],"Score":2,"Meta":{"DataModel":"a","EventType":"b"}}`, "Score: duplicate (warning)"},
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for round := range 200 {
				c := cases[(worker+round*round)%len(cases)]
				v, report, err := decodeSample([]byte(c.in))
				if !assert.NoError(t, err) || !assert.ElementsMatch(t, strings.Fields(c.report), strings.Fields(report.String())) {
					return
				}
				out, err := sampleSchema.Marshal(v)
				assert.NoError(t, err)
				assert.JSONEq(t, c.in, string(out))
			}
		})
	}
	wg.Wait()
}

func assertNumbersKept(t *testing.T, in, out string) {
	t.Helper()
	numbers := func(s string) (list []string) {
		dec := json.NewDecoder(strings.NewReader(s))
		dec.UseNumber()
		for {
			tok, err := dec.Token()
			if err != nil {
				return list
			}
			if n, ok := tok.(json.Number); ok {
				list = append(list, n.String())
			}
		}
	}
	assert.ElementsMatch(t, numbers(in), numbers(out))
}

func TestReportNamesPathRuleAndKinds(t *testing.T) {
	_, r, err := decodeSample([]byte(`{
		"Meta": {"DataModel": "Sample", "EventType": 5, "Logs": []},
		"Visit": {"StartDateTime": "yesterday", "Class": "Spa", "Notes": "x", "Location": {"Bed": "1"}},
		"Persons": [{"ID": "1", "Name": "much too long"}, {"Name": null}, 3],
		"Other": 1, "odd name": 2, "Score": true, "Score": null}`))
	require.NoError(t, err)
	var got []string
	for v := range r.All() {
		got = append(got, v.String())
	}
	assert.Equal(t, []string{
		"Meta.EventType: type, want string, got number",
		"Meta.Logs: not-in-event (warning)",
		"Visit.VisitNumber: required",
		"Visit.StartDateTime: date, want ISO 8601 (warning)",
		"Visit.Class: value-set, want one of 2 documented values (warning)",
		"Visit.Notes: type, want array, got string",
		"Visit.Location.Bed: not-in-event (warning)",
		"Persons[0].Name: maxLength, want 8, got 13",
		"Persons[1].ID: required",
		"Persons[2]: type, want object, got number",
		"Other: unknown, got number (warning)",
		"[name withheld]: unknown, got number (warning)",
		"Score: duplicate (warning)",
	}, got)
	assert.False(t, r.Valid())
	assert.Error(t, r.Err())
}

// TestRequiredOfAnotherEvent: a member may be required that is no property of
// the event, although the struct has a field for it.
func TestRequiredOfAnotherEvent(t *testing.T) {
	schema := sampleSchemaWith(redoximpl.SchemaRule{At: "Visit.Location", Keyword: "required", Value: `["Bed","Wing"]`})
	for in, report := range map[string]string{
		`{"Bed":"1","Wing":"W"}`: "Visit.Location.Bed: not-in-event (warning)\nVisit.Location.Wing: unknown, got string (warning)\n",
		`{"Wing":"W"}`:           "Visit.Location.Bed: required\nVisit.Location.Wing: unknown, got string (warning)\n",
		`{"Bed":"1"}`:            "Visit.Location.Wing: required\nVisit.Location.Bed: not-in-event (warning)\n",
	} {
		text := `{"Meta":{"DataModel":"S","EventType":"N"},"Visit":{"VisitNumber":"1","Location":` + in + `},"Persons":[]}`
		var v sample
		r, err := schema.Decode([]byte(text), &v)
		require.NoError(t, err)
		assert.Equal(t, report, r.String(), in)
		_, err = schema.AppendValid(nil, &v)
		assert.Equal(t, r.Valid(), err == nil, in)
	}
}

// TestManyInvalidNumbers: what is no JSON is reported as all else is, in the
// order of the message and up to the limit.
func TestManyInvalidNumbers(t *testing.T) {
	v := sample{Visit: visit{VisitNumber: "1", Scores: make([]Number, 3*MaxViolations)}}
	for i := range v.Visit.Scores {
		v.Visit.Scores[i] = "none"
	}
	r := sampleSchema.Validate(&v)
	listed := 0
	for range r.All() {
		listed++
	}
	assert.LessOrEqual(t, listed, MaxViolations)
	assert.GreaterOrEqual(t, r.Len(), 3*MaxViolations)
	assert.True(t, r.Truncated())
}

// TestManyDuplicatesAreCounted: also those that a report has no room for.
func TestManyDuplicatesAreCounted(t *testing.T) {
	text := `{"Meta":{"DataModel":"S","EventType":"N"},` + strings.Repeat(`"X":1,`, 3*MaxViolations) + `"Visit":{"VisitNumber":"1"},"Persons":[]}`
	_, r, err := decodeSample([]byte(text))
	require.NoError(t, err)
	assert.Equal(t, 3*MaxViolations, r.Len()) // all but the first, and the name is unknown
	assert.True(t, r.Truncated())
	assert.True(t, r.Valid())
}

// TestDepthIsOfTheMessage: every way to read a message takes the same depth.
func TestDepthIsOfTheMessage(t *testing.T) {
	for depth, ok := range map[int]bool{10_000: true, 10_001: false} {
		nested := depth - 2 // the message and the visit
		text := []byte(`{"Visit":{"X":` + strings.Repeat("[", nested) + strings.Repeat("]", nested) + `}}`)
		v, _, err := decodeSample(text)
		assert.Equal(t, ok, err == nil, "%d: %v", depth, err)
		_, err = PeekMeta(text)
		assert.Equal(t, ok, err == nil, "%d: %v", depth, err)
		if ok {
			_, err = json.Marshal(json.RawMessage(text))
			require.NoError(t, err)
			out, err := sampleSchema.Marshal(v)
			require.NoError(t, err)
			assert.True(t, json.Valid(out))
		}
	}
}

// TestNumberOfAnotherText: a number that is set to the same value in another
// text is sent as it was set.
func TestNumberOfAnotherText(t *testing.T) {
	v, _, err := decodeSample([]byte(`{"Score":"1.0"}`))
	require.NoError(t, err)
	v.Score = "1"
	out, err := sampleSchema.Marshal(v)
	require.NoError(t, err)
	assert.Contains(t, string(out), `"Score":1`)
}

// TestValueSetsThatPrintAlike: sets that differ in where a value ends do not
// share a node.
func TestValueSetsThatPrintAlike(t *testing.T) {
	s := sampleSchemaWith(
		redoximpl.SchemaRule{At: "Visit.Staff[].Name", Keyword: "x-redox-values", Value: `["Full time"]`},
		redoximpl.SchemaRule{At: "Visit.Location.Room", Keyword: "x-redox-values", Value: `["Full","time"]`})
	r, err := s.ValidateJSON([]byte(`{"Visit":{"Staff":[{"Name":"Full time"}],"Location":{"Room":"Full"}}}`))
	require.NoError(t, err)
	assert.NotContains(t, r.String(), string(RuleValueSet))
}
