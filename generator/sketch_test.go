package generator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/schema"
)

// sketch is a schema that can be changed and written as published schemas are:
// everything spelled out, no references and no annotations.
type sketch struct {
	types       schema.Types
	description string
	members     []member
	required    []string
	items       *sketch
}

type member struct {
	name  string
	value *sketch
}

// sketchOf copies a schema of the catalog, which uses no other keywords.
func sketchOf(n *schema.Node) *sketch {
	s := &sketch{types: n.Types, required: slices.Clone(n.Required)}
	for _, p := range n.Properties {
		s.members = append(s.members, member{p.Name, sketchOf(p.Node)})
	}
	if n.Items != nil {
		s.items = sketchOf(n.Items)
	}
	return s
}

// objects returns s and every object below it, in order.
func (s *sketch) objects() []*sketch {
	var list []*sketch
	if len(s.members) > 0 {
		list = append(list, s)
	}
	for _, m := range s.members {
		list = append(list, m.value.objects()...)
	}
	if s.items != nil {
		list = append(list, s.items.objects()...)
	}
	return list
}

// size counts the schemas that s consists of.
func (s *sketch) size() int {
	n := 1
	for _, m := range s.members {
		n += m.value.size()
	}
	if s.items != nil {
		n += s.items.size()
	}
	return n
}

func (s *sketch) has(name string) bool {
	return slices.ContainsFunc(s.members, func(m member) bool { return m.name == name })
}

// JSON writes s as a schema file.
func (s *sketch) JSON() []byte {
	var b bytes.Buffer
	s.write(&b)
	return b.Bytes()
}

func (s *sketch) write(b *bytes.Buffer) {
	var parts []string
	if types := typeNames(s.types); len(types) == 1 {
		parts = append(parts, fmt.Sprintf(`"type": %q`, types[0]))
	} else if len(types) > 1 {
		list, _ := json.Marshal(types)
		parts = append(parts, `"type": `+string(list))
	}
	if s.description != "" {
		parts = append(parts, fmt.Sprintf(`"description": %q`, s.description))
	}
	if len(s.required) > 0 {
		list, _ := json.Marshal(s.required)
		parts = append(parts, `"required": `+string(list))
	}
	if len(s.members) > 0 {
		var p bytes.Buffer
		for i, m := range s.members {
			if i > 0 {
				p.WriteString(",")
			}
			name, _ := json.Marshal(m.name)
			p.Write(append(name, ':'))
			m.value.write(&p)
		}
		parts = append(parts, `"properties": {`+p.String()+`}`)
	}
	if s.items != nil {
		var p bytes.Buffer
		s.items.write(&p)
		parts = append(parts, `"items": `+p.String())
	}
	b.WriteString("{" + strings.Join(parts, ", ") + "}")
}

func typeNames(t schema.Types) []string {
	var list []string
	for _, n := range []struct {
		t    schema.Types
		name string
	}{
		{schema.Object, "object"}, {schema.Array, "array"}, {schema.String, "string"}, {schema.Number, "number"},
		{schema.Integer, "integer"}, {schema.Boolean, "boolean"}, {schema.Null, "null"},
	} {
		if t.Has(n.t) {
			list = append(list, n.name)
		}
	}
	return list
}

// newWords make member names; together with names from elsewhere in the
// schemas they are what Redox might add.
var newWords = []string{"Preferred", "Urgency", "Pronoun", "Device", "Barcode", "Visit", "Location", "Provider", "Id", "Code", "Status",
	"DateTime", "Notes", "Addresses", "Patient", "Type", "type", "Validate", "String", "a-b", "a_b", "Portal", "Consent", "Identifiers"}

// invent makes a new optional value, at most depth levels deep; some are
// copies of what the schemas have elsewhere.
func invent(r *rand.Rand, pool []*sketch, depth int) *sketch {
	switch k := r.IntN(8); {
	case k < 2:
		return &sketch{types: schema.String | schema.Null}
	case k == 2:
		return &sketch{types: []schema.Types{schema.Number | schema.Null, schema.Boolean | schema.Null, schema.String, schema.Integer}[r.IntN(4)]}
	case k == 3 || depth == 0:
		return &sketch{types: schema.Array, items: []*sketch{{types: schema.String}, {}, {types: schema.Number | schema.Null}}[r.IntN(3)]}
	case k == 4:
		return pool[r.IntN(len(pool))]
	case k == 5:
		return &sketch{types: schema.Array, items: pool[r.IntN(len(pool))]}
	default:
		s := &sketch{types: schema.Object}
		for range 1 + r.IntN(4) {
			if name := inventName(r, pool); !s.has(name) {
				s.members = append(s.members, member{name, invent(r, pool, depth-1)})
			}
		}
		if k == 6 {
			return &sketch{types: schema.Array, items: s}
		}
		return s
	}
}

func inventName(r *rand.Rand, pool []*sketch) string {
	switch r.IntN(3) {
	case 0:
		return newWords[r.IntN(len(newWords))] + newWords[r.IntN(len(newWords))]
	case 1:
		return newWords[r.IntN(len(newWords))]
	default:
		o := pool[r.IntN(len(pool))]
		return o.members[r.IntN(len(o.members))].name
	}
}
