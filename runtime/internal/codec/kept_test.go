package codec

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMethodsOfKept: every generated struct holds a *Kept, so every package of
// such structs is compiled with what the methods of Kept lead to. A node leads
// to all of reflect.Type, which made that a fifth slower.
func TestMethodsOfKept(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	require.NoError(t, err)
	methods := 0
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv == nil || !names(f.Recv, "Kept") && !names(f.Recv, "rest") {
				continue
			}
			methods++
			assert.False(t, names(f.Type, "node"), "%s: %s", path, f.Name)
		}
	}
	assert.NotZero(t, methods)
}

// names reports whether the identifier is in the syntax.
func names(in ast.Node, identifier string) (found bool) {
	ast.Inspect(in, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == identifier
		return true
	})
	return found
}
