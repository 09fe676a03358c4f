package codec

import (
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOrder: the packages import in the order that the package's comment states,
// which names all of them.
func TestOrder(t *testing.T) {
	comment, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	var order []string
	for _, m := range regexp.MustCompile(`(?m)^//\t(\w+) `).FindAllStringSubmatch(string(comment), -1) {
		order = append(order, m[1])
	}
	require.Equal(t, "mem", order[0])
	directories, err := filepath.Glob("*/doc.go")
	require.NoError(t, err)
	assert.Len(t, order, len(directories)+1, "doc.go names every package")
	for i, name := range order {
		files, err := filepath.Glob(name + "/*.go")
		if name == "mem" {
			files, err = filepath.Glob("../mem/*.go")
		}
		require.NoError(t, err)
		require.NotEmpty(t, files, name)
		for _, file := range files {
			for _, imported := range internal(t, file) {
				assert.True(t, slices.Contains(order[:i], imported), "%s imports %s", file, imported)
			}
		}
	}
}

// internal returns the packages of the runtime that a file imports, by name.
func internal(t *testing.T, file string) (names []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	require.NoError(t, err)
	for _, i := range f.Imports {
		if p, _ := strconv.Unquote(i.Path.Value); strings.Contains(p, "redoxgen/runtime/") {
			names = append(names, path.Base(p))
		}
	}
	return names
}
