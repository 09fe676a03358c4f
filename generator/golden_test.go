package generator_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"go/format"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"
	"golang.org/x/tools/txtar"

	"github.com/redoxgen/redoxgen/generator"
)

var update = flag.Bool("update", false, "rewrite the golden files whose output compiles")

// goldenImportPath is where the code of the golden files would live.
const goldenImportPath = "example.com/golden"

// A golden file is a txtar archive. Its comment says what it shows, and in
// lines of "key: value" how to generate:
//
//	events: patterns    allow-breaking: yes    literal: yes    over: catalog
//	hide: directories whose files and lock entries are of no interest
//
// Files below in/ are the schemas and redoxgen.lock; files below want/ are all
// that must come out, with the diagnostics as want/diagnostics.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			options, hidden := goldenOptions(t, archive)
			r, err := generator.Generate(context.Background(), options)
			require.NoError(t, err)
			got := goldenOutput(r, hidden)
			requireSound(t, r)
			if *update {
				updateGolden(t, file, archive, got)
				return
			}
			want := goldenWant(archive)
			require.NotEmpty(t, want, "nothing is wanted: run go test ./generator -run TestGolden -update")
			for name, text := range got {
				if assert.Contains(t, want, name, "unexpected file; run with -update to accept it") {
					assert.Equal(t, want[name], text, name)
				}
			}
			for name := range want {
				assert.Contains(t, got, name, "missing file")
			}
		})
	}
}

func goldenOptions(t *testing.T, a *txtar.Archive) (generator.Options, []string) {
	o := generator.Options{ImportPath: goldenImportPath, LockName: "redoxgen.lock"}
	schemas := fstest.MapFS{}
	for _, f := range a.Files {
		switch name, ok := strings.CutPrefix(f.Name, "in/"); {
		case !ok:
		case name == generator.LockFile:
			o.Lock = f.Data
		default:
			schemas[name] = &fstest.MapFile{Data: f.Data}
		}
	}
	o.Sources = []generator.Source{generator.FS("in", schemas)}
	var hidden []string
	for line := range strings.Lines(string(a.Comment)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || strings.Contains(key, " ") {
			continue
		}
		switch key {
		case "events":
			o.Events = []string{value}
		case "allow-breaking":
			o.AllowBreaking = true
		case "literal":
			o.Literal = true
		case "over":
			o.Sources = append([]generator.Source{generator.Catalog()}, o.Sources...)
		case "hide":
			hidden = strings.Fields(value)
		default:
			t.Fatalf("unknown key %q", key)
		}
	}
	return o, hidden
}

// goldenOutput is what came out, without what is hidden.
func goldenOutput(r *generator.Result, hidden []string) map[string]string {
	out := make(map[string]string)
	for _, f := range r.Files {
		if !slices.Contains(hidden, path.Dir(f.Path)) {
			out["want/"+f.Path] = string(f.Content)
		}
	}
	if len(r.Lock) > 0 {
		out["want/"+generator.LockFile] = shownLock(string(r.Lock), hidden)
	}
	var diagnostics strings.Builder
	for _, d := range r.Diagnostics {
		fmt.Fprintln(&diagnostics, d)
	}
	if diagnostics.Len() > 0 {
		out["want/diagnostics"] = diagnostics.String()
	}
	return out
}

// shownLock drops the entries of hidden packages.
func shownLock(text string, hidden []string) string {
	blocks := strings.Split(strings.TrimSuffix(text, "\n"), "\n\n")
	blocks = slices.DeleteFunc(blocks, func(b string) bool {
		_, rest, _ := strings.Cut(b, " ")
		pkg, _, _ := strings.Cut(rest, ".")
		return slices.Contains(hidden, pkg)
	})
	return strings.Join(blocks, "\n\n") + "\n"
}

// requireSound fails the test unless the output compiles and gofmt, twice,
// leaves it alone.
func requireSound(t *testing.T, r *generator.Result) {
	c := checker{importPath: goldenImportPath}
	c.check(t, r)
	for _, f := range r.Files {
		require.NoError(t, module.CheckFilePath(f.Path))
		require.NotContains(t, f.Path, "documentation/", "the go command passes over such packages")
		formatted, err := format.Source(f.Content)
		require.NoError(t, err, f.Path)
		require.Equal(t, string(f.Content), string(formatted), f.Path)
	}
}

func goldenWant(a *txtar.Archive) map[string]string {
	want := make(map[string]string)
	for _, f := range a.Files {
		if strings.HasPrefix(f.Name, "want/") {
			want[f.Name] = string(f.Data)
		}
	}
	return want
}

// updateGolden writes what came out; the caller has seen that it compiles.
func updateGolden(t *testing.T, file string, a *txtar.Archive, got map[string]string) {
	a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want/") })
	for _, name := range sortedNames(got) {
		a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(got[name])})
	}
	data := txtar.Format(a)
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, data) {
		return
	}
	require.NoError(t, os.WriteFile(file, data, 0o644))
}

func sortedNames(m map[string]string) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
