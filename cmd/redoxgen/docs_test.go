package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/testenv"
)

// pages returns README.md and the pages of docs, by their paths in the repository.
func pages(t testing.TB) []string {
	t.Helper()
	root := testenv.Repository(t)
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	list := []string{"README.md"}
	for _, f := range files {
		list = append(list, "docs/"+filepath.Base(f))
	}
	return list
}

// read returns a file of the repository.
func read(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testenv.Repository(t), filepath.FromSlash(name)))
	require.NoError(t, err)
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// block is a fenced block of a page. The comment before it says what holds it: a
// file that it is an excerpt of, or a test that runs it.
//
//	<!-- from: runtime/redox/example_building_test.go -->
//	<!-- run: TestReadmeStart -->
type block struct {
	page string
	line int
	how  string // "from", "run", or "" without a comment
	what string // the file or the test
	lang string
	text string
}

var fence = regexp.MustCompile("(?ms)^(?:<!-- (from|run): (\\S+) -->\\n)?```(\\w*)\\n(.*?)^```$")

func blocks(t testing.TB, page string) []block {
	t.Helper()
	text := read(t, page)
	var list []block
	for _, m := range fence.FindAllStringSubmatchIndex(text, -1) {
		group := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return text[m[2*i]:m[2*i+1]]
		}
		list = append(list, block{
			page: page, line: 1 + strings.Count(text[:m[0]], "\n"),
			how: group(1), what: group(2), lang: group(3), text: group(4),
		})
	}
	return list
}

// blocksOf returns the blocks of a page that a test runs.
func blocksOf(t testing.TB, page string) []string {
	t.Helper()
	var list []string
	for _, b := range blocks(t, page) {
		if b.how == "run" && b.what == t.Name() {
			list = append(list, b.text)
		}
	}
	require.NotEmpty(t, list, page)
	return list
}

// commandsOf returns the commands in blocks that a test runs, as arguments:
// without "go tool redoxgen", and with variables replaced.
func commandsOf(t testing.TB, page string, variables ...string) [][]string {
	t.Helper()
	var list [][]string
	for _, text := range blocksOf(t, page) {
		for line := range strings.Lines(text) {
			rest, ok := strings.CutPrefix(line, "go tool redoxgen ")
			if !ok {
				continue
			}
			list = append(list, words(strings.NewReplacer(variables...).Replace(rest)))
		}
	}
	require.NotEmpty(t, list, page)
	return list
}

// words splits a command line as a shell does, as far as documents need it.
func words(line string) (list []string) {
	for _, w := range regexp.MustCompile(`'[^']*'|"[^"]*"|\S+`).FindAllString(line, -1) {
		list = append(list, strings.Trim(w, `'"`))
	}
	return list
}

// Every block of every page is an excerpt of a file that the tests compile and
// run, or is run by a test here.
func TestPageBlocks(t *testing.T) {
	tests := testsHere(t)
	counts := make(map[string]int)
	for _, page := range pages(t) {
		for _, b := range blocks(t, page) {
			where := fmt.Sprintf("%s:%d", b.page, b.line)
			switch b.how {
			case "from":
				assert.True(t, isTested(b.what), "%s: no test runs %s", where, b.what)
				assert.True(t, isExcerpt(b, read(t, b.what)), "%s is not what %s has:\n%s", where, b.what, b.text)
			case "run":
				assert.Contains(t, tests, b.what, where)
			default:
				assert.Fail(t, "no comment says what holds the block", where)
			}
			assert.Contains(t, []string{"go", "json", "sh", "text"}, b.lang, where)
			counts[b.lang]++
		}
		assert.Zero(t, strings.Count(read(t, page), "\n```")%2, "%s: a fence is left open", page)
	}
	assert.Greater(t, counts["go"], 15)
	assert.Greater(t, counts["sh"], 5)
}

// testsHere returns the names of the tests in this directory.
func testsHere(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	var names []string
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Recv == nil && strings.HasPrefix(d.Name.Name, "Test") {
				names = append(names, d.Name.Name)
			}
		}
	}
	return names
}

// isTested reports whether tests compile or run the file.
func isTested(name string) bool {
	for _, dir := range []string{"testdata/examples/", "testdata/downstream/", "cmd/redoxgen/testdata/script/"} {
		if strings.HasPrefix(name, dir) {
			return true
		}
	}
	return strings.HasSuffix(name, "_test.go")
}

// isExcerpt reports whether the lines of a block stand in a file one after the
// other: Go with any indentation, what a program prints as the comment of an
// example, and a command as a line of a script.
func isExcerpt(b block, file string) bool {
	lines := strings.Split(strings.TrimSuffix(b.text, "\n"), "\n")
	var prefixes []string
	switch b.lang {
	case "go":
		prefixes = []string{"", "\t", "\t\t", "\t\t\t"}
	case "sh":
		prefixes = []string{"exits 0 ", "exits 1 "}
	default:
		prefixes = []string{"", "\t// "}
	}
	for _, prefix := range prefixes {
		var text strings.Builder
		for _, line := range lines {
			if line != "" {
				line = prefix + line
			}
			text.WriteString(line + "\n")
		}
		if strings.Contains("\n"+file, "\n"+text.String()) {
			return true
		}
	}
	return false
}

// The checks of blocks find what is wrong.
func TestExcerpts(t *testing.T) {
	const file = "func f() {\n\tif x {\n\t\ta()\n\n\t\tb()\n\t}\n\t// Output:\n\t// 12\n}\nexits 0 redoxgen list\n"
	for _, c := range []struct {
		lang, text string
		want       bool
	}{
		{"go", "if x {\n\ta()\n\n\tb()\n}\n", true},
		{"go", "a()\n\nb()\n", true},
		{"go", "a()\nb()\n", false},
		{"go", "()\n", false},
		{"go", "if x {\na()\n", false},
		{"text", "12\n", true},
		{"text", "1\n", false},
		{"sh", "redoxgen list\n", true},
		{"sh", "redoxgen\n", false},
	} {
		assert.Equal(t, c.want, isExcerpt(block{lang: c.lang, text: c.text}, file), c.text)
	}
	assert.False(t, isTested("cmd/redoxgen/main.go"))
}
