package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/cli"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// TestMessageTooLargeForMemory: it is neither valid nor invalid, and every
// command that reads messages says so.
func TestMessageTooLargeForMemory(t *testing.T) {
	limit := redox.SetMemoryLimit(1 << 20)
	t.Cleanup(func() { redox.SetMemoryLimit(limit) })
	message := `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival"},"Patient":{"Contacts":[` + strings.Repeat(`{},`, 20_000) + `{}]}}`
	for _, args := range [][]string{{"validate", "-"}, {"validate", "--json", "-"}, {"fmt", "-"}} {
		var stdout, stderr strings.Builder
		code := cli.Run(t.Context(), args, strings.NewReader(message), &stdout, &stderr)
		assert.Equal(t, cli.ExitFailed, code, args)
		assert.Contains(t, stdout.String()+stderr.String(), "more than 1048576 bytes of memory, exceeded at Patient.Contacts", args)
		assert.NotContains(t, stdout.String(), `{}`)
	}
}
