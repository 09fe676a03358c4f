package generator_test

import (
	"context"
	"go/types"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/exp/apidiff"

	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/internal/fieldpath"
	"github.com/redoxgen/redoxgen/internal/testenv"
)

// place is a member of an object of an event.
type place struct {
	path   string
	object *sketch
	name   string
}

// places returns every member below s.
func (s *sketch) places(path string) []place {
	var list []place
	for _, m := range s.members {
		at := fieldpath.Member(path, m.name)
		list = append(list, place{at, s, m.name})
		list = append(list, m.value.places(at)...)
	}
	if s.items != nil {
		list = append(list, s.items.places(path+"[]")...)
	}
	return list
}

// change makes one change, and reports whether it is one.
func (p place) change(rule generator.Rule, value *sketch) bool {
	o := p.object
	i := slices.IndexFunc(o.members, func(m member) bool { return m.name == p.name })
	switch rule {
	case generator.MemberRemoved:
		o.members = slices.Delete(o.members, i, i+1)
		o.required = slices.DeleteFunc(o.required, func(n string) bool { return n == p.name })
		return true
	case generator.MemberTypeChanged:
		if o.members[i].value.types == value.types {
			return false
		}
		o.members[i].value = value.clone()
		return true
	default:
		if slices.Contains(o.required, p.name) {
			return false
		}
		o.required = append(o.required, p.name)
		return true
	}
}

// disturbance is a catalog that changes as Redox promises not to change it.
type disturbance struct {
	*evolution
	wire    map[string]string   // names of events by file
	changed map[string][]string // paths by file
	named   []generator.SchemaChange
}

// step removes or retypes a member or makes it required, in one event or in all that
// have it, and reports whether it did.
func (d *disturbance) step() bool {
	r := d.r
	files := []string{d.files[r.IntN(len(d.files))]}
	list := d.events[files[0]].places("")
	path := list[r.IntN(len(list))].path
	if r.IntN(3) == 0 {
		files = d.files
	}
	rule := []generator.Rule{generator.MemberRemoved, generator.MemberTypeChanged, generator.MemberRequired}[r.IntN(3)]
	value := []*sketch{
		{types: schema.String}, {types: schema.Number | schema.Null}, {types: schema.Boolean},
		{types: schema.Array, items: &sketch{types: schema.String}},
		{types: schema.Object, members: []member{{"Portal", &sketch{types: schema.String}}}},
	}[r.IntN(5)]
	done := false
	for _, file := range files {
		if slices.ContainsFunc(d.changed[file], func(p string) bool { return strings.HasPrefix(p, path) || strings.HasPrefix(path, p) }) {
			continue // one change could undo the other
		}
		list := d.events[file].places("")
		if i := slices.IndexFunc(list, func(p place) bool { return p.path == path }); i >= 0 && list[i].change(rule, value) {
			d.edited[file] = true
			d.changed[file] = append(d.changed[file], path)
			d.named = append(d.named, generator.SchemaChange{Rule: rule, Event: d.wire[file], Path: path})
			done = true
		}
	}
	return done
}

// Diff names every random change and no other path, and calls breaking what apidiff
// calls incompatible on code that is generated with the name lock of before.
func TestDiffAgreesWithAPIDiff(t *testing.T) {
	changes, together := 12, []int{12}
	if testenv.Long() {
		changes, together = 300, []int{4, 30, 60}
	}
	r := rand.New(rand.NewPCG(testenv.Seed(t, rand.Uint64()), 0))
	wire, paths := make(map[string]string), make(map[string][]string)
	set, diags := schema.Load(context.Background(), schema.Options{})
	require.False(t, diags.HasErrors())
	for _, e := range set.Events {
		wire[e.File] = e.Info.Wire().String()
		paths[e.File] = pathsOf(t, sketchOf(e.Root).JSON())
	}
	documented := documentedEffects(t)
	base := catalog(t)
	api := checker{importPath: generator.DefaultImportPath, onlyAPI: true}
	before := api.check(t, base)
	sets, breaking := 0, 0
	for made := 0; made < changes; sets++ {
		x := &disturbance{evolution: evolve(t, r), wire: wire, changed: make(map[string][]string)}
		for range min(together[r.IntN(len(together))], changes-made) {
			if x.step() {
				made++
			}
		}
		for range r.IntN(3) {
			if file := x.files[r.IntN(len(x.files))]; !x.edited[file] {
				x.addMember(file)
			}
		}
		d, err := generator.Diff(context.Background(), generator.Options{}, generator.Options{Sources: x.source()})
		require.NoError(t, err)
		next := generate(t, generator.Options{Sources: x.source(), Lock: base.Lock, AllowBreaking: true})
		var want, got pathChanges
		for file := range x.edited {
			want.compare(wire[file], paths[file], pathsOf(t, x.events[file].JSON()))
		}
		stated := make(map[generator.SchemaChange]bool)
		for _, c := range d.Schemas {
			got.add(c)
			stated[generator.SchemaChange{Rule: c.Rule, Event: c.Event, Path: c.Path}] = true
			require.Contains(t, documented[c.Rule], c.Effect, "%+v", c)
		}
		for _, c := range x.named {
			require.True(t, stated[c], "%v is not named", c)
		}
		want.requireEqual(t, got)
		expected, renamed := incompatible(before, api.check(t, next))
		symbols := breakingSymbols(d, renamed)
		require.Equal(t, expected, symbols, "after %v", x.named)
		breaking += len(symbols)
	}
	t.Logf("%d changes in %d sets of schemas; %d symbols broke", changes, sets, breaking)
}

// breakingSymbols returns what d calls breaking, in order; of renamed types these
// themselves in place of what had them.
func breakingSymbols(d *generator.Difference, renamed map[string]*regexp.Regexp) []string {
	list := []string{}
	for _, c := range d.Go {
		if c.Effect == generator.Breaking {
			list = append(list, renamedIn(c.Go, c.Old, renamed))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// incompatible returns the symbols that apidiff calls incompatible, as Diff spells
// them, and types that it takes for renamed though they stay, because a field that had
// one has another type now: it reports such a type in place of the field.
func incompatible(before, after map[string]*checked) ([]string, map[string]*regexp.Regexp) {
	list, renamed := []string{}, make(map[string]*regexp.Regexp)
	for dir, old := range before {
		now := after[dir]
		if now == nil {
			list = append(list, dir)
			continue
		}
		changes := slices.DeleteFunc(apidiff.Changes(old.pkg, now.pkg).Changes, func(c apidiff.Change) bool { return c.Compatible })
		for _, c := range changes {
			name, what, _ := strings.Cut(c.Message, ": ")
			if o := now.pkg.Scope().Lookup(name); o != nil && strings.HasPrefix(what, "changed from ") {
				if _, ok := o.Type().Underlying().(*types.Struct); ok {
					renamed[old.pkg.Name()+"."+name] = regexp.MustCompile(`\b` + name + `\b`)
				}
			}
		}
		for _, c := range changes {
			name, what, _ := strings.Cut(c.Message, ": ")
			name = strings.NewReplacer("(*", "", "(", "", ")", "").Replace(name)
			list = append(list, renamedIn(old.pkg.Name()+"."+name, what, renamed))
		}
	}
	slices.Sort(list)
	return slices.Compact(list), renamed
}

// renamedIn returns the renamed type of the package of a symbol that its old type
// mentions, or else the symbol.
func renamedIn(symbol, what string, renamed map[string]*regexp.Regexp) string {
	for name, word := range renamed {
		if pkg, _, _ := strings.Cut(name, "."); name == symbol || strings.HasPrefix(symbol, pkg+".") && word.MatchString(what) {
			return name
		}
	}
	return symbol
}
