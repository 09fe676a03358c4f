package credential

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestComparisonIsConstantTime proves by construction that the time of a
// verification does not depend on the tokens. It reads the source and holds it
// to this: the valid tokens are kept as hashes of one length only, in a field
// that nothing but Tokens.Contains reads; that function hashes what was presented
// and compares it with every hash by subtle.ConstantTimeCompare; between
// hashing and the final result it neither branches nor leaves the loop.
func TestComparisonIsConstantTime(t *testing.T) {
	fset := token.NewFileSet()
	paths, err := filepath.Glob("*.go")
	require.NoError(t, err)
	readers := map[string]bool{}
	var valid *ast.FuncDecl
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, path, nil, 0)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "sums" {
					readers[f.Name.Name] = true
				}
				return true
			})
			if f.Name.Name == "Contains" {
				valid = f
			}
		}
	}
	assert.Equal(t, map[string]bool{"Contains": true, "NewTokens": true}, readers, "only these see the hashes")

	require.NotNil(t, valid)
	var calls []string
	var loops int
	ast.Inspect(valid.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt, *ast.SwitchStmt, *ast.BranchStmt, *ast.SelectStmt, *ast.IndexListExpr:
			t.Errorf("%s: Tokens.Contains branches", fset.Position(n.Pos()))
		case *ast.RangeStmt:
			loops++
			ast.Inspect(n.Body, func(n ast.Node) bool {
				if _, ok := n.(*ast.ReturnStmt); ok {
					t.Errorf("%s: Tokens.Contains leaves its loop early", fset.Position(n.Pos()))
				}
				return true
			})
		case *ast.BinaryExpr:
			if n.Op == token.LAND || n.Op == token.LOR {
				t.Errorf("%s: Tokens.Contains evaluates a condition only in part", fset.Position(n.Pos()))
			}
			if n.Op == token.EQL {
				x, ok := n.X.(*ast.Ident)
				assert.True(t, ok && x.Name == "found", "only the result is compared with ==")
			}
		case *ast.CallExpr:
			if s, ok := n.Fun.(*ast.SelectorExpr); ok {
				calls = append(calls, s.X.(*ast.Ident).Name+"."+s.Sel.Name)
			}
		}
		return true
	})
	assert.Equal(t, []string{"sha256.Sum256", "subtle.ConstantTimeCompare"}, calls)
	assert.Equal(t, 1, loops)
}
