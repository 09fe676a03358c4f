package itest_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestIntegrationRunsAll: without the servers tests that need them are skipped,
// so a package that make test-integration does not run would pass untested.
func TestIntegrationRunsAll(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	require.NoError(t, err)
	found := regexp.MustCompile(`(?m)^INTEGRATION := (.*)$`).FindSubmatch(makefile)
	require.NotNil(t, found)
	patterns := strings.Fields(string(found[1]))
	packages := 0
	err = filepath.WalkDir(filepath.Join(root, "runtime"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || !importsItest(t, path) {
			return err
		}
		packages++
		rel, err := filepath.Rel(root, filepath.Dir(path))
		assert.True(t, matched(patterns, "./"+filepath.ToSlash(rel)), "INTEGRATION in the Makefile lacks %s", rel)
		return err
	})
	require.NoError(t, err)
	assert.NotZero(t, packages)
}

func importsItest(t *testing.T, path string) bool {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	require.NoError(t, err)
	for _, i := range f.Imports {
		if strings.HasSuffix(i.Path.Value, `/runtime/internal/itest"`) {
			return true
		}
	}
	return false
}

func matched(patterns []string, dir string) bool {
	for _, p := range patterns {
		if below, ok := strings.CutSuffix(p, "/..."); p == dir || ok && strings.HasPrefix(dir+"/", below+"/") {
			return true
		}
	}
	return false
}
