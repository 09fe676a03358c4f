package redox_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoximpl"
)

// section is what generated code and this package's own types have in common.
type section interface {
	json.Marshaler
	json.Unmarshaler
	fmt.Formatter
	slog.LogValuer
}

// TestSectionsOfMeta: the types that do not depend on generated code have the
// methods that generated types have: nothing is lost, and nothing is printed.
func TestSectionsOfMeta(t *testing.T) {
	equal := map[string]func(a, b section) bool{
		"Meta":      func(a, b section) bool { return a.(*Meta).Equal(*b.(*Meta)) },
		"Endpoint":  func(a, b section) bool { return a.(*Endpoint).Equal(*b.(*Endpoint)) },
		"Log":       func(a, b section) bool { return a.(*Log).Equal(*b.(*Log)) },
		"RetiredID": func(a, b section) bool { return a.(*RetiredID).Equal(*b.(*RetiredID)) },
	}
	for name, c := range map[string]struct {
		a, b        section
		text, other string
	}{
		"Meta":      {new(Meta), new(Meta), `{"DataModel":"SECRET","Test":null,"New":1.0}`, `{"DataModel":"SECRET","New":2}`},
		"Endpoint":  {new(Endpoint), new(Endpoint), `{"ID":"SECRET","Name":7}`, `{"ID":"SECRET"}`},
		"Log":       {new(Log), new(Log), `{"ID":"SECRET","AttemptID":"a"}`, `{"ID":"SECRET","AttemptID":"b"}`},
		"RetiredID": {new(RetiredID), new(RetiredID), `{"ID":12345.0}`, `{"ID":54321}`},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, json.Unmarshal([]byte(c.text), c.a))
			require.NoError(t, json.Unmarshal([]byte(c.text), c.b))
			assert.True(t, equal[name](c.a, c.b))
			out, err := json.Marshal(c.a)
			require.NoError(t, err)
			assert.JSONEq(t, c.text, string(out))

			require.NoError(t, json.Unmarshal([]byte(c.other), c.b))
			assert.False(t, equal[name](c.a, c.b))
			assert.Error(t, json.Unmarshal([]byte(`[]`), c.b))

			assert.Equal(t, Withheld, fmt.Sprintf("%v", c.a))
			assert.Equal(t, Withheld, fmt.Sprintf("%+v", c.a))
			assert.Equal(t, Withheld, c.a.LogValue().String())
		})
	}
}

// TestBuildersAreNotPrinted: what a builder holds is as private as a message.
func TestBuildersAreNotPrinted(t *testing.T) {
	b := buildSample().Visit(func(v *visit) { v.VisitNumber = "SECRET" })
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		assert.NotContains(t, fmt.Sprintf(verb, b), "SECRET")
	}
	assert.Equal(t, Withheld, b.LogValue().String())
}

// TestRawByPackageJSON: any JSON value is kept as it is written, and not printed.
func TestRawByPackageJSON(t *testing.T) {
	var v struct{ A, B Raw }
	require.NoError(t, json.Unmarshal([]byte(`{"A":{"x":[1.0, null]},"B":"SECRET"}`), &v))
	assert.Equal(t, Raw(`{"x":[1.0, null]}`), v.A)
	assert.Equal(t, "redox.Raw(8 bytes)", v.B.LogValue().String())
}

// TestViewsOfSections: a generated struct as one of this package's types, with
// what that type has no field for.
func TestViewsOfSections(t *testing.T) {
	var p struct {
		Object

		FirstName string `json:"FirstName"`
		DOB       Date   `json:"DOB"`
		EyeColor  string `json:"EyeColor"`
	}
	require.NoError(t, Unmarshal([]byte(`{"FirstName":"A","DOB":"2001-02-03","EyeColor":"green","Else":1}`), &p))
	d := redoximpl.DemographicsOf(&p)
	assert.Equal(t, "A", d.FirstName)
	assert.Equal(t, Date("2001-02-03"), d.DOB)
	assert.Equal(t, Raw(`"green"`), UnknownMember(d.Object, "EyeColor"))
	assert.Equal(t, Raw(`1`), UnknownMember(d.Object, "Else"))

	l := redoximpl.LocationOf(&place{Room: "1", Bed: "B"})
	assert.Equal(t, []string{"1", "B", ""}, []string{l.Room, l.Bed, l.Facility})

	assert.Nil(t, redoximpl.IdentifiersOf(new([]person)))
	ids := redoximpl.IdentifiersOf(&[]person{{ID: "1"}, {ID: "2", Name: "n"}})
	require.Len(t, ids, 2)
	assert.Equal(t, "2", ids[1].ID)
	assert.Equal(t, Raw(`"n"`), UnknownMember(ids[1].Object, "Name"))
}

// TestKindsOfEvents: the kinds have names, and so has what is none.
func TestKindsOfEvents(t *testing.T) {
	names := map[Kind]string{Notification: "notification", Query: "query", Response: "response", SSO: "sso", 0: "unknown", SSO + 1: "unknown"}
	for kind, name := range names {
		assert.Equal(t, name, kind.String())
	}
}

// TestValidateByEvent: an event validates by its schema; an unknown one knows
// only what an object is.
func TestValidateByEvent(t *testing.T) {
	known := EventInfo{DataModel: "Sample", EventType: "New", Validate: sampleSchema.ValidateJSON}
	r, err := known.ValidateJSON([]byte(`{"Meta":{"DataModel":"a","EventType":"b"}}`))
	require.NoError(t, err)
	assert.Equal(t, "Persons: required\n", r.String())
	var unknown EventInfo
	r, err = unknown.ValidateJSON([]byte(`{"Meta":1}`))
	require.NoError(t, err)
	assert.True(t, r.Valid())
	for _, e := range []EventInfo{known, unknown} {
		_, err = e.ValidateJSON([]byte(`[]`))
		var wrong *SyntaxError
		assert.ErrorAs(t, err, &wrong)
	}
}

// TestDatesAreSet: an empty text is no date.
func TestDatesAreSet(t *testing.T) {
	assert.True(t, Date("2001-02-03").IsSet())
	assert.True(t, DateTime("x").IsSet())
	assert.False(t, Date("").IsSet())
	assert.False(t, DateTime("").IsSet())
	day, err := Date("2001-02-03").Time()
	require.NoError(t, err)
	assert.Equal(t, "2001-02-03 00:00:00 +0000 UTC", day.String())
	_, err = Date("yesterday").Time()
	assert.ErrorIs(t, err, ErrDate)
}

// chart is a message with a patient, as merge looks for one.
type chart struct {
	Object

	Meta    Meta         `json:"Meta"`
	Patient chartPatient `json:"Patient"`
}

type chartPatient struct {
	Object

	Identifiers []chartID `json:"Identifiers"`
}

type chartID struct {
	Object

	ID     string `json:"ID"`
	IDType string `json:"IDType"`
	Note   string `json:"Note"`
}

var chartSchema = redoximpl.Schema{
	Type: (*chart)(nil),
	Outline: []redoximpl.Outline{
		{At: "", Has: "Meta! Patient!"},
		{At: "Meta", Has: "DataModel! EventType!"},
		{At: "Patient", Has: "Identifiers!"},
		{At: "Patient.Identifiers[]", Has: "ID! IDType! Note"},
	},
}

func (*chart) RedoxEvent() *EventInfo {
	return &EventInfo{DataModel: "Chart", EventType: "New", Kind: Notification, New: func() Message { return new(chart) }, Validate: chartSchema.ValidateJSON}
}
func (c *chart) RedoxMeta() Meta                        { return c.Meta }
func (c *chart) DecodeJSON(data []byte) (Report, error) { return chartSchema.Replace(data, c) }
func (c *chart) AppendJSON(dst []byte) ([]byte, error)  { return chartSchema.AppendJSON(dst, c) }
func (c *chart) AppendValid(dst []byte) ([]byte, error) { return chartSchema.AppendValid(dst, c) }
func (c *chart) MarshalJSON() ([]byte, error)           { return chartSchema.Marshal(c) }
func (c *chart) UnmarshalJSON(data []byte) error        { return chartSchema.Unmarshal(data, c) }
func (c *chart) Validate() Report                       { return chartSchema.Validate(c) }

// TestIdentifiersAreJoined: a patient's identifiers from a message that is
// continued join those that were set, each once.
func TestIdentifiersAreJoined(t *testing.T) {
	b := new(redoximpl.Builder)
	m := new(chart)
	redoximpl.StartBuilder(b, m, &chartSchema)
	m.Patient.Identifiers = []chartID{{ID: "1", IDType: "MR"}, {ID: "2", IDType: "MR", Note: "mine"}}
	b.Continue(received(t, `{"Patient":{"Identifiers":[
		{"ID":"2","IDType":"MR","Note":"theirs"},{"ID":"1","IDType":"NIST"},{"ID":"1","IDType":"MR","Note":"added"}]}}`))
	out, err := Marshal(&m.Patient)
	require.NoError(t, err)
	assert.JSONEq(t, `{"Identifiers":[{"ID":"1","IDType":"MR","Note":"added"},{"ID":"2","IDType":"MR","Note":"mine"},{"ID":"1","IDType":"NIST"}]}`, string(out))
	assert.Equal(t, []string{"Patient.Identifiers: not-in-event, want nothing set before (warning)"}, violations(b.Dropped()))
}
