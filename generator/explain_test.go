package generator_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator"
)

func inspect(t testing.TB, o generator.Options) *generator.Inspection {
	t.Helper()
	x, err := generator.Inspect(context.Background(), o)
	require.NoError(t, err)
	require.Empty(t, x.Diagnostics)
	return x
}

// Every member that an explanation lists can be explained itself, and both say the same.
func TestExplainEveryMember(t *testing.T) {
	x := inspect(t, generator.Options{Events: []string{"PatientSearch.*"}})
	places := 0
	var explain func(path string)
	explain = func(path string) {
		e, err := x.Explain("PatientSearch.Response:" + path)
		require.NoError(t, err, path)
		for _, m := range e.Members {
			places++
			below := strings.TrimPrefix(path+"."+m.Name, ".")
			f, err := x.Explain("PatientSearch.Response:" + below)
			require.NoError(t, err, below)
			assert.Equal(t, m.Carried, f.Carried, below)
			assert.Equal(t, m.Required, f.Required, below)
			assert.Equal(t, m.JSON, f.JSON, below)
			assert.Equal(t, m.GoType, f.GoType, below)
			assert.Equal(t, m.Carried, f.Defined != "", below)
			if m.Carried {
				explain(below)
			}
		}
	}
	explain("")
	assert.Greater(t, places, 100)
}

func TestExplain(t *testing.T) {
	x := inspect(t, generator.Options{})
	e, err := x.Explain("clinicalsummary.patientpush:Allergies[3].Reaction[].Code")
	require.NoError(t, err)
	assert.Equal(t, "Clinical Summary.PatientPush", e.Event.Name())
	assert.Equal(t, "Allergies[].Reaction[].Code", e.Path)
	assert.Equal(t, "ev.Allergies[i].Reaction[i].Code", e.GoExpr)
	assert.Equal(t, "string or null", e.JSON)

	e, err = x.Explain("Results.New:Orders[].Status")
	require.NoError(t, err)
	require.NotEmpty(t, e.ValueSets)
	assert.Contains(t, e.ValueSets[0].Constants, "results.OrderStatusResulted")
	assert.Len(t, e.ValueSets[0].Constants, len(e.ValueSets[0].Values))

	e, err = x.Explain("PatientAdmin.Arrival:Visit.AttendingProvider.FirstName")
	require.NoError(t, err)
	assert.Equal(t, "PV1-7.3", e.HL7)
	assert.Equal(t, "Practitioner.name.given", e.FHIR)
	e, err = x.Explain("PatientAdmin.Arrival:Meta.Logs")
	require.NoError(t, err)
	assert.Equal(t, "none", e.HL7)

	for what, want := range map[string]string{
		"Nothing.New":                      `no event "Nothing.New"`,
		"Results.Neww":                     "did you mean Results.New?",
		"Results.New:Orders[].Statsu":      "did you mean Status?",
		"Results.New:Orders[].Status.Code": "has no members",
		`Results.New:["Orders`:             "does not end",
		"Results.New:Orders[x]":            "index",
	} {
		_, err := x.Explain(what)
		assert.ErrorContains(t, err, want, what)
	}
}

func TestAdded(t *testing.T) {
	const before = "redoxgen lock 1\n\nevent a.New \"A\" \"New\"\nfield X X string\n\ntype common.Meta\nfield ID ID string\n"
	const after = "redoxgen lock 1\n\nevent a.New \"A\" \"New\"\nfield X X string\nfield Y Y []a.T\n\n" +
		"type a.T\nfield Z Z raw\n\ntype common.Meta\nfield ID ID string\n"
	assert.Equal(t, []string{"field a.New.Y []a.T", "type a.T"}, generator.Added([]byte(before), []byte(after)))
	assert.Empty(t, generator.Added([]byte(after), []byte(before)))
	assert.Equal(t, []string{"event a.New", "type common.Meta"}, generator.Added(nil, []byte(before)))
}
