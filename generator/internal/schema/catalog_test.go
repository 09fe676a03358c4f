package schema

import (
	"cmp"
	"context"
	"encoding/csv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator/internal/source"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/schemas"
)

// fields lists what an event says: path, types and whether it is required, such as ".Patient.Identifiers[].ID" with `"string" required`.
func fields(e *Event) map[string]string {
	list := map[string]string{}
	var walk func(path string, n *Node, required bool)
	walk = func(path string, n *Node, required bool) {
		says := n.Types.JSON()
		if required {
			says += " required"
		}
		for _, name := range n.Required {
			if n.Property(name) == nil {
				says += " requires " + name
			}
		}
		for _, r := range n.Rules {
			says += " " + r.Keyword + "=" + r.Value
		}
		list[path] = says
		for i := range n.Properties {
			p := &n.Properties[i]
			walk(path+"."+p.Name, p.Node, n.IsRequired(p.Name))
		}
		if n.Items != nil {
			walk(path+"[]", n.Items, false)
		}
	}
	walk("", e.Root, false)
	return list
}

// published loads the schemas as Redox published them.
func published(t *testing.T, literal bool) *Set { return publishedWith(t, literal) }

// publishedWith loads the schemas as Redox published them, with layers over them.
func publishedWith(t *testing.T, literal bool, over ...source.Layer) *Set {
	t.Helper()
	layers := append([]source.Layer{source.Path(testenv.NeedsReference(t, "schemas.zip"))}, over...)
	set, diags := Load(context.Background(), Options{Literal: literal, Catalog: catalog(t, false), Layers: layers})
	require.False(t, diags.HasErrors(), "%v", diags.Sorted())
	return set
}

// december2023 are overlays that state what the catalog has beyond schemas.zip.
var december2023 = source.Path(filepath.Join("..", "..", "testdata", "december2023"))

// additions returns what these overlays add, by event file, in the form of fields.
func additions(t *testing.T) map[string]map[string]string {
	t.Helper()
	added := map[string]map[string]string{}
	june := published(t, true).Events
	for i, e := range publishedWith(t, true, december2023).Events {
		before, now := fields(june[i]), fields(e)
		maps.DeleteFunc(now, func(path, says string) bool { return before[path] == says })
		if len(now) > 0 {
			added[e.File] = now
		}
	}
	return added
}

// TestAdditionsArePublished compares what the catalog has beyond schemas.zip
// with the two schemas that Redox published later.
func TestAdditionsArePublished(t *testing.T) {
	before := map[string]*Event{}
	for _, e := range published(t, true).Events {
		before[e.File] = e
	}
	later, diags := Load(context.Background(), Options{Literal: true, Catalog: catalog(t, true), Layers: []source.Layer{source.FS("newer", fstest.MapFS{
		"clinicalsummary/patientpush.json": {Data: read(t, testenv.NeedsReference(t, "newer/clinicalsummary_patientpush.2023-11.json"))},
		"clinicalsummary/visitpush.json":   {Data: read(t, testenv.NeedsReference(t, "newer/clinicalsummary_visitpush.2023-12.json"))},
	})}})
	require.False(t, diags.HasErrors(), "%v", diags.Sorted())
	require.Len(t, later.Events, 2)
	added := additions(t)
	require.Len(t, added, 4)
	for _, e := range later.Events {
		want := fields(e)
		maps.DeleteFunc(want, func(path, says string) bool {
			old, ok := fields(before[e.File])[path]
			assert.True(t, !ok || old == says, "%s%s", e.File, path)
			return ok
		})
		assert.Equal(t, want, added[e.File], e.File)
		var gone []string
		for path := range fields(before[e.File]) {
			if _, ok := fields(e)[path]; !ok {
				gone = append(gone, path)
			}
		}
		slices.Sort(gone)
		assert.Equal(t, []string{".Meta.Message", ".Meta.Message.ID", ".Meta.Transmission", ".Meta.Transmission.ID"}, gone, "the catalog keeps what may still arrive")
		response := strings.Replace(e.File, "push", "queryresponse", 1)
		assert.Equal(t, added[e.File], added[response], "%s answers with the document that %s has", response, e.File)
	}
	assert.Len(t, added["clinicalsummary/patientpush.json"], 19)
	assert.Len(t, added["clinicalsummary/visitpush.json"], 30)
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

// TestCatalogConforms compares the catalog with what Redox published, field by
// field: schemas.zip, and what later schemas add.
func TestCatalogConforms(t *testing.T) {
	for name, literal := range map[string]bool{"literal": true, "corrected": false} {
		t.Run(name, func(t *testing.T) {
			want, got := publishedWith(t, literal, december2023), catalog(t, literal)
			require.Len(t, got.Events, 111)
			require.Len(t, want.Events, len(got.Events))
			total := 0
			for i, e := range want.Events {
				require.Equal(t, e.File, got.Events[i].File)
				assert.Equal(t, e.Info, got.Events[i].Info, e.File)
				assert.True(t, e.Known)
				f := fields(e)
				total += len(f)
				compare(t, e.File, f, fields(got.Events[i]))
			}
			assert.Greater(t, total, 25_644, "every field of the reference table, and the roots and items")
		})
	}
}

// compare reports the fields in which two events differ.
func compare(t *testing.T, file string, want, got map[string]string) {
	t.Helper()
	paths := slices.Collect(maps.Keys(want))
	for path := range got {
		if _, ok := want[path]; !ok {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	for _, path := range paths {
		assert.Equal(t, want[path], got[path], "%s%s", file, path)
	}
}

// TestCorrectionsAreTheOnlyDifference counts what the corrections change.
func TestCorrectionsAreTheOnlyDifference(t *testing.T) {
	for name, sets := range map[string][2]*Set{
		"catalog":   {catalog(t, true), catalog(t, false)},
		"published": {published(t, true), published(t, false)},
	} {
		t.Run(name, func(t *testing.T) {
			changes := map[string]int{}
			for i, e := range sets[0].Events {
				before, after := fields(e), fields(sets[1].Events[i])
				require.Equal(t, slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after)))
				for path := range before {
					if before[path] != after[path] {
						changes[before[path]+" → "+after[path]]++
					}
				}
			}
			assert.Equal(t, map[string]int{
				`"null" → ["string","null"]`: 89,
				`[] → ["string","null"]`:     871,
			}, changes)
			for _, e := range sets[1].Events {
				for path, says := range fields(e) {
					assert.NotContains(t, says, `"null" `, "%s%s", e.File, path)
					assert.NotEqual(t, `[]`, says, "%s%s", e.File, path)
				}
			}
		})
	}
}

func TestEveryCorrectionIsNeeded(t *testing.T) {
	list, err := catalogCorrections()
	require.NoError(t, err)
	used := map[string]bool{}
	seen := map[*Node]bool{}
	for _, e := range catalog(t, false).Events {
		visit(e.Root, seen, func(n *Node) {
			if n.Corrected != nil {
				used[n.Corrected.File+n.Corrected.Pointer] = true
			}
		})
	}
	for _, c := range list {
		assert.True(t, used[c.File+c.Pointer], "the correction of %s %s corrects nothing", c.File, c.Pointer)
		assert.NotEmpty(t, c.Reason, c.Pointer)
	}
	assert.Len(t, used, len(list), "no correction is stated twice")
}

// TestNamesAreThoseOnTheWire compares names, kind and response with the reference table.
func TestNamesAreThoseOnTheWire(t *testing.T) {
	f, err := os.Open(testenv.NeedsReference(t, "events.tsv"))
	require.NoError(t, err)
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = '\t'
	rows, err := r.ReadAll()
	require.NoError(t, err)
	want := map[string]Info{}
	for _, row := range rows[1:] {
		want[row[0]] = Info{DataModel: row[1], EventType: row[2], Kind: row[3], Response: row[4]}
	}
	got := map[string]Info{}
	for _, e := range catalog(t, false).Events {
		got[e.File] = e.Info
	}
	assert.Equal(t, want, got)
	assert.Equal(t, want, catalog(t, false).infos(), "what sources without names of their own are told")
}

func TestValueSetsBelongToFields(t *testing.T) {
	sets, err := schemas.ValueSets()
	require.NoError(t, err)
	loaded := catalog(t, false)
	events := map[string]bool{}
	texts := map[string]bool{} // package.Concept.Field of every member that may be a string
	seen := map[*Node]bool{}
	for _, e := range loaded.Events {
		events[e.File] = true
		visit(e.Root, seen, func(n *Node) {
			for _, p := range n.Properties {
				if p.Node.Types.Has(String) {
					texts[n.Concept+"."+p.Name] = true
				}
			}
		})
	}
	for _, s := range sets {
		require.NotEmpty(t, s.Fields, s.Name)
		packages := map[string]bool{}
		for _, f := range s.Fields {
			assert.True(t, texts[f], "%s.%s: no event has a text field %s", s.Package, s.Name, f)
			packages[strings.Split(f, ".")[0]] = true
		}
		want := "common"
		if len(packages) == 1 {
			want = slices.Collect(maps.Keys(packages))[0]
		}
		assert.Equal(t, want, s.Package, "%s belongs to the data model of its fields", s.Name)
		for _, e := range s.Events {
			assert.True(t, events[e], "%s: no event %s", s.Name, e)
		}
	}
}

// TestCatalogIsDocumented keeps the catalog readable: every event says what it
// is, and every member of a concept does in one of the concept's variants.
func TestCatalogIsDocumented(t *testing.T) {
	documented := map[string]bool{}
	seen := map[*Node]bool{}
	for _, e := range catalog(t, false).Events {
		assert.NotEmpty(t, e.Root.Title, e.File)
		assert.NotEmpty(t, e.Root.Description, e.File)
		visit(e.Root, seen, func(n *Node) {
			for _, p := range n.Properties {
				member := cmp.Or(n.Concept, n.Pos.String()) + "." + p.Name
				documented[member] = documented[member] || p.Description != ""
			}
		})
	}
	var missing []string
	for member, ok := range documented {
		if !ok {
			missing = append(missing, member)
		}
	}
	slices.Sort(missing)
	assert.Empty(t, missing)
}
