package schema

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
			path = JoinPath(path, name)
		}
		assert.Equal(t, want, path)
		split, err := SplitPath(path)
		require.NoError(t, err)
		assert.Equal(t, names, split, path)
	}
	split, err := SplitPath(`A[3].B[][0]["c d"]`)
	require.NoError(t, err)
	assert.Equal(t, []string{"A", "B", "c d"}, split)
	assert.Equal(t, `A[].B["c d"]`, JoinPaths("A[]", `B["c d"]`))
	assert.Equal(t, `A["c d"]`, JoinPaths("A", `["c d"]`))
	assert.Equal(t, []string{"a", `"a b"`, `""`}, []string{QuoteName("a"), QuoteName("a b"), QuoteName("")})
	for _, bad := range []string{`A["b`, `A["b".c`, "A[x]", "A[1", `A["\q"]`} {
		_, err := SplitPath(bad)
		assert.Error(t, err, bad)
	}
}
