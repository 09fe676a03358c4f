package fieldpath

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPaths(t *testing.T) {
	for want, names := range map[string][]string{
		"":                      nil,
		"Patient":               {"Patient"},
		"Patient.a-b_C9":        {"Patient", "a-b_C9"},
		`Patient["a b"].C`:      {"Patient", "a b", "C"},
		`[""]`:                  {""},
		`["a]\".b"]["é"].x`:     {`a]".b`, "é", "x"},
		`A["\x00"]`:             {"A", "\x00"},
		`["a.b"]["c[0]"]["\\"]`: {"a.b", "c[0]", `\`},
	} {
		path := ""
		for _, name := range names {
			path = Member(path, name)
		}
		assert.Equal(t, want, path)
		split, err := Names(path)
		require.NoError(t, err)
		assert.Equal(t, names, split, path)
	}
	split, err := Names(`A[3].B[][0]["c d"]`)
	require.NoError(t, err)
	assert.Equal(t, []string{"A", "B", "c d"}, split)
	assert.Equal(t, `A[].B["c d"]`, Join("A[]", `B["c d"]`))
	assert.Equal(t, `A["c d"]`, Join("A", `["c d"]`))
	for _, bad := range []string{`A["b`, `A["b".c`, "A[x]", "A[1", `A["\q"]`} {
		_, err := Names(bad)
		assert.Error(t, err, bad)
	}
}

// TestSteps: a path is cut where it was put together, whatever names have in them.
func TestSteps(t *testing.T) {
	for path, want := range map[string][]string{
		"":                            nil,
		"Patient.Contacts[0].ID":      {"Patient", ".Contacts", "[0]", ".ID"},
		`A["b.c"][][name withheld].D`: {"A", `["b.c"]`, "[]", Withheld, ".D"},
		`["a\"].b"]["[0]"]`:           {`["a\"].b"]`, `["[0]"]`},
	} {
		steps := Steps(path)
		assert.Equal(t, want, steps)
		for ; len(steps) > 0; steps = steps[:len(steps)-1] {
			of, step := Parent(path)
			assert.Equal(t, steps[len(steps)-1], step)
			path = of
		}
		of, step := Parent(path)
		assert.Empty(t, of+step)
	}
	assert.True(t, IsIndex("[]") && IsIndex("[12]") && !IsIndex(Withheld) && !IsIndex("[1") && !IsIndex(".A"))
}
