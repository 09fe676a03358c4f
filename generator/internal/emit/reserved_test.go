package emit

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What generated code declares apart from what it has of schemas is reserved:
// methods of structs, what all builders and all packages of events have, and files.
func TestReservedIsWhatGeneratedCodeDeclares(t *testing.T) {
	r := Reserved()
	paths, err := filepath.Glob("../../../generated/*/*.go")
	require.NoError(t, err)
	builders, packages := make(map[string]int), make(map[string]int)
	declared := make(map[string]int)
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution|parser.ParseComments)
		require.NoError(t, err)
		name := filepath.Base(path)
		if strings.HasSuffix(name, "_test.go") || file.Name.Name == "all" {
			continue
		}
		require.True(t, ast.IsGenerated(file), path)
		if !slices.Contains(r.Files, name) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Contains(t, string(text), "\n// Source: ", path)
		}
		if name == eventsFile {
			packages[file.Name.Name]++
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.CONST {
						declared[v.Names[0].Name]++
					}
				}
			case *ast.FuncDecl:
				if d.Recv == nil {
					declared[d.Name.Name]++
					continue
				}
				receiver := d.Recv.List[0].Type
				if star, ok := receiver.(*ast.StarExpr); ok {
					receiver = star.X
				}
				switch id := receiver.(*ast.Ident).Name; {
				case strings.HasSuffix(name, "_build.go"):
					builders[id] = 0
					declared["builder."+d.Name.Name]++
				case !strings.HasPrefix(d.Name.Name, "Redox"):
					assert.Contains(t, r.Fields, d.Name.Name, path)
				}
			}
		}
	}
	require.NotEmpty(t, builders)
	require.NotEmpty(t, packages)
	for name, count := range declared {
		if method, ok := strings.CutPrefix(name, "builder."); ok && count == len(builders) {
			assert.Contains(t, r.Methods, method)
		} else if !ok && count == len(packages) {
			assert.Contains(t, r.Declarations, name)
		}
	}
}
