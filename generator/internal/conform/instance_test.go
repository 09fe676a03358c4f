package conform

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/internal/testenv"
)

// instance makes a valid message of a schema. Optional members occur with the
// given probability.
func instance(n *schema.Node, r *rand.Rand, optional float64) any {
	switch {
	case n.Types.Has(schema.Object) && len(n.Properties) > 0:
		m := map[string]any{}
		for _, p := range n.Properties {
			if n.IsRequired(p.Name) || r.Float64() < optional {
				m[p.Name] = instance(p.Node, r, optional*0.9)
			}
		}
		return m
	case n.Types.Has(schema.Array):
		list := []any{}
		for range r.IntN(3) {
			if n.Items != nil {
				list = append(list, instance(n.Items, r, optional*0.8))
			} else {
				list = append(list, "x")
			}
		}
		return list
	case n.Types.Has(schema.Null) && r.IntN(6) == 0:
		return nil
	case n.Types.Has(schema.String):
		return words[r.IntN(len(words))]
	case n.Types.Has(schema.Number), n.Types.Has(schema.Integer):
		return json.Number(numbers[r.IntN(len(numbers))])
	case n.Types.Has(schema.Boolean):
		return r.IntN(2) == 0
	case n.Types.Has(schema.Object):
		return map[string]any{}
	default:
		return nil
	}
}

var (
	words   = []string{"", "a", "MR", "0000000001", "2023-02-27T22:09:03.585Z", "2015-01-01", "Müller \"x\"\n", "\u2028日本語", "true", "12"}
	numbers = []string{"0", "-0", "15", "1.50", "1e2", "123456789012345678901234567890", "-0.001", "2E-3"}
)

// odd returns values of every type, to put where they do not belong.
func odd(r *rand.Rand) any {
	values := []any{
		nil, true, false, "", "x", "7", json.Number("1"), json.Number("1.50"), json.Number("-2e5"),
		[]any{}, []any{nil}, []any{json.Number("1"), "a"}, map[string]any{}, map[string]any{"ID": "1"}, map[string]any{"x": []any{}},
	}
	return values[r.IntN(len(values))]
}

// mutate changes one place of a message: a member is dropped, nulled, retyped,
// nested, renamed or added, an element is inserted.
func mutate(doc any, r *rand.Rand) any {
	switch v := doc.(type) {
	case map[string]any:
		m := maps.Clone(v)
		names := slices.Sorted(maps.Keys(m))
		if len(names) == 0 || r.IntN(12) == 0 {
			m["Extra"+strconv.Itoa(r.IntN(3))] = odd(r)
			return m
		}
		name := names[r.IntN(len(names))]
		if descend(m[name]) && r.IntN(5) != 0 {
			m[name] = mutate(m[name], r)
			return m
		}
		mutateMember(m, name, r)
		return m
	case []any:
		list := slices.Clone(v)
		if len(list) == 0 || r.IntN(4) == 0 {
			return slices.Insert(list, r.IntN(len(list)+1), odd(r))
		}
		i := r.IntN(len(list))
		if descend(list[i]) && r.IntN(4) != 0 {
			list[i] = mutate(list[i], r)
		} else {
			list[i] = odd(r)
		}
		return list
	default:
		return odd(r)
	}
}

func descend(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		return len(v) > 0
	case []any:
		return len(v) > 0
	default:
		return false
	}
}

func mutateMember(m map[string]any, name string, r *rand.Rand) {
	switch r.IntN(7) {
	case 0:
		delete(m, name)
	case 1:
		m[name] = nil
	case 2, 3:
		m[name] = odd(r)
	case 4:
		m[name] = map[string]any{name: m[name]}
	case 5:
		m[name] = []any{m[name]}
	default:
		m[name+"_"] = m[name]
		delete(m, name)
	}
}

// random returns what a test chooses by for event i. REDOXGEN_SEED has it choose
// something else than usual.
func random(t testing.TB, usual uint64, i int) *rand.Rand {
	t.Helper()
	return rand.New(rand.NewPCG(testenv.Seed(t, usual), uint64(i)))
}
