package integration_test

import (
	"go/ast"
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
	patterns := strings.Fields(makeVariable(t, "INTEGRATION"))
	packages := 0
	err := filepath.WalkDir(filepath.Join(root, "runtime"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || !importsIntegration(t, path) {
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

// TestMeasureRunsAll: what make measure leaves out holds no machine to anything.
func TestMeasureRunsAll(t *testing.T) {
	names := regexp.MustCompile(strings.ReplaceAll(makeVariable(t, "MEASURED"), "$$", "$"))
	patterns := strings.Fields(makeVariable(t, "MEASURED_IN"))
	tests := 0
	for _, top := range []string{"cmd", "generator", "runtime"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			rel, err := filepath.Rel(root, filepath.Dir(path))
			for _, name := range measuredTests(t, path) {
				tests++
				assert.Regexp(t, names, name, "MEASURED in the Makefile")
				assert.True(t, matched(patterns, "./"+filepath.ToSlash(rel)), "MEASURED_IN in the Makefile lacks %s", rel)
			}
			return err
		})
		require.NoError(t, err)
	}
	assert.Equal(t, strings.Count(names.String(), "|")+1, tests, "MEASURED in the Makefile names tests that are not there")
}

// measuredTests returns the tests of a file that ask whether to measure.
func measuredTests(t *testing.T, path string) (names []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	require.NoError(t, err)
	for _, d := range f.Decls {
		test, ok := d.(*ast.FuncDecl)
		if !ok || !strings.HasPrefix(test.Name.Name, "Test") {
			continue
		}
		asks := false
		ast.Inspect(test, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				asks = asks || n.Name == "measured"
			case *ast.BasicLit:
				asks = asks || n.Value == `"REDOXGEN_MEASURE"`
			}
			return true
		})
		if asks {
			names = append(names, test.Name.Name)
		}
	}
	return names
}

var root = filepath.Join("..", "..", "..")

// makeVariable returns a variable of the Makefile as it is written.
func makeVariable(t *testing.T, name string) string {
	t.Helper()
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	require.NoError(t, err)
	found := regexp.MustCompile(`(?m)^` + name + ` *:= (.*)$`).FindSubmatch(makefile)
	require.NotNil(t, found, name)
	return string(found[1])
}

func importsIntegration(t *testing.T, path string) bool {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	require.NoError(t, err)
	for _, i := range f.Imports {
		if strings.HasSuffix(i.Path.Value, `/runtime/internal/integration"`) {
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
