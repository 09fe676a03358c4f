package generator_test

import (
	"archive/zip"
	"context"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/internal/fieldpath"
)

// pathsOf returns the paths of a schema without references, from its JSON alone.
func pathsOf(t testing.TB, data []byte) []string {
	t.Helper()
	type node struct {
		Properties map[string]json.RawMessage
		Items      json.RawMessage
	}
	var list []string
	var walk func(path string, data []byte)
	walk = func(path string, data []byte) {
		var n node
		require.NoError(t, json.Unmarshal(data, &n))
		for name, value := range n.Properties {
			at := fieldpath.Member(path, name)
			list = append(list, at)
			walk(at, value)
		}
		if n.Items != nil {
			list = append(list, path+"[]")
			walk(path+"[]", n.Items)
		}
	}
	walk("", data)
	return list
}

// pathChanges are the paths, with events, that were added and removed.
type pathChanges struct{ added, removed []string }

func (p *pathChanges) add(c generator.SchemaChange) {
	switch c.Rule {
	case generator.MemberAdded:
		p.added = append(p.added, c.Event+" "+c.Path)
	case generator.MemberRemoved:
		p.removed = append(p.removed, c.Event+" "+c.Path)
	}
}

// compare adds the changes from one list of paths of an event to another.
func (p *pathChanges) compare(event string, before, after []string) {
	p.added = append(p.added, without(event, after, before)...)
	p.removed = append(p.removed, without(event, before, after)...)
}

// without returns the paths of list that are not in others, with the event.
func without(event string, list, others []string) []string {
	known := make(map[string]bool, len(others))
	for _, path := range others {
		known[path] = true
	}
	var left []string
	for _, path := range list {
		if !known[path] {
			left = append(left, event+" "+path)
		}
	}
	return left
}

func (p pathChanges) requireEqual(t testing.TB, got pathChanges) {
	t.Helper()
	for _, list := range [][]string{p.added, p.removed, got.added, got.removed} {
		slices.Sort(list)
	}
	require.Equal(t, p, got)
}

// Diff states exactly the paths that are in the published files of one date and not
// in those of another.
func TestDiffStatesEveryPath(t *testing.T) {
	archive := published(t)
	dir := filepath.Dir(archive)
	june := publishedPaths(t, archive)
	december := maps.Clone(june)
	newer := fstest.MapFS{}
	for event, file := range map[string][2]string{
		"Clinical Summary.PatientPush": {"clinicalsummary/patientpush.json", "clinicalsummary_patientpush.2023-11.json"},
		"Clinical Summary.VisitPush":   {"clinicalsummary/visitpush.json", "clinicalsummary_visitpush.2023-12.json"},
	} {
		data, err := os.ReadFile(filepath.Join(dir, "newer", file[1]))
		require.NoError(t, err)
		newer[file[0]] = &fstest.MapFile{Data: data}
		december[event] = pathsOf(t, data)
	}
	only := make(map[string][]string)
	for _, event := range []string{"Clinical Summary.PatientPush", "Clinical Summary.VisitPush"} {
		only[event] = december[event]
	}
	before := generator.Options{Sources: []generator.Source{generator.Path(archive)}}
	after := generator.Options{Sources: []generator.Source{generator.Path(archive), generator.FS("newer", newer)}}
	few := generator.Options{Sources: []generator.Source{generator.FS("newer", newer)}}
	for _, tt := range []struct {
		name          string
		before, after generator.Options
		was, is       map[string][]string
		breaks        bool
	}{
		{"the same", before, before, june, june, false},
		{"June to December", before, after, june, december, false},
		{"almost all gone", before, few, june, only, true},
		{"almost all new", few, before, only, june, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := generator.Diff(context.Background(), tt.before, tt.after)
			require.NoError(t, err)
			var want, got pathChanges
			for event := range june {
				want.compare(event, tt.was[event], tt.is[event])
			}
			for _, c := range d.Schemas {
				got.add(c)
			}
			want.requireEqual(t, got)
			assert.Equal(t, tt.breaks, d.IsBreaking())
			t.Logf("%d added, %d removed", len(got.added), len(got.removed))
		})
	}
}

// publishedPaths returns the paths of the published schemas by event, which are also
// those of the table that comes with them.
func publishedPaths(t testing.TB, archive string) map[string][]string {
	t.Helper()
	dir := filepath.Dir(archive)
	wire := make(map[string]string)
	for _, row := range table(t, filepath.Join(dir, "events.tsv")) {
		wire[row[0]] = row[1] + "." + row[2]
	}
	inTable := make(map[string][]string)
	for _, row := range table(t, filepath.Join(dir, "fields.tsv")) {
		event := wire[row[0]+".json"]
		inTable[event] = append(inTable[event], row[1])
	}
	z, err := zip.OpenReader(archive)
	require.NoError(t, err)
	defer z.Close()
	paths := make(map[string][]string)
	for _, f := range z.File {
		event := wire[f.Name]
		if event == "" {
			continue
		}
		r, err := f.Open()
		require.NoError(t, err)
		data, err := io.ReadAll(r)
		require.NoError(t, err)
		paths[event] = pathsOf(t, data)
		assert.Equal(t, sorted(inTable[event]), sorted(paths[event]), event)
	}
	require.Len(t, paths, len(inTable))
	return paths
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// table returns the rows of a file of values that tabs separate.
func table(t testing.TB, file string) [][]string {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var rows [][]string
	for line := range strings.Lines(string(data)) {
		rows = append(rows, strings.Split(strings.TrimRight(line, "\r\n"), "\t"))
	}
	return rows
}
