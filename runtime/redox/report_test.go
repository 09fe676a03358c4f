package redox_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
)

// TestReportInLogs: a report can be logged and stored in the shape that
// `redoxgen validate --json` prints.
func TestReportInLogs(t *testing.T) {
	_, r, err := decodeSample([]byte(`{"Meta":{"DataModel":"S","EventType":7},"Persons":[],"x":"SECRET"}`))
	require.NoError(t, err)
	const want = `{"valid":false,"violations":[` +
		`{"path":"Meta.EventType","rule":"type","want":"string","got":"number","severity":"error"},` +
		`{"path":"x","rule":"unknown","want":"","got":"string","severity":"warning"}]}`

	out, err := json.Marshal(r)
	require.NoError(t, err)
	assert.JSONEq(t, want, string(out))

	var b bytes.Buffer
	slog.New(slog.NewJSONHandler(&b, nil)).Info("m", "report", r, "nested", []Report{r})
	var line struct {
		Report json.RawMessage
		Nested []json.RawMessage
	}
	require.NoError(t, json.Unmarshal(b.Bytes(), &line))
	assert.JSONEq(t, want, string(line.Report))
	assert.JSONEq(t, want, string(line.Nested[0]))

	b.Reset()
	slog.New(slog.NewTextHandler(&b, nil)).Info("m", "report", r)
	assert.Contains(t, b.String(), `report.violations="[Meta.EventType: type, want string, got number x: unknown, got string (warning)]"`)

	var again struct{ Violations []Violation }
	require.NoError(t, json.Unmarshal(out, &again))
	assert.Equal(t, violations(r), violations(ReportOf(again.Violations...)))
	assert.Error(t, json.Unmarshal([]byte(`{"violations":[{"severity":"grave"}]}`), &again))
}

func TestReportWithoutViolations(t *testing.T) {
	out, err := json.Marshal(struct{ R Report }{})
	require.NoError(t, err)
	assert.JSONEq(t, `{"R":{"valid":true,"violations":[]}}`, string(out))

	var b bytes.Buffer
	slog.New(slog.NewJSONHandler(&b, nil)).Info("m", "report", Report{})
	assert.Contains(t, b.String(), `"report":{"valid":true,"violations":[]}`)

	many := make([]Violation, MaxViolations+2)
	var counted struct {
		Violations []Violation
		Omitted    int
	}
	out, err = json.Marshal(ReportOf(many...))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(out, &counted))
	assert.Len(t, counted.Violations, MaxViolations)
	assert.Equal(t, 2, counted.Omitted)
}
