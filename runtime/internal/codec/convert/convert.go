package convert

import (
	"reflect"
	"strconv"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/decode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/encode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Struct sets the struct at dst, which is zero and of to's type, to what the
// struct at src, of from's type, holds: members of the same names, and those
// without a field as unknown members. Both are programs of program.Plain. It reports false,
// and may leave dst half set, if only Text can do that: src preserves values
// of a wrong type, or the kinds of members differ. It does not let dst escape.
func Struct(to *program.Program, dst mem.Ptr, from *program.Program, src mem.Ptr) bool {
	return conversionOf(to, from).run(dst, src)
}

// Text is Struct for all structs: it encodes *src and decodes that.
func Text(to *program.Program, dst mem.Ptr, from *program.Program, src mem.Ptr) {
	text, err := encode.Append(from, nil, src)
	if err == nil {
		_ = decode.Unmarshal(to, text, dst) // the text is JSON; what is not an object stays zero
	}
}

// conversion is how structs of one type become structs of another.
type conversion struct {
	to       *program.Program
	from     *program.Program
	moves    []move
	lists    []move // of slices
	lacks    bool   // to has members that from has not
	shares   bool   // the same scalars in the same order: what is preserved may be shared
	block    mem.Type
	whole    mem.Type // block with room for a copy of the source
	preserve mem.Field
	copied   mem.Field
}

// move is what becomes of a member.
type move struct {
	from, to *program.Member // to is nil if there is no such member
	source   int             // index of the field in the source
	field    int             // and in the result
	unlike   bool            // there is a member of the name, but not of the kind
	nested   *conversion
	array    mem.Field // in the block, for one element
}

// block is what the result of a conversion needs beside its fields, allocated
// together. Arrays for lists of one element, and a copy of the source, follow.
type block struct {
	kept   preserved.Preserved
	rest   preserved.Rare
	source source
}

// source is where unknown members of a converted struct are read from when they
// are asked for: most are not.
type source struct {
	once    sync.Once
	to      *program.Program
	from    *program.Program
	at      mem.Ptr
	members []preserved.Member
}

func (s *source) Unknown() []preserved.Member {
	s.once.Do(func() {
		v := s.to.Root.Type.New()
		Text(s.to, v, s.from, s.at)
		s.members = (*preserved.Of(v)).Unknown()
	})
	return s.members
}

func conversionOf(to, from *program.Program) *conversion {
	if c, ok := to.Conversions.Load(from); ok {
		return c.(*conversion)
	}
	c, _ := to.Conversions.LoadOrStore(from, newConversion(to, from))
	return c.(*conversion)
}

func newConversion(to, from *program.Program) *conversion {
	c := &conversion{to: to, from: from, shares: true}
	o, p := to.Root.Object, from.Root.Object
	for i := range p.Names {
		m := move{from: &p.Members[i], source: int(p.Fields[i])}
		if j := o.Lookup(p.Names[i]); j >= 0 {
			m.to, m.field = &o.Members[j], int(o.Fields[j])
			c.prepare(&m)
		}
		c.shares = c.shares && m.to != nil && m.field == m.source && m.nested == nil && m.from.Kind == m.to.Kind && m.from.Kind != program.KindSlice
		if m.to != nil && m.from.Kind == program.KindSlice {
			c.lists = append(c.lists, m)
		} else {
			c.moves = append(c.moves, m)
		}
	}
	for _, name := range o.Names {
		c.lacks = c.lacks || p.Lookup(name) < 0
	}
	c.layout()
	return c
}

// prepare finds how the value of a member is moved.
func (c *conversion) prepare(m *move) {
	from, to := m.from.Node, m.to.Node
	if from.Kind == program.KindSlice && to.Kind == program.KindSlice && from.Elem.Kind != program.KindSlice {
		from, to = from.Elem, to.Elem
	}
	switch {
	case from.Kind == program.KindObject && to.Kind == program.KindObject:
		m.nested = newConversion(program.Plain(to.GoType()), program.Plain(from.GoType()))
	case from.Kind != to.Kind && (from.Kind.Scalar() != program.KindString || to.Kind.Scalar() != program.KindString),
		from.Kind == program.KindSlice:
		m.to, m.unlike = nil, true
	}
}

// layout makes the types of blocks.
func (c *conversion) layout() {
	fields := []reflect.StructField{{Name: "Block", Type: reflect.TypeFor[block]()}}
	for i := range c.lists {
		elem := c.lists[i].to.Node.Slice.Elem()
		fields = append(fields, reflect.StructField{Name: "List" + strconv.Itoa(i), Type: reflect.ArrayOf(1, elem)})
	}
	t := reflect.StructOf(fields)
	c.block, c.preserve = mem.TypeOf(t), mem.FieldOf(t, 0)
	for i := range c.lists {
		c.lists[i].array = mem.FieldOf(t, i+1)
	}
	t = reflect.StructOf(append(fields, reflect.StructField{Name: "Source", Type: c.from.Root.GoType()}))
	c.whole, c.copied = mem.TypeOf(t), mem.FieldOf(t, len(fields))
}

// run converts, and reports false if that takes the text.
func (c *conversion) run(dst, src mem.Ptr) bool {
	k := *preserved.Of(src)
	if c.shares {
		*preserved.Of(dst) = k
	} else if k != nil && k.Rare != nil && (c.lacks || k.Rare.Fields != nil || k.Rare.Original != "") {
		return false
	}
	var kept, seen preserved.Preserved
	if k != nil {
		seen = *k
	}
	others := seen.Rare != nil
	for i := range c.moves {
		m := &c.moves[i]
		f := src.Field(m.from.Field)
		state := mask(&seen, m.source)
		switch {
		case m.to == nil:
			set := state != preserved.Exact || !m.from.Node.Type.IsZero(f)
			if set && m.unlike {
				return false
			}
			others = others || set
			continue
		case state != preserved.Exact:
			kept.Set(preserved.Field{Index: m.field, Fidelity: state})
		}
		switch to := dst.Field(m.to.Field); m.from.Kind {
		case program.KindBool:
			*to.Uint8() = *f.Uint8()
		case program.KindObject:
			if !m.from.Node.Type.IsZero(f) && !m.nested.run(to, f) {
				return false
			}
		default:
			*to.String() = *f.String()
		}
	}
	single := false
	for i := range c.lists {
		m := &c.lists[i]
		if state := mask(&seen, m.source); state != preserved.Exact {
			kept.Set(preserved.Field{Index: m.field, Fidelity: state})
		}
		single = single || m.from.Node.Slice.Len(src.Field(m.from.Field)) == 1
	}
	if c.shares || !others && !single && kept == (preserved.Preserved{}) {
		return c.elements(dst, src, mem.Ptr{})
	}
	typ := &c.block
	if others {
		typ = &c.whole
	}
	whole := typ.New()
	b := mem.As[block](whole.Field(c.preserve))
	if others {
		kept.Rare = &b.rest
		b.rest.Source = &b.source
		b.source.to, b.source.from, b.source.at = c.to, c.from, whole.Field(c.copied)
		c.from.Root.Type.Copy(b.source.at, src)
	}
	if kept != (preserved.Preserved{}) {
		b.kept = kept
		*preserved.Of(dst) = &b.kept
	}
	return c.elements(dst, src, whole)
}

// mask returns what a mask says of the field, as far as encoding outside of an
// event writes it.
func mask(p *preserved.Preserved, field int) preserved.Fidelity {
	if f := p.Mask(field); f != preserved.Absent {
		return f
	}
	return preserved.Exact
}

// elements converts the lists. whole has room for those of one element.
func (c *conversion) elements(dst, src, whole mem.Ptr) bool {
	for i := range c.lists {
		m := &c.lists[i]
		from, to := &m.from.Node.Slice, &m.to.Node.Slice
		p, q := dst.Field(m.to.Field), src.Field(m.from.Field)
		n := from.Len(q)
		switch {
		case from.IsNil(q):
			continue
		case n == 0:
			to.SetEmpty(p)
			continue
		case n == 1:
			to.Take(p, whole, m.array, 1)
		default:
			list := to.New() // Make lets its argument escape
			to.Make(list, n)
			to.Cut(p, list, 0, n)
		}
		to.SetLen(p, n)
		for i := range n {
			v, w := to.Index(p, i), from.Index(q, i)
			switch m.from.Node.Elem.Kind {
			case program.KindObject:
				if !m.nested.run(v, w) {
					return false
				}
			case program.KindBool:
				*v.Uint8() = *w.Uint8()
			default:
				*v.String() = *w.String()
			}
		}
	}
	return true
}
