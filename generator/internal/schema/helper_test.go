package schema

import (
	"context"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/source"
)

type files map[string]string

func (f files) layer(name string) source.Layer {
	fsys := fstest.MapFS{}
	for path, text := range f {
		fsys[path] = &fstest.MapFile{Data: []byte(text)}
	}
	return source.FS(name, fsys)
}

// load loads files as the layer "s".
func load(f files) (*Set, []string) {
	known, _ := corrected()
	set, diags := Load(context.Background(), Options{Catalog: known, Layers: []source.Layer{f.layer("s")}})
	return set, lines(diags)
}

func lines(diags *diag.List) []string {
	var lines []string
	for _, d := range diags.Sorted() {
		lines = append(lines, d.String())
	}
	return lines
}

// named puts the names that no catalog has to supply in front of a schema's members.
func named(members string) string {
	return `{"x-redox-event": {"dataModel": "M", "eventType": "E", "kind": "notification"},` + members + `}`
}

// loadOne loads a valid schema and returns its root.
func loadOne(t *testing.T, members string) *Node {
	t.Helper()
	set, diags := load(files{"m/e.json": named(members)})
	require.Empty(t, diags)
	require.Len(t, set.Events, 1)
	return set.Events[0].Root
}

// catalog returns the embedded catalog, loaded once for all tests.
func catalog(t *testing.T, literal bool) *Set {
	t.Helper()
	loaded := corrected
	if literal {
		loaded = uncorrected
	}
	set, diags := loaded()
	require.Empty(t, diags)
	return set
}

var (
	corrected   = sync.OnceValues(func() (*Set, []string) { return loadCatalog(false) })
	uncorrected = sync.OnceValues(func() (*Set, []string) { return loadCatalog(true) })
)

func loadCatalog(literal bool) (*Set, []string) {
	set, diags := Load(context.Background(), Options{Literal: literal})
	return set, lines(diags)
}
