package generator_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/internal/testenv"
)

// evolution is a catalog that grows as Redox lets its data models grow.
type evolution struct {
	r      *rand.Rand
	events map[string]*sketch // by file
	files  []string           // of all events, in order
	pool   []*sketch          // objects to take names and shapes from
	edited map[string]bool    // files that differ from the catalog
}

func evolve(t testing.TB, r *rand.Rand) *evolution {
	set, diags := schema.Load(context.Background(), schema.Options{})
	require.False(t, diags.HasErrors())
	e := &evolution{r: r, events: make(map[string]*sketch), edited: make(map[string]bool)}
	for _, ev := range set.Events {
		s := sketchOf(ev.Root)
		e.events[ev.File] = s
		e.files = append(e.files, ev.File)
		for _, o := range sketchOf(ev.Root).objects() {
			if o.size() <= 40 {
				e.pool = append(e.pool, o)
			}
		}
	}
	return e
}

// step makes one additive change and says what it did.
func (e *evolution) step() string {
	file := e.files[e.r.IntN(len(e.files))]
	switch e.r.IntN(10) {
	case 0:
		return e.newEvent(path.Dir(file))
	case 1:
		return e.newEvent(fmt.Sprintf("model%c%c", 'a'+rune(e.r.IntN(26)), 'a'+rune(e.r.IntN(26))))
	case 2:
		return e.dropRequired(file)
	case 3, 4:
		return e.addEverywhere(file)
	default:
		return e.addMember(file)
	}
}

// newEvent adds an event made of parts that exist.
func (e *evolution) newEvent(dir string) string {
	file := fmt.Sprintf("%s/%s%c.json", dir, []string{"audit", "new", "visitsync", "query"}[e.r.IntN(4)], 'a'+rune(e.r.IntN(26)))
	if e.events[file] != nil {
		return "nothing: " + file + " exists"
	}
	s := &sketch{types: schema.Object, required: []string{"Meta"}}
	like := e.events[e.files[e.r.IntN(len(e.files))]]
	s.members = append(s.members, like.members...)
	if name := inventName(e.r, e.pool); !s.has(name) {
		s.members = append(s.members, member{name, invent(e.r, e.pool, 2)})
	}
	s.required = slices.DeleteFunc(s.required, func(n string) bool { return !s.has(n) })
	e.events[file] = (&sketch{items: s}).clone().items
	e.files = append(e.files, file)
	e.edited[file] = true
	return "new event " + file
}

// dropRequired makes a required member optional.
func (e *evolution) dropRequired(file string) string {
	objects := slices.DeleteFunc(e.events[file].objects(), func(o *sketch) bool { return len(o.required) == 0 })
	if len(objects) == 0 {
		return "nothing: " + file + " requires nothing"
	}
	o := objects[e.r.IntN(len(objects))]
	i := e.r.IntN(len(o.required))
	name := o.required[i]
	o.required = slices.Delete(o.required, i, i+1)
	e.edited[file] = true
	return "no longer required in " + file + ": " + name
}

// addMember adds an optional member to an object of one event.
func (e *evolution) addMember(file string) string {
	objects := e.events[file].objects()
	i := e.r.IntN(len(objects))
	name := inventName(e.r, e.pool)
	if objects[i].has(name) {
		return "nothing: " + name + " exists"
	}
	v := invent(e.r, e.pool, 2)
	objects[i].add(e.r, name, v)
	e.edited[file] = true
	return fmt.Sprintf("new member %s in object %d of %s: %s", name, i, file, v.JSON())
}

// addEverywhere adds an optional member to the objects of one name in all
// events of a data model.
func (e *evolution) addEverywhere(file string) string {
	root := e.events[file]
	m := root.members[e.r.IntN(len(root.members))].name
	name := inventName(e.r, e.pool)
	v := invent(e.r, e.pool, 2)
	for _, f := range e.files {
		if path.Dir(f) != path.Dir(file) {
			continue
		}
		for _, r := range e.events[f].members {
			if o := r.value; r.name == m && len(o.members) > 0 && !o.has(name) {
				o.add(e.r, name, v.clone())
				e.edited[f] = true
			}
		}
	}
	return fmt.Sprintf("new member %s in every %s of %s: %s", name, m, path.Dir(file), v.JSON())
}

// add puts a member anywhere among the others.
func (s *sketch) add(r *rand.Rand, name string, v *sketch) {
	s.members = slices.Insert(s.members, r.IntN(len(s.members)+1), member{name, v.clone()})
}

func (s *sketch) clone() *sketch {
	c := &sketch{types: s.types, required: slices.Clone(s.required)}
	for _, m := range s.members {
		c.members = append(c.members, member{m.name, m.value.clone()})
	}
	if s.items != nil {
		c.items = s.items.clone()
	}
	return c
}

// source is the catalog with what was edited laid over it.
func (e *evolution) source() []generator.Source {
	if len(e.edited) == 0 {
		return nil
	}
	files := fstest.MapFS{}
	for f := range e.edited {
		files[f] = &fstest.MapFile{Data: e.events[f].JSON()}
	}
	return []generator.Source{generator.Catalog(), generator.FS("edited", files)}
}

// Additive changes to the schemas are additive changes to the Go API: one at a
// time and several at once, one generation after the other, each with the name
// lock of the one before.
func TestStability(t *testing.T) {
	chains, changes := 2, 10
	if testenv.Long() {
		chains, changes = 6, 50
	}
	base, from := catalog(t), testenv.Seed(t, rand.Uint64())
	for i := range chains {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			grow(t, rand.New(rand.NewPCG(from, uint64(i))), base, changes)
		})
	}
}

// grow makes so many changes, in steps of one or several, and compares the API
// after each step with that before.
func grow(t *testing.T, r *rand.Rand, base *generator.Result, changes int) {
	e := evolve(t, r)
	check := checker{importPath: generator.DefaultImportPath, onlyAPI: true}
	before := check.check(t, base)
	result := base
	generations := 0
	for made := 0; made < changes; generations++ {
		var steps []string
		for range []int{1, 1, 6, 12}[r.IntN(4)] {
			steps = append(steps, e.step())
		}
		made += len(steps)
		next, err := generator.Generate(context.Background(), generator.Options{Sources: e.source(), Lock: result.Lock})
		require.NoError(t, err, strings.Join(steps, "\n"))
		require.False(t, next.HasErrors(), "%s\n%v", strings.Join(steps, "\n"), next.Diagnostics)
		after := check.check(t, next)
		requireCompatible(t, before, after)
		if t.Failed() {
			t.Fatalf("after\n%s", strings.Join(steps, "\n"))
		}
		before, result = after, next
	}
	whole := checker{importPath: generator.DefaultImportPath}
	whole.check(t, result)
	t.Logf("%d changes in %d generations", changes, generations)
}
