package program

import (
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/redoxgen/redoxgen/internal/fieldpath"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/alloc"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Program is what a struct type was compiled to. It is safe for concurrent use.
type Program struct {
	Root *Node // of the message
	// Plain returns the node of the struct type outside of any event.
	Plain   func() *Node
	Learned *alloc.Learned
	// Conversions are those of package convert to the type, by program of the other.
	Conversions sync.Map
}

func newProgram(root *Node, plain func() *Node) *Program {
	return &Program{Root: root, Plain: plain, Learned: alloc.NewLearned()}
}

// Compile compiles an event's struct. Outline and rules come from generated
// code, so a contradiction between them and the type is a fault of the
// generator, and Compile panics.
func Compile(t reflect.Type, outline []Outline, rules []SchemaRule) *Program {
	c := &compiler{outline: make(map[string][]outlineName, len(outline)), rules: make(map[string][]SchemaRule)}
	c.addOutline(outline, "")
	for _, r := range rules {
		c.rules[r.At] = append(c.rules[r.At], r)
	}
	root := c.node(t, "", jsontext.TypeObject, false)
	root.markMayViolate(make(map[*Node]bool))
	root.markRequires(make(map[*Node]bool))
	return newProgram(root, func() *Node { return plainNode(t) })
}

// compiler compiles one struct type.
type compiler struct {
	outline  map[string][]outlineName
	rules    map[string][]SchemaRule
	lenient  bool // no schema governs the type: everything is allowed
	interned map[string]*Node
}

// node compiles the value of type t at path at. allowed is what the schema
// allows there unless a rule says otherwise.
func (c *compiler) node(t reflect.Type, at string, allowed jsontext.Types, required bool) *Node {
	if c.lenient {
		return plainNode(t)
	}
	return c.intern(c.compile(t, at, allowed, required))
}

// compile is node without sharing equal nodes.
func (c *compiler) compile(t reflect.Type, at string, allowed jsontext.Types, required bool) *Node {
	if n := c.bySchema(t, at); n != nil {
		return n
	}
	n := &Node{Kind: kindOf(t), Types: allowed, goType: t, Type: mem.TypeOf(t)}
	if c.lenient {
		n.Types = jsontext.AnyType
	}
	switch n.Kind {
	case KindObject:
		n.Object = c.object(t, at)
	case KindSlice:
		n.Slice, n.SliceID = mem.SliceOf(t), alloc.SliceID(t)
		n.Elem = c.node(t.Elem(), at+"[]", kindOf(t.Elem()).DefaultTypes(false), false)
	case KindNone, KindPreserved:
		panic(fmt.Sprintf("redox: %s: no codec for Go type %s", at, t))
	}
	c.apply(n, at, required)
	return n
}

// bySchema compiles a value whose Go type does not fit its schema, as when a field
// keeps its type although the schema changed. The rule "schema" decides what is
// valid, and the Go type takes what it can. It returns nil for all other values.
func (c *compiler) bySchema(t reflect.Type, at string) *Node {
	i := slices.IndexFunc(c.rules[at], func(r SchemaRule) bool { return r.Keyword == "schema" })
	if i < 0 || kindOf(t) == KindRaw {
		return nil
	}
	n := *plainNode(t)
	if err := n.applyRule("schema", c.rules[at][i].Value); err != nil {
		panic(fmt.Sprintf("redox: rule schema at %q: %v", at, err))
	}
	return &n
}

// object compiles the members of struct t: first those that the outline lists,
// in its order, then those that the event does not have.
func (c *compiler) object(t reflect.Type, at string) *Object {
	o := &Object{Lenient: c.lenient}
	fields := c.fields(t)
	c.conceptRules(t, at)
	for _, in := range c.outline[at] {
		f, ok := fields.byName[in.name]
		if !ok {
			panic(fmt.Sprintf("redox: outline of %q names %q, which %s does not have", at, in.name, t))
		}
		var m Member
		if in.required {
			m.Flags |= Required
			o.require(len(o.Names))
		}
		c.add(o, m, f, t, fields, at, in.required)
		fields.done[f] = true
	}
	for f := range fields.names {
		if fields.done[f] {
			continue
		}
		if c.lenient {
			c.add(o, Member{}, f, t, fields, at, false)
			continue
		}
		outside := &compiler{lenient: true}
		outside.add(o, Member{Flags: NotInEvent}, f, t, fields, at, false)
	}
	o.finish()
	return o
}

// structFields is a generated struct's fields without redox.Object.
type structFields struct {
	names  []string
	index  []int // of reflect
	byName map[string]int
	done   []bool
}

// fields returns the fields of a generated struct.
func (c *compiler) fields(t reflect.Type) structFields {
	s := structFields{byName: make(map[string]int, t.NumField())}
	if t.NumField() == 0 || kindOf(t.Field(0).Type) != KindPreserved {
		panic(fmt.Sprintf("redox: %s does not begin with redox.Object", t))
	}
	for i := 1; i < t.NumField(); i++ {
		name, ok := t.Field(i).Tag.Lookup("json")
		if !ok {
			panic(fmt.Sprintf("redox: field %s of %s has no json tag", t.Field(i).Name, t))
		}
		s.byName[name] = len(s.names)
		s.names = append(s.names, name)
		s.index = append(s.index, i)
	}
	s.done = make([]bool, len(s.names))
	return s
}

// add appends m as the member of struct t that is its field f.
func (c *compiler) add(o *Object, m Member, f int, t reflect.Type, fields structFields, at string, required bool) {
	ft := t.Field(fields.index[f])
	m.Field = mem.FieldOf(t, fields.index[f])
	m.Node = c.node(ft.Type, fieldpath.Member(at, fields.names[f]), kindOf(ft.Type).DefaultTypes(required), required)
	m.Kind = m.Node.Kind
	if m.Node.retired {
		m.Flags |= Retired
	}
	o.append(m, fields.names[f], f)
}
