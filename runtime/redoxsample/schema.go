package redoxsample

import (
	"fmt"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// schemaOf returns what the schema of an event allows.
func schemaOf(e *redox.EventInfo) (*program.Node, error) {
	r, err := e.ValidateJSON([]byte("{}"))
	if err != nil {
		return nil, fmt.Errorf("redoxsample: %s: %w", e, err)
	}
	if root, ok := findingsOf(r).Schema.(*program.Node); ok {
		return root, nil
	}
	return nil, fmt.Errorf("redoxsample: %s has no schema", e)
}

// findingsOf returns what a Report is made of.
func findingsOf(r redox.Report) report.Findings { return report.Report(r).Findings() }
