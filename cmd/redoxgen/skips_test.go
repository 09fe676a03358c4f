package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/testenv"
)

// TestIntegrationRunsAll: without servers and programs tests that need them are skipped,
// so one that make test-integration does not run would pass untested.
func TestIntegrationRunsAll(t *testing.T) {
	patterns := strings.Fields(makeVariable(t, "INTEGRATION"))
	names := regexp.MustCompile(makeVariable(t, "INTEGRATION_CMD"))
	found := 0
	eachGoFile(t, func(dir, path string, f *ast.File) {
		if !uses(f, "integration", "") && !uses(f, "testenv", "NeedsProgram") {
			return
		}
		found++
		if !strings.HasPrefix(dir, "./cmd/") {
			assert.True(t, matched(patterns, dir), "INTEGRATION in the Makefile lacks %s", dir)
			return
		}
		for _, test := range testsOf(f) {
			assert.Regexp(t, names, test.Name.Name, "INTEGRATION_CMD in the Makefile, for %s", path)
		}
	})
	assert.Greater(t, found, 20)
}

// TestMeasureRunsAll: what make measure leaves out holds no machine to anything.
func TestMeasureRunsAll(t *testing.T) {
	names := regexp.MustCompile(strings.ReplaceAll(makeVariable(t, "MEASURED"), "$$", "$"))
	patterns := strings.Fields(makeVariable(t, "MEASURED_IN"))
	tests := 0
	eachGoFile(t, func(dir, _ string, f *ast.File) {
		for _, test := range testsOf(f) {
			if uses(test, "testenv", "NeedsMeasured") || uses(test, "testenv", "Measured") {
				tests++
				assert.Regexp(t, names, test.Name.Name, "MEASURED in the Makefile")
				assert.True(t, matched(patterns, dir), "MEASURED_IN in the Makefile lacks %s", dir)
			}
		}
	})
	assert.Equal(t, strings.Count(names.String(), "|")+1, tests, "MEASURED in the Makefile names tests that are not there")
}

// eachGoFile calls do with each file in Go of the tests and what they share, and with its
// directory as the Makefile writes it.
func eachGoFile(t *testing.T, do func(dir, path string, f *ast.File)) {
	t.Helper()
	root := testenv.Repository(t)
	for _, top := range []string{"cmd", "generator", "runtime"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			require.NoError(t, err)
			rel, err := filepath.Rel(root, filepath.Dir(path))
			do("./"+filepath.ToSlash(rel), path, f)
			return err
		})
		require.NoError(t, err)
	}
}

// testsOf returns the tests of a file.
func testsOf(f *ast.File) (tests []*ast.FuncDecl) {
	for _, d := range f.Decls {
		if test, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(test.Name.Name, "Test") {
			tests = append(tests, test)
		}
	}
	return tests
}

// uses reports whether code names something of a package, "" for anything.
func uses(code ast.Node, pkg, name string) (found bool) {
	ast.Inspect(code, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			x, ok := s.X.(*ast.Ident)
			found = found || ok && x.Name == pkg && (name == "" || s.Sel.Name == name)
		}
		return true
	})
	return found
}

// makeVariable returns a variable of the Makefile as it is written.
func makeVariable(t *testing.T, name string) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^` + name + ` *:= (.*)$`).FindStringSubmatch(read(t, "Makefile"))
	require.NotNil(t, found, name)
	return found[1]
}

// matched reports whether a directory is one that patterns of packages name.
func matched(patterns []string, dir string) bool {
	for _, p := range patterns {
		if below, ok := strings.CutSuffix(p, "/..."); p == dir || ok && strings.HasPrefix(dir+"/", below+"/") {
			return true
		}
	}
	return false
}
