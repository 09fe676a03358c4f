package redox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/testenv"
	. "github.com/redoxgen/redoxgen/runtime/redox"
)

// received is a message that the samples continue.
func received(t *testing.T, text string) Message {
	t.Helper()
	var u Unknown
	_, err := u.DecodeJSON([]byte(text))
	require.NoError(t, err)
	return &u
}

func TestContinue(t *testing.T) {
	cases := []struct {
		name, from, want string
		dropped          []string
	}{
		{"nothing", `{}`, `{}`, nil},
		{"not the envelope", `{"Meta":{"DataModel":"Other","FacilityCode":"F"},"Score":1.50}`, `{"Score":1.50}`, nil},
		{"nested", `{"Visit":{"VisitNumber":"7","Duration":1e2,"Urgent":false,"Notes":["a","b"],"Location":{"Room":"1"},"Extension":{"b":[1.0],"a":null}}}`,
			`{"Visit":{"VisitNumber":"7","Duration":1e2,"Urgent":false,"Notes":["a","b"],"Location":{"Room":"1"},"Extension":{"b":[1.0],"a":null}}}`, nil},
		{"what is not there", `{"Visit":{"VisitNumber":null,"Notes":[],"Location":{},"Class":""},"Persons":null,"Else":{"a":{}}}`, `{}`, nil},
		{"no place for it", `{"Visit":{"VisitNumber":"7","Location":{"Bed":"1","Room":"2"},"Extra":[1]},"Else":{"a":1},"x y":2}`,
			`{"Visit":{"VisitNumber":"7","Location":{"Room":"2"}}}`,
			[]string{"Visit.Location.Bed: not-in-event (warning)", "Visit.Extra: not-in-event (warning)", "Else: not-in-event (warning)", "[name withheld]: not-in-event (warning)"}},
		{"another kind of value", `{"Visit":{"VisitNumber":7,"Duration":"5","Notes":"n","Location":["1"],"Staff":[{"ID":"1"},"x",{"ID":2,"Name":"n"}]},"Score":true}`,
			`{"Visit":{"VisitNumber":"7","Duration":5,"Staff":[{"ID":"1"},{"ID":"2","Name":"n"}]}}`,
			[]string{"Visit.Notes: type, want array, got string (warning)", "Visit.Location: type, want object, got array (warning)",
				"Visit.Staff[1]: type, want object, got string (warning)",
				"Score: type, want number, got boolean (warning)"}},
		{"what a field reads", `{"Visit":{"VisitNumber":-0.50e1,"StartDateTime":2023,"Duration":"1e40","Urgent":"true","Class":false,"Location":{"Room":12},"Notes":[1,true,"a"],"Scores":["1.50",2],"Grid":[[1]]},"Score":"-7.0","Person":{"ID":7,"Name":8}}`,
			`{"Visit":{"VisitNumber":"-0.50e1","StartDateTime":"2023","Duration":1e40,"Urgent":true,"Class":"false","Location":{"Room":"12"},"Notes":["1","true","a"],"Scores":[1.50,2],"Grid":[["1"]]},"Score":-7.0,"Persons":[{"ID":"7","Name":"8"}]}`, nil},
		{"what no field reads", `{"Visit":{"Duration":"1 h","Urgent":"yes","Scores":["x"," 1"],"Start":1},"Score":""}`, `{}`,
			[]string{"Visit.Duration: type, want number, got string (warning)", "Visit.Urgent: type, want boolean, got string (warning)",
				"Visit.Scores[0]: type, want number, got string (warning)", "Visit.Scores[1]: type, want number, got string (warning)", "Visit.Start: not-in-event (warning)"}},
		{"one for several", `{"Person":{"ID":"1","Bed":"2"}}`, `{"Persons":[{"ID":"1"}]}`, []string{"Person.Bed: not-in-event (warning)"}},
		{"one under the name of several", `{"Persons":{"ID":"1"}}`, `{"Persons":[{"ID":"1"}]}`, nil},
		{"several of one", `{"Visits":[{"VisitNumber":"7","Bed":"2"}]}`, `{"Visit":{"VisitNumber":"7"}}`, []string{"Visits[0].Bed: not-in-event (warning)"}},
		{"too many of one", `{"Visits":[{"VisitNumber":"7"},{"VisitNumber":"8"}]}`, `{}`, []string{"Visits: not-in-event, want 1 element, got 2 (warning)"}},
		{"both", `{"Person":{"ID":"1"},"Persons":[{"ID":"2"}]}`, `{"Persons":[{"ID":"2"}]}`, []string{"Person: not-in-event (warning)"}},
		{"members that occur again", `{"Score":1,"Score":2}`, `{"Score":2}`, nil},
		{"escapes", `{"Visit":{"Cl\u0061ss":"\u00e9\n\ud83d\ude00","N\u00f6":"\""}}`, `{"Visit":{"Class":"é\n😀"}}`, []string{"Visit[name withheld]: not-in-event (warning)"}},
		{"white space", " { \"Visit\" : { \"Notes\" : [ \"a\" , null ] , \"Class\" : \"b\" } , \"Score\" : 1 } ", `{"Visit":{"Notes":["a",null],"Class":"b"},"Score":1}`, nil},
		{"elements with nothing in them", `{"Visit":{"Notes":["","a"],"Staff":[{},{"ID":"1"},null,{"x":""}],"Grid":[[],["a"],""]}}`,
			`{"Visit":{"Notes":["","a"],"Staff":[{},{"ID":"1"},{}],"Grid":[[],["a"]]}}`, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := buildSample().Continue(received(t, c.from))
			out, err := Marshal(&b.message)
			require.NoError(t, err)
			assert.JSONEq(t, c.want, string(out))
			assertNumbersKept(t, c.want, string(out))
			assert.Equal(t, c.dropped, violations(b.Dropped()))
			assert.Equal(t, len(c.dropped), b.Dropped().Len())
		})
	}
}

// What was set before Continue stays, whatever it continues, and what it keeps
// out is listed.
func TestContinueKeepsWhatIsSet(t *testing.T) {
	b := buildSample().Visit(func(v *visit) { v.Class, v.Notes = "Inpatient", []string{"mine"} }).
		Continue(received(t, `{"Visit":{"VisitNumber":"7","Class":"Outpatient","Notes":["theirs"],"Location":{"Room":"1"}},"Score":1}`)).
		Continue(received(t, `{"Visits":[{"VisitNumber":"8","Duration":2}],"Score":2}`))
	out, err := Marshal(&b.message)
	require.NoError(t, err)
	assert.JSONEq(t, `{"Visit":{"VisitNumber":"7","Class":"Inpatient","Notes":["mine"],"Location":{"Room":"1"},"Duration":2},"Score":1}`, string(out))
	assert.Equal(t, []string{
		"Visit.Notes: not-in-event, want nothing set before (warning)",
		"Visit.Class: not-in-event, want nothing set before (warning)",
		"Visits[0].VisitNumber: not-in-event, want nothing set before (warning)",
		"Score: not-in-event, want nothing set before (warning)",
	}, violations(b.Dropped()))
}

// A list that is set is kept as a whole, and nothing is listed that is there.
func TestContinueKeepsLists(t *testing.T) {
	const left = "Person: not-in-event, want nothing set before (warning)"
	cases := []struct {
		name string
		mine person
		from string
		want []string
	}{
		{"another", person{ID: "1"}, `{"Person":{"ID":"2"}}`, []string{left}},
		{"one that says more", person{ID: "1"}, `{"Person":{"ID":"1","Name":"a"}}`, []string{left}},
		{"the same", person{ID: "1", Roles: []string{"a"}}, `{"Person":{"ID":"1","Roles":["a"]}}`, nil},
		{"other roles", person{ID: "1", Roles: []string{"a"}}, `{"Person":{"ID":"1","Roles":["b"]}}`, []string{left}},
		{"one of several", person{ID: "1"}, `{"Persons":[{"ID":"1"},{"ID":"2"}]}`, []string{"Persons: not-in-event, want nothing set before (warning)"}},
		{"nothing", person{ID: "1"}, `{"Persons":[]}`, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := buildSample().Person(func(p *person) { *p = c.mine }).Continue(received(t, c.from))
			assert.Equal(t, []person{c.mine}, b.message.Persons)
			assert.Equal(t, c.want, violations(b.Dropped()))
			b.Person(func(p *person) { p.ID = "3" })
			assert.Len(t, b.message.Persons, 2, "the next call adds one")
		})
	}
}

// What is kept besides the fields comes along where something was set before.
func TestContinueKeepsSpelling(t *testing.T) {
	const odd = "{\"Visit\":{\"Class\":\"M\xfcller\",\"Notes\":[\"a\",null]}}"
	b := buildSample().Visit(func(v *visit) { v.VisitNumber = "7" }).Continue(received(t, odd))
	out, err := Marshal(&b.message)
	require.NoError(t, err)
	assert.Equal(t, "{\"Visit\":{\"VisitNumber\":\"7\",\"Notes\":[\"a\",null],\"Class\":\"M\xfcller\"}}", string(out))
	assert.Zero(t, b.Dropped().Len(), b.Dropped())

	var v visit
	require.NoError(t, Unmarshal([]byte(`{"VisitNumber":null,"Duration":2}`), &v))
	b = buildSample().Visit(func(to *visit) { *to = v }).Continue(received(t, odd))
	out, err = Marshal(&b.message)
	require.NoError(t, err)
	assert.Equal(t, "{\"Visit\":{\"VisitNumber\":null,\"Duration\":2,\"Notes\":[\"a\",null],\"Class\":\"M\xfcller\"}}", string(out))
	assert.Zero(t, b.Dropped().Len(), b.Dropped())
}

// What answers a test is a test, unless the builder was told otherwise.
func TestContinueTests(t *testing.T) {
	const test, real = `{"Meta":{"Test":true}}`, `{"Meta":{"Test":false}}`
	cases := []struct {
		name string
		b    *sampleBuilder
		want Bool
	}{
		{"a test", buildSample().Continue(received(t, test)), True},
		{"real data", buildSample().Continue(received(t, real)), Unset},
		{"what does not say", buildSample().Continue(received(t, `{}`)), Unset},
		{"a test and real data", buildSample().Continue(received(t, test)).Continue(received(t, real)), True},
		{"told before", buildSample().Test(false).Continue(received(t, test)), False},
		{"told afterwards", buildSample().Continue(received(t, test)).Test(false), False},
		{"told by Meta", buildSample().Meta(func(m *Meta) { m.Test = False }).Continue(received(t, test)), False},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m, err := c.b.Person(func(p *person) { p.ID = "1" }).Build()
			require.NoError(t, err)
			assert.Equal(t, c.want, m.Meta.Test)
		})
	}
}

// Elements that were brought along are filled in before there are new ones.
func TestContinueThenElements(t *testing.T) {
	b := buildSample().Continue(received(t, `{"Persons":[{"ID":"1"},{"ID":"2"}]}`))
	for _, name := range []string{"a", "b", "c"} {
		b.Person(func(p *person) { p.Name = name })
	}
	b.Continue(received(t, `{"Persons":[{"ID":"9"}]}`)).Person(func(p *person) { p.Name = "d" })
	out, err := Marshal(&b.message)
	require.NoError(t, err)
	assert.JSONEq(t, `{"Persons":[{"ID":"1","Name":"a"},{"ID":"2","Name":"b"},{"Name":"c"},{"Name":"d"}]}`, string(out))
}

func TestContinueFromWhatCannotBeSent(t *testing.T) {
	b := buildSample().Person(func(p *person) { p.ID = "1" }).Continue(&sample{Score: "abc"}).Continue(&Unknown{})
	assert.Equal(t, []string{"(message): type, want a message to continue that is JSON", "(message): type, want a message to continue that is an object"}, buildFaults(t, b))
}

func TestDroppedIsCapped(t *testing.T) {
	text := []byte(`{"Visit":{`)
	for i := range MaxViolations + 5 {
		text = append(append(append(text, '"', 'x'), Int(int64(i))...), `":1,`...)
	}
	from := received(t, string(text)+`"Class":"a"}}`)
	r := buildSample().Continue(from).Continue(from).Dropped()
	assert.Equal(t, 2*(MaxViolations+5), r.Len())
	assert.True(t, r.Truncated())
	assert.Len(t, violations(r), MaxViolations)
}

// What has no place takes one look, however deep it is.
func TestContinueFromDeepMessages(t *testing.T) {
	const deep = 5000
	from := received(t, `{"Else":`+strings.Repeat(`{"a":`, deep)+`1`+strings.Repeat(`}`, deep)+`,"Score":1}`)
	b := buildSample().Continue(from)
	assert.Equal(t, Number("1"), b.message.Score)
	assert.Equal(t, []string{"Else: not-in-event (warning)"}, violations(b.Dropped()))
}

// A message of very many members takes no longer than its length.
func TestContinueFromWideMessages(t *testing.T) {
	text := []byte(`{`)
	for i := range 100_000 {
		text = fmt.Appendf(text, `"k%d":0,`, i)
	}
	from := received(t, string(text)+`"Score":1,"k7":2,"Score":2}`)
	start := time.Now()
	b := buildSample().Continue(from)
	if testenv.Measured() {
		assert.Less(t, time.Since(start), 5*time.Second)
	}
	assert.Equal(t, Number("2"), b.message.Score)
	assert.Equal(t, 100_000, b.Dropped().Len())
}

// Whatever message is continued, what comes over fits the schema, and a second
// time nothing more comes over.
func FuzzContinue(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"Person":{"ID":"1"},"Visits":[{"VisitNumber":"7","Notes":["a",null,1]}],"Score":1e2}`,
		`{"Visit":{"Grid":[["a"],[],7,[null]],"Staff":[{},{"x":1}],"Extension":{"a":[]},"Scores":[1,"2",null]},"Score":null,"Score":2}`,
		"{\"V\\u0069sit\":{\"Class\":\"\\ud83d\\ude00\\n\\\"\"},\"\":\"\",\"Meta\":[]}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var u Unknown
		if _, err := u.DecodeJSON(data); err != nil {
			return
		}
		once := buildSample().Continue(&u)
		for v := range sampleSchema.Validate(&once.message).All() {
			switch v.Rule {
			case "type", RuleNotInEvent, RuleUnknown, RuleDuplicate:
				if v.Path != "Meta" {
					t.Fatalf("%s\n%s", v, data)
				}
			}
		}
		twice := buildSample().Continue(&once.message)
		require.Empty(t, Diff(&once.message, &twice.message), "%s", data)
		require.Zero(t, twice.Dropped().Len(), "%s\n%s", twice.Dropped(), data)
		once.Continue(&u)
		require.Empty(t, Diff(&twice.message, &once.message), "%s", data)
	})
}
