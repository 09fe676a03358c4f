package generator_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/exp/apidiff"

	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/schemas"
)

// The code in generated/ and the catalog's lock are what the generator makes now.
func TestGeneratedIsCurrent(t *testing.T) {
	root := testenv.Repository(t)
	r := generate(t, generator.Options{Lock: schemas.Lock()})
	changes, err := generator.Compare(filepath.Join(root, "generated"), filepath.Join(root, "schemas", generator.LockFile), r)
	require.NoError(t, err)
	for _, c := range changes.Changes {
		t.Errorf("%s is not up to date: run make generate", c.Path)
	}
	assert.Greater(t, changes.Unchanged, 400)
}

// Nothing that may differ between two runs shows in the output.
func TestDeterministic(t *testing.T) {
	want := catalog(t)
	t.Run("again", func(t *testing.T) {
		got := generate(t, generator.Options{})
		assert.Equal(t, want.Files, got.Files)
		assert.Equal(t, want.Lock, got.Lock)
	})
	t.Run("one processor", func(t *testing.T) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		assert.Equal(t, want.Files, generate(t, generator.Options{}).Files)
	})
	t.Run("many processors", func(t *testing.T) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(16))
		assert.Equal(t, want.Files, generate(t, generator.Options{}).Files)
	})
	t.Run("other directory", func(t *testing.T) {
		t.Chdir(t.TempDir())
		assert.Equal(t, want.Files, generate(t, generator.Options{}).Files)
	})
	t.Run("other order of files", func(t *testing.T) {
		got := generate(t, generator.Options{Sources: []generator.Source{generator.FS("elsewhere", reversed{schemas.FS()})}})
		assert.Equal(t, want.Files, got.Files)
		assert.Equal(t, want.Lock, got.Lock)
	})
}

// reversed lists directories backwards.
type reversed struct{ fs.FS }

func (r reversed) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(r.FS, name)
	slices.Reverse(entries)
	return entries, err
}

// The published files, with what later ones add, give the API that the catalog
// gives, and the same fields in the same order, words included.
func TestPublishedSchemasGiveTheSameAPI(t *testing.T) {
	file := published(t)
	catalog := catalog(t)
	zip := generate(t, generator.Options{Sources: []generator.Source{generator.Path(file), generator.Path("testdata/december2023")}})
	assert.Equal(t, string(catalog.Lock), string(zip.Lock))

	check := checker{importPath: generator.DefaultImportPath}
	before, after := check.check(t, catalog), check.check(t, zip)
	require.ElementsMatch(t, slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(after)))
	for dir, p := range before {
		report := apidiff.Changes(p.pkg, after[dir].pkg)
		assert.Empty(t, report.Changes, dir)
	}

	// Only the order of members inside the outlines may differ, which follows the
	// file, and with it which outlines are the same.
	source := regexp.MustCompile(`(?m)^// Source: .*\n|^\t\t\{(At|Has): .*\n`)
	zipped := contents(zip)
	for path, text := range contents(catalog) {
		if strings.HasSuffix(path, "/outlines.go") {
			continue
		}
		assert.Equal(t, source.ReplaceAllString(text, ""), source.ReplaceAllString(zipped[path], ""), path)
	}
}

// The published files can be taken by the letter.
func TestLiteral(t *testing.T) {
	file := published(t)
	r := generate(t, generator.Options{Literal: true, Sources: []generator.Source{generator.Path(file)}})
	check := checker{importPath: generator.DefaultImportPath}
	check.check(t, r)
	files := contents(r)
	assert.Contains(t, files["common/demographics.go"], "Citizenship []redox.Raw ")
	assert.Contains(t, contents(catalog(t))["common/demographics.go"], "Citizenship []string ")
}

// Bounds on the size and the quality of what is generated for the catalog.
func TestFigures(t *testing.T) {
	r := catalog(t)
	exported := regexp.MustCompile(`(?m)^type (\w+) struct`)
	types, builders, lines, longest := 0, 0, 0, ""
	for _, f := range r.Files {
		lines += strings.Count(string(f.Content), "\n")
		assert.LessOrEqual(t, strings.Count(string(f.Content), "\n"), 600, "%s is too long to read", f.Path)
		for _, m := range exported.FindAllSubmatch(f.Content, -1) {
			name := string(m[1])
			if strings.HasSuffix(f.Path, "_build.go") {
				builders++ // every event has one, which is no type of data
				continue
			}
			types++
			if len(name) > len(longest) {
				longest = name
			}
			assert.NotRegexp(t, `\d$|_`, name, "numbered name in %s", f.Path)
		}
	}
	events, concepts := 0, 0
	for _, p := range r.Packages {
		events += p.Events
		concepts += p.Types
	}
	t.Logf("%d types (%d events, %d concepts), longest name %s (%d), %d lines in %d files",
		types, events, concepts, longest, len(longest), lines, len(r.Files))
	assert.Equal(t, 111, events)
	assert.Equal(t, types, events+concepts)
	assert.Equal(t, builders, events)
	assert.LessOrEqual(t, types, 450)
	assert.LessOrEqual(t, len(longest), 40)
	assert.LessOrEqual(t, lines, 40_000)
}

// Data models do not import each other.
func TestDataModelsAreIndependent(t *testing.T) {
	imports := regexp.MustCompile(`"` + regexp.QuoteMeta(generator.DefaultImportPath) + `/(\w+)"`)
	for _, f := range catalog(t).Files {
		if strings.HasPrefix(f.Path, "all/") {
			continue
		}
		for _, m := range imports.FindAllSubmatch(f.Content, -1) {
			assert.Equal(t, "common", string(m[1]), f.Path)
		}
	}
}

// A choice of events gives their packages as they are in the whole, and
// nothing that they do not need.
func TestSubset(t *testing.T) {
	all := contents(catalog(t))
	r := generate(t, generator.Options{Events: []string{"PatientAdmin.*,order.new", "clinicalsummary.visitpush"}})
	names := []string{}
	for _, p := range r.Packages {
		names = append(names, fmt.Sprintf("%s %d", p.Name, p.Events))
	}
	assert.Equal(t, []string{"clinicalsummary 1", "common 0", "order 1", "patientadmin 15"}, names)
	for path, text := range contents(r) {
		if strings.HasSuffix(path, "/events.go") || strings.HasSuffix(path, "/doc.go") || strings.HasPrefix(path, "all/") {
			continue // they list the events
		}
		if strings.HasSuffix(path, "/outlines.go") {
			outlines := regexp.MustCompile(`(?s)\t\w+Outline = .*?\n\t}\n`)
			assert.Subset(t, outlines.FindAllString(all[path], -1), outlines.FindAllString(text, -1), path)
			continue // it has those that the events need
		}
		assert.Equal(t, all[path], text, path)
	}
	check := checker{importPath: generator.DefaultImportPath}
	check.check(t, r)
}

// Asking for more events later only adds to the API.
func TestSubsetGrows(t *testing.T) {
	const importPath = "example.com/app/models"
	check := checker{importPath: importPath}
	var lock []byte
	var before map[string]*checked
	for _, events := range []string{"Order.New", "Order.New,Results.New", "Order.*,Results.*,Scheduling.*", "*.*"} {
		r := generate(t, generator.Options{Events: []string{events}, ImportPath: importPath, Lock: lock})
		lock = r.Lock
		after := check.check(t, r)
		requireCompatible(t, before, after)
		before = after
	}
}

// A new member shows in the files of its concept and of the events that carry
// it, and in the lock; nowhere else.
func TestDiffIsLocal(t *testing.T) {
	before := contents(catalog(t))
	edited := fstest.MapFS{}
	require.NoError(t, fs.WalkDir(schemas.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(schemas.FS(), path)
		edited[path] = &fstest.MapFile{Data: data}
		return err
	}))
	const file, anchor = "definitions/sso.json", `"properties": {`
	text := string(edited[file].Data)
	at := strings.Index(text, `"Order"`)
	require.Positive(t, at)
	text = text[:at] + strings.Replace(text[at:], anchor, anchor+`"Urgency": {"type": ["string", "null"]},`, 1)
	edited[file].Data = []byte(text)

	after := contents(generate(t, generator.Options{Sources: []generator.Source{generator.FS("edited", edited)}}))
	var changed []string
	for path, text := range after {
		if before[path] != text {
			changed = append(changed, path)
		}
	}
	assert.ElementsMatch(t, []string{"sso/order.go", "sso/signon_event.go"}, changed)
	assert.Len(t, after, len(before))
}

// What gets in the way of generating is reported, and nothing is generated.
func TestErrorsGiveNoFiles(t *testing.T) {
	r, err := generator.Generate(context.Background(), generator.Options{Events: []string{"PatientAdmin.Arival"}})
	require.NoError(t, err)
	assert.True(t, r.HasErrors())
	assert.Empty(t, r.Files)
	require.Len(t, r.Diagnostics, 1)
	assert.Contains(t, r.Diagnostics[0].String(), "did you mean PatientAdmin.Arrival?")

	_, err = generator.Compare(t.TempDir(), "", r)
	assert.Error(t, err)
}

func TestImportPath(t *testing.T) {
	for path, ok := range map[string]bool{
		"example.com/app/models": true, "app": true, "example.com/a-b/c_d/v2": true, "example.com/app/v2/": true, "": true,
		"/abs": false, "./models": false, "a//b": false, `a"b`: false, "a b": false, "a\nb": false, `C:\models`: false,
	} {
		r, err := generator.Generate(context.Background(), generator.Options{Events: []string{"SSO.*"}, ImportPath: path})
		require.NoError(t, err)
		assert.Equal(t, ok, !r.HasErrors(), "%q: %v", path, r.Diagnostics)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	reason := errors.New("enough")
	cancel(reason)
	_, err := generator.Generate(ctx, generator.Options{})
	assert.ErrorIs(t, err, reason)
}

func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		generate(b, generator.Options{})
	}
}

// requireCompatible fails the test when after lacks anything of before.
func requireCompatible(t testing.TB, before, after map[string]*checked) {
	t.Helper()
	for dir, old := range before {
		now := after[dir]
		require.NotNil(t, now, "package %s is gone", dir)
		if now == old {
			continue
		}
		for _, c := range apidiff.Changes(old.pkg, now.pkg).Changes {
			if !c.Compatible {
				t.Errorf("%s: %s", dir, c.Message)
			}
		}
	}
}
