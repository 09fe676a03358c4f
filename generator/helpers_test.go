package generator_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/packages"

	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/internal/testenv"
)

// published returns the path of the published schemas, or skips the test.
func published(t testing.TB) string {
	t.Helper()
	return testenv.NeedsReference(t, "schemas.zip")
}

// generate returns what o gives, and fails the test if that is an error.
func generate(t testing.TB, o generator.Options) *generator.Result {
	t.Helper()
	r, err := generator.Generate(context.Background(), o)
	require.NoError(t, err)
	for _, d := range r.Diagnostics {
		require.NotEqual(t, diag.Error, d.Severity, d.String())
	}
	return r
}

// catalog returns what the catalog gives, generated once for all tests.
func catalog(t testing.TB) *generator.Result {
	t.Helper()
	r, err := catalogOnce()
	require.NoError(t, err)
	require.False(t, r.HasErrors(), "%v", r.Diagnostics)
	return r
}

var catalogOnce = sync.OnceValues(func() (*generator.Result, error) {
	return generator.Generate(context.Background(), generator.Options{})
})

// contents returns the files of r by path.
func contents(r *generator.Result) map[string]string {
	m := make(map[string]string, len(r.Files))
	for _, f := range r.Files {
		m[f.Path] = string(f.Content)
	}
	return m
}

// checker type-checks generated packages in memory.
type checker struct {
	importPath string
	onlyAPI    bool                // leaves function bodies aside
	last       map[string]*checked // by directory
}

// checked is a type-checked package and what it was made from.
type checked struct {
	text    string
	imports map[string]*checked
	pkg     *types.Package
}

// fixedImports are the packages that generated code imports and does not generate.
var fixedImports = sync.OnceValues(func() (map[string]*types.Package, error) {
	cfg := &packages.Config{Mode: packages.NeedName | packages.NeedTypes}
	list, err := packages.Load(cfg, "slices", "time", "github.com/redoxgen/redoxgen/runtime/redox", "github.com/redoxgen/redoxgen/runtime/redoximpl")
	m := make(map[string]*types.Package)
	for _, p := range list {
		m[p.PkgPath] = p.Types
	}
	return m, err
})

// check returns the packages of r by directory. Packages whose source and whose
// imports are those of the previous call are the same as then.
func (c *checker) check(t testing.TB, r *generator.Result) map[string]*checked {
	t.Helper()
	fixed, err := fixedImports()
	require.NoError(t, err)
	dirs := make(map[string][]generator.File)
	for _, f := range r.Files {
		dirs[path.Dir(f.Path)] = append(dirs[path.Dir(f.Path)], f)
	}
	now := make(map[string]*checked, len(dirs))
	var check func(dir string) *checked
	check = func(dir string) *checked {
		if p := now[dir]; p != nil {
			return p
		}
		p := &checked{imports: make(map[string]*checked)}
		now[dir] = p
		fset := token.NewFileSet()
		var files []*ast.File
		for _, f := range dirs[dir] {
			p.text += f.Path + "\n" + string(f.Content)
			file, err := parser.ParseFile(fset, f.Path, f.Content, parser.SkipObjectResolution)
			require.NoError(t, err)
			files = append(files, file)
			for _, im := range file.Imports {
				name := strings.Trim(im.Path.Value, `"`)
				if below, ok := strings.CutPrefix(name, c.importPath+"/"); ok && dirs[below] != nil {
					p.imports[name] = check(below)
				}
			}
		}
		if old := c.last[dir]; old != nil && old.text == p.text && sameImports(old, p) {
			now[dir] = old
			return old
		}
		cfg := types.Config{IgnoreFuncBodies: c.onlyAPI, Importer: importerFunc(func(name string) (*types.Package, error) {
			if d := p.imports[name]; d != nil {
				return d.pkg, nil
			}
			require.Contains(t, fixed, name)
			return fixed[name], nil
		})}
		pkg, err := cfg.Check(c.importPath+"/"+dir, fset, files, nil)
		require.NoError(t, err)
		p.pkg = pkg
		return p
	}
	for dir := range dirs {
		check(dir)
	}
	c.last = now
	return now
}

func sameImports(a, b *checked) bool {
	for name, p := range b.imports {
		if a.imports[name] != p {
			return false
		}
	}
	return true
}

type importerFunc func(string) (*types.Package, error)

func (f importerFunc) Import(name string) (*types.Package, error) { return f(name) }
