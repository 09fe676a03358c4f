package generator_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/internal/testenv"
)

// A first run gives what the next one gives, which has its name lock, whatever
// the schemas: what is up to date is so at once.
func TestRerun(t *testing.T) {
	from, sets := testenv.Seed(t, rand.Uint64()), 8
	if testenv.Long() {
		sets = 40
	}
	for i := range sets {
		r := rand.New(rand.NewPCG(from, uint64(i)))
		files := randomSchemas(r)
		o := generator.Options{Sources: []generator.Source{generator.FS("in", files)}, ImportPath: goldenImportPath}
		first, err := generator.Generate(context.Background(), o)
		require.NoError(t, err)
		require.False(t, first.HasErrors(), "%v\n%s", first.Diagnostics, listing(files))
		o.Lock = first.Lock
		second, err := generator.Generate(context.Background(), o)
		require.NoError(t, err)
		require.False(t, second.HasErrors(), "set %d: %v\n%s", i, second.Diagnostics, listing(files))
		same := assert.Equal(t, string(first.Lock), string(second.Lock))
		if a, b := contents(first), contents(second); same && !assert.ObjectsAreEqual(a, b) {
			for _, name := range sortedNames(a) {
				assert.Equal(t, a[name], b[name], name)
			}
			for name := range b {
				assert.Contains(t, a, name)
			}
			same = false
		}
		if !same {
			t.Fatalf("set %d of seed %d\n%s", i, from, listing(files))
		}
	}
}

func listing(files fstest.MapFS) string {
	var b strings.Builder
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&b, "-- %s --\n%s\n", name, files[name].Data)
	}
	return b.String()
}

// randomSchemas are a few events of a few data models, made of objects that
// resemble each other: which of them are one concept is open.
func randomSchemas(r *rand.Rand) fstest.MapFS {
	var pool []*sketch
	for range 6 {
		o := &sketch{types: schema.Object}
		for range 2 + r.IntN(4) {
			if name := randomName(r); !o.has(name) {
				o.members = append(o.members, member{name, randomValue(r, pool, 2)})
			}
		}
		pool = append(pool, o)
	}
	files := fstest.MapFS{}
	for m := range 1 + r.IntN(3) {
		for e := range 1 + r.IntN(3) {
			root := &sketch{types: schema.Object}
			for range 2 + r.IntN(4) {
				if name := randomName(r); !root.has(name) {
					root.members = append(root.members, member{name, randomValue(r, pool, 3)})
				}
			}
			root.describe(r)
			files[fmt.Sprintf("m%d/e%d.json", m, e)] = &fstest.MapFile{Data: root.JSON()}
		}
	}
	return files
}

var fewNames = []string{"Visit", "Patient", "Order", "Orders", "Item", "Items", "Code", "Codes", "Provider", "Location", "Status", "ID", "When", "Note", "Patients"}

func randomName(r *rand.Rand) string { return fewNames[r.IntN(len(fewNames))] }

// randomValue is a scalar, an object of the pool, often with a member more or
// less, or an array of one of these.
func randomValue(r *rand.Rand, pool []*sketch, depth int) *sketch {
	switch k := r.IntN(8); {
	case k < 3 || depth == 0:
		return &sketch{types: []schema.Types{schema.String, schema.String | schema.Null, schema.Number, schema.Boolean, 0, schema.String | schema.Number}[r.IntN(6)]}
	case k == 3:
		return &sketch{types: schema.Array, items: randomValue(r, pool, depth-1)}
	case len(pool) > 0 && k < 7:
		o := pool[r.IntN(len(pool))].clone()
		if r.IntN(2) == 0 {
			if name := randomName(r); !o.has(name) {
				o.add(r, name, randomValue(r, pool, depth-1))
			}
		}
		if len(o.members) > 1 && r.IntN(3) == 0 {
			o.members = slices.Delete(o.members, 0, 1)
		}
		return o
	default:
		o := &sketch{types: schema.Object}
		for range 1 + r.IntN(3) {
			if name := randomName(r); !o.has(name) {
				o.members = append(o.members, member{name, randomValue(r, pool, depth-1)})
			}
		}
		return o
	}
}

// describe gives some schemas below s a description of their own.
func (s *sketch) describe(r *rand.Rand) {
	if r.IntN(2) == 0 {
		s.description = fmt.Sprintf("Description %d.", r.IntN(1000))
	}
	for _, m := range s.members {
		m.value.describe(r)
	}
	if s.items != nil {
		s.items.describe(r)
	}
}
