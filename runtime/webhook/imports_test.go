package webhook_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestImports: a program that receives links neither drivers nor OpenTelemetry
// nor data models that it does not import itself.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".", "../dedup", "../dedup/sqldedup", "../deadletter", "../deadletter/sqldeadletter").Output()
	require.NoError(t, err)
	for _, path := range strings.Fields(string(out)) {
		if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") || strings.HasPrefix(path, "vendor/") {
			continue // the standard library
		}
		own, isOwn := strings.CutPrefix(path, "github.com/redoxgen/redoxgen/")
		assert.True(t, isOwn && (strings.HasPrefix(own, "runtime/") || strings.HasPrefix(own, "internal/")), path)
	}
}
