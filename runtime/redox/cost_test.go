//go:build !race && !redox_safe

package redox_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/clinicalsummary"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/internal/testenv"
	. "github.com/redoxgen/redoxgen/runtime/redox"
)

// benchMessage is a message that testdata/bench measures with.
func benchMessage(t *testing.T, file string, m Message) (text []byte) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "bench", "payload", file))
	require.NoError(t, err)
	_, err = m.DecodeJSON(text)
	require.NoError(t, err)
	return text
}

// viewsOf are the views of an arrival.
func viewsOf(ev *patientadmin.Arrival) map[string]func() {
	return map[string]func(){
		"RedoxMeta":           func() { ev.RedoxMeta() },
		"PatientIdentifiers":  func() { ev.PatientIdentifiers() },
		"PatientDemographics": func() { ev.PatientDemographics() },
		"VisitLocation":       func() { ev.VisitLocation() },
	}
}

// TestViewsAllocateOnce: a view of a message is one allocation at most.
func TestViewsAllocateOnce(t *testing.T) {
	var ev patientadmin.Arrival
	benchMessage(t, "arrival.json", &ev)
	for name, view := range viewsOf(&ev) {
		assert.LessOrEqual(t, testing.AllocsPerRun(100, view), 1.0, name)
	}
}

// TestCostOfBuilding holds what is done with decoded messages to what decoding the
// same message costs.
func TestCostOfBuilding(t *testing.T) {
	testenv.NeedsMeasured(t)
	var arrival patientadmin.Arrival
	text := benchMessage(t, "arrival.json", &arrival)
	decode := func() { _, _, _ = patientadmin.DecodeArrival(text) }
	started := patientadmin.BuildArrival().To("emr").Continue(&arrival)
	atMost(t, "Arrival: Build", 4, func() { _, _ = started.Build() }, decode)
	atMost(t, "Arrival: Continue", 6, func() { patientadmin.BuildArrival().Continue(&arrival) }, decode)
	for name, view := range viewsOf(&arrival) {
		atMost(t, "Arrival: "+name, 0.1, view, decode)
	}

	var push clinicalsummary.VisitPush
	text = benchMessage(t, "visitpush.json", &push)
	decode = func() { _, _, _ = clinicalsummary.DecodeVisitPush(text) }
	large := clinicalsummary.BuildVisitPush().To("emr").Continue(&push)
	atMost(t, "VisitPush: Build", 4, func() { _, _ = large.Build() }, decode)
	atMost(t, "VisitPush: Continue", 6, func() { clinicalsummary.BuildVisitPush().Continue(&push) }, decode)
}

// atMost fails the test if work takes more than limit times as long as other.
func atMost(t *testing.T, what string, limit float64, work, other func()) {
	t.Helper()
	const rounds, calls = 15, 200
	took := func(f func()) float64 {
		began := time.Now()
		for range calls {
			f()
		}
		return time.Since(began).Seconds()
	}
	took(work)
	took(other)
	var ratios []float64
	for range rounds {
		ratios = append(ratios, took(work)/took(other))
	}
	slices.Sort(ratios)
	t.Logf("%s takes %.3f times as long as decoding the message (between %.3f and %.3f)", what, ratios[rounds/2], ratios[0], ratios[rounds-1])
	assert.LessOrEqual(t, ratios[rounds/2], limit, what)
}
