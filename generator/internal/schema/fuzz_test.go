package schema

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzLoad loads any text as an event. Whatever is accepted without error must
// be a schema for the independent validator, too.
func FuzzLoad(f *testing.F) {
	for _, c := range checks {
		f.Add(named(c.members))
	}
	f.Add(named(`"$ref": "#/definitions/A", "definitions": {"A": {"properties": {"B": {"$ref": "#/definitions/B"}}}, "B": {"items": [{"type": "string"}]}}`))
	f.Fuzz(func(t *testing.T, text string) {
		set, diags := load(files{"m/e.json": text})
		if len(set.Events) != 1 || set.Events[0].Root.Raw == nil || hasError(diags) {
			return
		}
		require.NoError(t, crossCheck(set.Events), "%s", set.Events[0].Root.Raw)
	})
}

func hasError(diags []string) bool {
	for _, d := range diags {
		if strings.Contains(d, ": error: ") {
			return true
		}
	}
	return false
}
