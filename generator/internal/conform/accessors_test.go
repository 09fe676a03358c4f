package conform

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// byText is a message as far as views go, decoded from the text of all of it.
type byText struct {
	redox.Object

	Meta    redox.Meta    `json:"Meta"`
	Patient patientByText `json:"Patient"`
	Header  headerByText  `json:"Header"`
	Visit   visitByText   `json:"Visit"`
}

type headerByText struct {
	redox.Object

	Patient patientByText `json:"Patient"`
}

type patientByText struct {
	redox.Object

	Identifiers  []redox.Identifier `json:"Identifiers"`
	Demographics redox.Demographics `json:"Demographics"`
}

type visitByText struct {
	redox.Object

	VisitNumber string         `json:"VisitNumber"`
	Location    redox.Location `json:"Location"`
}

// TestViewsAreThoseOfTheText: what RedoxMeta and its like return without encoding
// is what decoding the message's text as their types returns, and encodes to the
// same JSON, with what has no field there.
func TestViewsAreThoseOfTheText(t *testing.T) {
	for i, e := range events(t) {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			r := random(t, 7, i)
			for n := range 40 {
				if text := message(t, e, r, n); text != nil {
					checkViews(t, e, text)
				}
			}
		})
	}
}

func checkViews(t *testing.T, e event, text []byte) {
	t.Helper()
	m := e.info.New()
	_, err := m.DecodeJSON(text)
	require.NoError(t, err)
	var want byText
	require.NoError(t, redox.Unmarshal(text, &want))

	meta := m.RedoxMeta()
	if has(t, e, "Meta") {
		sameView(t, text, &want.Meta, &meta)
	}
	if p, ok := m.(redox.PatientMessage); ok {
		patient, path := want.Patient, []string{"Patient"}
		if !has(t, e, "Patient", "Identifiers") {
			patient, path = want.Header.Patient, []string{"Header", "Patient"}
		}
		person, ids := p.PatientDemographics(), p.PatientIdentifiers()
		if has(t, e, append(path, "Demographics")...) {
			sameView(t, text, &patient.Demographics, &person)
		}
		require.Len(t, ids, len(patient.Identifiers))
		for i := range ids {
			sameView(t, text, &patient.Identifiers[i], &ids[i])
		}
	}
	if v, ok := m.(redox.VisitMessage); ok {
		location := v.VisitLocation()
		if has(t, e, "Visit", "Location") {
			sameView(t, text, &want.Visit.Location, &location)
		}
	}
}

// has reports whether the event's schema has the member that path leads to.
func has(t *testing.T, e event, path ...string) bool {
	t.Helper()
	r, err := e.info.ValidateJSON([]byte(`{"` + strings.Join(path, `":{"`) + `":{}` + strings.Repeat("}", len(path))))
	require.NoError(t, err)
	for v := range r.All() {
		if v.Rule == redox.RuleUnknown || v.Rule == redox.RuleNotInEvent {
			return false
		}
	}
	return true
}

func sameView(t *testing.T, text []byte, want, got redox.Struct) {
	t.Helper()
	a, err := redox.Marshal(want)
	require.NoError(t, err)
	if a[0] != '{' {
		return // what is not an object has no members to view
	}
	assert.Empty(t, redox.Diff(want, got), "%T of %s", got, text)
	b, err := redox.Marshal(got)
	require.NoError(t, err)
	sameJSON(t, a, b)
	c, err := redox.Marshal(redox.Clone(got))
	require.NoError(t, err)
	sameJSON(t, a, c)
}
