package eventset_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/all"
	"github.com/redoxgen/redoxgen/runtime/internal/eventset"
)

var update = flag.Bool("update", false, "write catalog.txt")

// The list is that of the generated packages; run with -update after a change.
func TestCatalogIsCurrent(t *testing.T) {
	var names []string
	for _, e := range all.Events() {
		names = append(names, e.String())
	}
	if *update {
		require.NoError(t, os.WriteFile("catalog.txt", []byte(strings.Join(names, "\n")+"\n"), 0o644))
	}
	assert.ElementsMatch(t, names, eventset.Catalog())
}

func TestHas(t *testing.T) {
	s, err := eventset.Compile([]string{"PatientAdmin.*", "results.new", "ClinicalSummary.PatientPush", "SSO.Sign-on"}, eventset.Catalog())
	require.NoError(t, err)
	for event, want := range map[string]bool{
		"PatientAdmin.Arrival":         true,
		"Results.New":                  true,
		"Results.NewUnsolicited":       false,
		"Clinical Summary.PatientPush": true,
		"Clinical Summary.VisitPush":   false,
		"SSO.Sign-on":                  true,
		"Order.New":                    false,
		"":                             false,
	} {
		assert.Equal(t, want, s.Has(event), event)
	}
	every, err := eventset.Compile([]string{"*"}, nil)
	require.NoError(t, err)
	assert.True(t, every.Has("Anything.AtAll"))
	assert.False(t, (*eventset.Set)(nil).Has("Order.New"))
}

func TestCompileSuggests(t *testing.T) {
	for pattern, want := range map[string]string{
		"PatientAdmin.Arival":         `did you mean "PatientAdmin.Arrival"?`,
		"PatentAdmin.*":               `did you mean "PatientAdmin.*"?`,
		"ClinicalSumary.*":            `did you mean "Clinical Summary.*"?`,
		"Clinical Summary.PatentPush": `did you mean "Clinical Summary.PatientPush"?`,
		"Zebra.*":                     "there is no such data model",
		"Results":                     "write DataModel.EventType",
		"":                            "is no event",
		"Results.":                    "is no event",
	} {
		_, err := eventset.Compile([]string{pattern}, eventset.Catalog())
		require.ErrorContains(t, err, want, pattern)
	}
	_, err := eventset.Compile([]string{"A.B", "C.D"}, eventset.Catalog())
	require.ErrorContains(t, err, `"A.B"`)
	require.ErrorContains(t, err, `"C.D"`, "all are named")
}
