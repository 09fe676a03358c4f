package redox_test

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

// Every generated type wraps the methods of what it embeds, unexported ones
// too, and a package with a schema follows the signatures of Schema's methods.
// So these types have no methods but those that users are to have, and the one by
// which the compiler knows a Struct.
func TestEmbeddedTypesHaveOnlyExportedMethods(t *testing.T) {
	files, err := filepath.Glob("../redox*/*.go")
	require.NoError(t, err)
	methods := make(map[string]int)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil {
				continue
			}
			receiver := f.Recv.List[0].Type
			if p, ok := receiver.(*ast.StarExpr); ok {
				receiver = p.X
			}
			id, ok := receiver.(*ast.Ident)
			if ok && (id.Name == "Object" || id.Name == "Builder" || id.Name == "Schema") {
				methods[id.Name]++
				assert.True(t, f.Name.IsExported() || f.Name.Name == "redoxObject", "%s.%s", id.Name, f.Name)
			}
		}
	}
	assert.Len(t, methods, 3)
}
