package generator_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator"
)

// Locations and Types say of the same field the same.
func TestReference(t *testing.T) {
	x := inspect(t, generator.Options{})
	types := x.Types()
	assert.GreaterOrEqual(t, len(types), 280)
	i := slices.IndexFunc(types, func(d generator.TypeDescription) bool { return d.GoType == "common.Demographics" })
	require.GreaterOrEqual(t, i, 0)
	carried := map[string][]string{}
	for _, f := range types[i].Fields {
		carried[f.Name] = f.Carried
		assert.NotEmpty(t, f.Description, f.Name)
		assert.NotEmpty(t, f.HL7, f.Name)
		assert.Subset(t, types[i].Events, f.Carried)
	}
	assert.Contains(t, carried["SSN"], "PatientAdmin.Arrival")
	assert.NotContains(t, carried["SSN"], "SSO.Sign-on")

	locations := 0
	for _, e := range x.Events {
		var paths []string
		require.NoError(t, x.Locations(e.Name(), func(l *generator.Explanation) {
			assert.True(t, l.Carried, "%s:%s", e.Name(), l.Path)
			paths = append(paths, l.Path)
		}))
		assert.Equal(t, "", paths[0], e.Name())
		assert.Len(t, slices.Compact(slices.Sorted(slices.Values(paths))), len(paths), "%s: each location once", e.Name())
		locations += len(paths)
	}
	assert.Greater(t, locations, 20_000)
	assert.ErrorContains(t, x.Locations("Nothing.New", nil), "no event")
}
