package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/testenv"
)

// documents returns the repository's documents: the pages, and those for people
// who change it.
func documents(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testenv.Repository(t), "*.md"))
	require.NoError(t, err)
	list := pages(t)[1:]
	for _, f := range files {
		list = append(list, filepath.Base(f))
	}
	return list
}

var (
	link = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	span = regexp.MustCompile("`([^`\n]+)`")
)

// withoutBlocks returns a document's text without its fenced blocks.
func withoutBlocks(t testing.TB, name string) string {
	t.Helper()
	return fence.ReplaceAllString(read(t, name), "")
}

// withoutSpans returns a document's text without its code, but for what a link
// shows.
func withoutSpans(t testing.TB, name string) string {
	t.Helper()
	return regexp.MustCompile("`[^`\n]+`").ReplaceAllString(withoutBlocks(t, name), "code")
}

// Links between documents and into code lead somewhere, to headings too, and from
// README to every page.
func TestDocumentLinks(t *testing.T) {
	root := testenv.Repository(t)
	reached := map[string]bool{"README.md": true}
	queue := []string{"README.md"}
	directories := make(map[string]bool) // that links lead to, or into
	targets := func(name string) (list []string) {
		for _, m := range link.FindAllStringSubmatch(withoutSpans(t, name), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			file, anchor, _ := strings.Cut(m[1], "#")
			if file = path.Join(path.Dir(name), file); strings.HasPrefix(m[1], "#") {
				file = name
			}
			_, err := os.Stat(filepath.Join(root, filepath.FromSlash(file)))
			if assert.NoError(t, err, "%s links to %s", name, m[1]) && anchor != "" {
				assert.Contains(t, anchors(t, file), anchor, "%s links to %s", name, m[1])
			}
			directories[file], directories[path.Dir(file)] = true, true
			list = append(list, file)
		}
		return list
	}
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		for _, file := range targets(name) {
			if path.Ext(file) == ".md" && !reached[file] {
				reached[file] = true
				queue = append(queue, file)
			}
		}
	}
	for _, name := range documents(t) {
		assert.True(t, reached[name], "README.md does not lead to %s", name)
	}
	// So does it to every example and every package of the runtime.
	for _, dirs := range packagesByName(t) {
		for _, dir := range dirs {
			name, err := filepath.Rel(root, dir)
			require.NoError(t, err)
			files, err := filepath.Glob(filepath.Join(dir, "*.go"))
			require.NoError(t, err)
			if name = filepath.ToSlash(name); len(files) > 0 && strings.HasPrefix(name, "runtime/") {
				assert.True(t, directories[name], "README.md does not lead to %s", name)
			}
		}
	}
	examples, err := filepath.Glob(filepath.Join(root, "testdata", "examples", "*", "*_test.go"))
	require.NoError(t, err)
	require.NotEmpty(t, examples)
	for _, file := range examples {
		dir := "testdata/examples/" + filepath.Base(filepath.Dir(file))
		assert.True(t, directories[dir], "README.md does not lead to %s", dir)
	}
}

// anchors returns the anchors of a document's headings, as GitHub makes them.
func anchors(t testing.TB, name string) (list []string) {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(withoutBlocks(t, name), -1) {
		list = append(list, regexp.MustCompile(`[^\w\- ]`).ReplaceAllString(strings.ToLower(m[1]), ""))
		list[len(list)-1] = strings.ReplaceAll(list[len(list)-1], " ", "-")
	}
	return list
}

// Paths of the repository that documents name in code exist.
func TestDocumentPaths(t *testing.T) {
	named := 0
	inCode := regexp.MustCompile("`((?:cmd|docs|generator|runtime|schemas|generated|testdata|\\.ci)/[\\w/.-]*\\w)`")
	for _, name := range documents(t) {
		for _, m := range inCode.FindAllStringSubmatch(read(t, name), -1) {
			named++
			_, err := os.Stat(filepath.Join(testenv.Repository(t), filepath.FromSlash(m[1])))
			assert.NoError(t, err, "%s names %s", name, m[1])
		}
	}
	assert.Greater(t, named, 20)
}

// Names of the API that documents mention are in the code.
func TestDocumentNames(t *testing.T) {
	packages := packagesByName(t)
	identifier := regexp.MustCompile(`^([a-z]\w*)\.([A-Z]\w*)(?:\.([A-Z]\w*))?`)
	known := make(map[string]map[string]bool)
	named := 0
	for _, name := range documents(t) {
		for _, m := range span.FindAllStringSubmatch(withoutBlocks(t, name), -1) {
			id := identifier.FindStringSubmatch(m[1])
			if id == nil || packages[id[1]] == nil {
				continue
			}
			if known[id[1]] == nil {
				known[id[1]] = exportedNames(t, packages[id[1]])
			}
			named++
			assert.True(t, known[id[1]][id[2]], "%s: `%s` is not in package %s", name, m[1], id[1])
			if id[3] != "" {
				assert.True(t, known[id[1]][id[2]+"."+id[3]], "%s: `%s` is not in package %s", name, m[1], id[1])
			}
		}
	}
	assert.Greater(t, named, 60)
}

// A link from a name in code to a Go file leads to the file that declares it.
func TestDocumentDeclarations(t *testing.T) {
	named := 0
	for _, name := range documents(t) {
		for _, m := range regexp.MustCompile("\\[`(\\w+)`\\]\\(([^)]+\\.go)\\)").FindAllStringSubmatch(read(t, name), -1) {
			named++
			file := path.Join(path.Dir(name), m[2])
			names := make(map[string]bool)
			declaredIn(t, filepath.Join(testenv.Repository(t), filepath.FromSlash(file)), names)
			found := slices.ContainsFunc(slices.Collect(maps.Keys(names)), func(n string) bool {
				return n == m[1] || strings.HasSuffix(n, "."+m[1])
			})
			assert.True(t, found, "%s: %s does not declare %s", name, file, m[1])
		}
	}
	assert.Greater(t, named, 20)
}

// packagesByName returns the directories of public packages below runtime and
// generated.
func packagesByName(t testing.TB) map[string][]string {
	t.Helper()
	byName := make(map[string][]string)
	for _, top := range []string{"runtime", "generated", "generator"} {
		err := filepath.WalkDir(filepath.Join(testenv.Repository(t), top), func(dir string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			if d.Name() == "internal" || d.Name() == "testdata" {
				return fs.SkipDir
			}
			byName[d.Name()] = append(byName[d.Name()], dir)
			return nil
		})
		require.NoError(t, err)
	}
	return byName
}

// exportedNames returns the exported declarations of packages: "Name" and, for fields
// and methods, "Type.Name".
func exportedNames(t testing.TB, dirs []string) map[string]bool {
	t.Helper()
	names := make(map[string]bool)
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			declaredIn(t, file, names)
		}
	}
	return names
}

func declaredIn(t testing.TB, file string, names map[string]bool) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	for _, d := range f.Decls {
		declared(d, names)
	}
}

func declared(d ast.Decl, names map[string]bool) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		if d.Recv != nil {
			receiver := receiverType(d.Recv.List[0].Type)
			name = receiver + "." + name
		}
		names[name] = true
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names[n.Name] = true
				}
			case *ast.TypeSpec:
				names[s.Name.Name] = true
				members(s, names)
			}
		}
	}
}

func receiverType(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiverType(e.X)
	case *ast.IndexExpr:
		return receiverType(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

func members(s *ast.TypeSpec, names map[string]bool) {
	var list *ast.FieldList
	switch typ := s.Type.(type) {
	case *ast.StructType:
		list = typ.Fields
	case *ast.InterfaceType:
		list = typ.Methods
	default:
		return
	}
	for _, field := range list.List {
		for _, n := range field.Names {
			names[s.Name.Name+"."+n.Name] = true
		}
	}
}
