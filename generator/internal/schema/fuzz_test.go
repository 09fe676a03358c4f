package schema

import (
	"bytes"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"github.com/stretchr/testify/require"
)

// FuzzLoad loads any text as an event. Whatever is accepted without error must
// be a schema for the independent validator, too, as it is and expanded.
func FuzzLoad(f *testing.F) {
	for _, c := range checks {
		f.Add(named(c.members))
	}
	f.Add(named(`"$ref": "#/definitions/A", "definitions": {"A": {"properties": {"B": {"$ref": "#/definitions/B"}}}, "B": {"items": [{"type": "string"}]}}`))
	f.Fuzz(func(t *testing.T, text string) {
		set, diags := load(files{"m/e.json": text})
		for _, d := range diags {
			require.NotContains(t, d, "[disagreement]")
		}
		if len(set.Events) != 1 || set.Events[0].Root.Raw == nil || hasError(diags) {
			return
		}
		c := jsonschema.NewCompiler()
		c.Draft = jsonschema.Draft4
		require.NoError(t, c.AddResource("mem:///e.json", bytes.NewReader(set.Events[0].Root.Raw)))
		_, err := c.Compile("mem:///e.json")
		require.NoError(t, err, "%s", set.Events[0].Root.Raw)
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
