//go:build !redoxgen_bootstrap

package sample_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/sample"
	"github.com/redoxgen/redoxgen/generated/all"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// There is a sample of every event: valid, a test message, in schema order, and
// without anything that its schema does not require.
func TestSamples(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, e := range all.Events() {
		t.Run(e.String(), func(t *testing.T) {
			m, err := sample.Of(e, now)
			require.NoError(t, err)
			text, err := m.AppendJSON(nil)
			require.NoError(t, err)
			report, err := e.ValidateJSON(text)
			require.NoError(t, err)
			for v := range report.All() {
				assert.Equal(t, redox.RuleValueSet, v.Rule, "%s", v) // a placeholder is no documented value
				assert.Equal(t, redox.SeverityWarning, v.Severity, "%s", v)
			}
			meta, err := redox.PeekMeta(text)
			require.NoError(t, err)
			assert.Equal(t, e.String(), meta.DataModel+"."+meta.EventType)
			assert.True(t, meta.Test.IsTrue())
		})
	}
}

func TestSmallestSample(t *testing.T) {
	var arrival *redox.EventInfo
	for _, e := range all.Events() {
		if e.String() == "PatientAdmin.Arrival" {
			arrival = e
		}
	}
	m, err := sample.Of(arrival, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	require.NoError(t, err)
	text, err := m.AppendJSON(nil)
	require.NoError(t, err)
	assert.Equal(t, `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","EventDateTime":"2026-01-02T03:04:05.000Z","Test":true},`+
		`"Patient":{"Identifiers":[{"ID":"sample","IDType":"sample"}]}}`, string(text))
}
