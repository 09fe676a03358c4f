package client_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Who sends messages builds neither OpenTelemetry nor a YAML reader, and no
// data model that the program does not use.
func TestLightImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	require.NoError(t, err)
	for dep := range strings.Lines(string(out)) {
		for _, heavy := range []string{"opentelemetry", "yaml", "redoxgen/generated", "redoxgen/schemas", "testify"} {
			assert.NotContains(t, dep, heavy)
		}
	}
}
