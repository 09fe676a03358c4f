package redox_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
)

func (s *sample) RedoxEvent() *EventInfo                 { return &sampleEvent }
func (s *sample) RedoxMeta() Meta                        { return s.Meta }
func (s *sample) DecodeJSON(data []byte) (Report, error) { return sampleSchema.Replace(data, s) }
func (s *sample) UnmarshalJSON(data []byte) error        { return sampleSchema.Unmarshal(data, s) }
func (s *sample) AppendJSON(dst []byte) ([]byte, error)  { return sampleSchema.AppendJSON(dst, s) }
func (s *sample) AppendValid(dst []byte) ([]byte, error) { return sampleSchema.AppendValid(dst, s) }
func (s sample) MarshalJSON() ([]byte, error)            { return sampleSchema.Marshal(&s) }
func (s *sample) Validate() Report                       { return sampleSchema.Validate(s) }

var sampleEvent = EventInfo{DataModel: "Sample", EventType: "New", Kind: Notification, New: func() Message { return new(sample) }, Validate: sampleSchema.ValidateJSON}

func TestDispatch(t *testing.T) {
	events := []*EventInfo{&sampleEvent}
	known := []byte(`{"Persons":[],"Score":1,"Meta":{"EventType":"New","x":1,"DataModel":"Sample"}}`)
	m, r, err := Dispatch(known, nil, events)
	require.NoError(t, err)
	assert.IsType(t, &sample{}, m)
	assert.True(t, r.Valid())

	unknown := []byte(` {"Patient":{"Name":"n"},"Meta":{"DataModel":"Genomics","EventType":"New","Logs":[{"ID":7}]}} `)
	m, r, err = Dispatch(unknown, events)
	require.NoError(t, err)
	assert.Zero(t, r.Len())
	u, ok := m.(*Unknown)
	require.True(t, ok)
	assert.Equal(t, "Genomics.New", u.RedoxEvent().String())
	assert.Equal(t, "7", u.Meta.Logs[0].ID, "log IDs may be numbers")
	out, err := json.Marshal(u)
	require.NoError(t, err)
	assert.JSONEq(t, string(unknown), string(out))

	for _, bad := range []string{``, `[]`, `{"Meta":{}`, `{"Meta":{},}`, `nul`, `{"Meta":{"a":b}}`} {
		_, _, err := Dispatch([]byte(bad), events)
		var e *SyntaxError
		assert.ErrorAs(t, err, &e, bad)
	}
}

// A list may hold events of several data models, in any order, and an event is
// found by both of its names.
func TestDispatchJoinedLists(t *testing.T) {
	event := func(model, name string) *EventInfo {
		return &EventInfo{DataModel: model, EventType: name, New: func() Message { return new(sample) }}
	}
	a := []*EventInfo{event("A", "New"), event("A", "Old")}
	b := []*EventInfo{event("B", "New"), event("B", "Other")}
	for name, lists := range map[string][][]*EventInfo{
		"apart":       {a, b},
		"joined":      {append(a[:2:2], b...)},
		"the other":   {nil, append(b[:2:2], a...)},
		"mixed":       {{a[1], b[1]}, {b[0], a[0]}},
		"one by one":  {a[:1], b[:1], a[1:], b[1:]},
		"given twice": {a, a, b, append(a[:2:2], b...)},
	} {
		for event, known := range map[string]bool{"A.New": true, "A.Old": true, "B.New": true, "B.Other": true, "A.Other": false, "B.Old": false, "C.New": false, ".New": false, "A.": false} {
			dataModel, eventType, _ := strings.Cut(event, ".")
			m, _, err := Dispatch(fmt.Appendf(nil, `{"Meta":{"DataModel":%q,"EventType":%q}}`, dataModel, eventType), lists...)
			require.NoError(t, err)
			_, unknown := m.(*Unknown)
			assert.Equal(t, known, !unknown, "%s: %s", name, event)
		}
	}
}

func TestPeekMeta(t *testing.T) {
	cases := map[string]string{
		`{}`:                     ``,
		`{"Meta":null}`:          ``,
		`{"Meta":"x","meta":{}}`: ``,
		`{"a":{"Meta":1},"Meta":{"DataModel":"A"}}`:           `A`,
		`{"Meta":{"DataModel":"A"},"Meta":{"DataModel":"B"}}`: `B`,
		`{"\u004deta":{"DataModel":"\u0041"}}`:                `A`,
		`{"Meta":{"DataModel":5}}`:                            `5`,
	}
	for in, want := range cases {
		m, err := PeekMeta([]byte(in))
		require.NoError(t, err, in)
		assert.Equal(t, want, m.DataModel, in)
	}
}

func TestStrict(t *testing.T) {
	m, err := Strict(decodeSample([]byte(`{"Score":"x"}`)))
	var e *ValidationError
	require.ErrorAs(t, err, &e)
	assert.NotNil(t, m)
	assert.Contains(t, err.Error(), "Meta: required")
	_, err = Strict(decodeSample([]byte(`{"Meta":{"DataModel":"S","EventType":"N"},"Persons":[],"More":1}`)))
	assert.NoError(t, err, "warnings are no errors")
}

// What is wrong is not overlooked behind more warnings than a report lists.
func TestAppendValidSeesBeyondTheReport(t *testing.T) {
	for _, c := range []struct {
		persons string
		valid   bool
	}{{`[]`, true}, {`7`, false}, {`[{"ID":"1","Name":"longer than eight"}]`, false}} {
		text := []byte(`{"Meta":{"DataModel":"S","EventType":"N"},"Visit":{"VisitNumber":"1"`)
		for i := range MaxViolations + 5 {
			text = fmt.Appendf(text, `,"x%d":1`, i)
		}
		text = fmt.Appendf(text, `},"Persons":%s}`, c.persons)
		m, _, err := decodeSample(text)
		require.NoError(t, err)
		out, err := m.AppendValid([]byte("x"))
		if c.valid {
			require.NoError(t, err)
			assert.JSONEq(t, string(text), string(out[1:]))
		} else {
			require.Error(t, err, c.persons)
			assert.Equal(t, "x", string(out))
		}
	}
}

// Neither do warnings make a message invalid, however many there are, nor do
// they hide an error.
func TestWarningsAreNoErrors(t *testing.T) {
	text := []byte(`{"Meta":{"DataModel":"S","EventType":"N"},"Visit":{"VisitNumber":"1"`)
	for i := range MaxViolations + 500 {
		text = fmt.Appendf(text, `,"x%d":1`, i)
	}
	valid := string(text) + `},"Persons":[]}`
	_, r, err := decodeSample([]byte(valid))
	require.NoError(t, err)
	assert.True(t, r.Valid())
	assert.True(t, r.Truncated())
	_, err = Strict(decodeSample([]byte(valid)))
	assert.NoError(t, err)

	for _, twice := range []string{"", `,"Score":1,"Score":2`} {
		_, r, err = decodeSample([]byte(string(text) + `},"Persons":[{}]` + twice + `}`))
		require.NoError(t, err)
		assert.False(t, r.Valid())
		var errs []string
		for v := range r.Errors() {
			errs = append(errs, v.String())
		}
		assert.Equal(t, []string{"Persons[0].ID: required"}, errs)
		assert.EqualError(t, r.Err(), "redox: message does not fit its schema: Persons[0].ID: required")
	}
}

func TestReportIsCapped(t *testing.T) {
	text := []byte(`{"Meta":{"DataModel":"S","EventType":"N"},"Persons":[`)
	const n = 3 * MaxViolations
	for range n {
		text = append(text, `{"ID":null},`...)
	}
	text = append(text[:len(text)-1], `]}`...)
	r, err := sampleSchema.ValidateJSON(text)
	require.NoError(t, err)
	assert.Equal(t, n, r.Len())
	assert.True(t, r.Truncated())
	assert.Contains(t, r.String(), "and 2000 more")
	assert.Contains(t, r.Err().Error(), "and 2995 more")
	count := 0
	for range r.All() {
		count++
	}
	assert.Equal(t, MaxViolations, count)
}
