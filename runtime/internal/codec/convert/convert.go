package convert

import (
	"reflect"
	"strconv"
	"sync/atomic"

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

// View is Struct from the type that the last call had, without looking it up again.
type View struct{ last atomic.Pointer[conversion] }

// Struct is the function of that name; t is the type of the struct at src, and from
// returns its program.
func (v *View) Struct(to *program.Program, dst mem.Ptr, t reflect.Type, from func() *program.Program, src mem.Ptr) bool {
	c := v.last.Load()
	if c == nil || c.from.Root.GoType() != t {
		c = conversionOf(to, from())
		v.last.Store(c)
	}
	return c.run(dst, src)
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
	moves    []move // of members that the result has a field for
	lists    []move // of slices, also those
	others   []move // of members without a field in the result
	masked   uint64 // by bit: source fields below 64 of members that the result has a field for
	unlike   bool   // some of the others are
	lacks    bool   // to has members that from has not
	shares   bool   // the same scalars in the same order: what is preserved may be shared
	block    mem.Type
	whole    mem.Type // block with room for a copy of the source
	preserve mem.Field
	copied   mem.Field
}

// move is what becomes of a member.
type move struct {
	kind     program.Kind
	src, dst mem.Field
	from, to *program.Node
	source   int  // index of the field in the source
	field    int  // and in the result
	unlike   bool // there is a member of the name, but not of the kind
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
	conversion *conversion
	at         mem.Ptr
	members    atomic.Pointer[[]preserved.Member]
}

func (s *source) Unknown() []preserved.Member {
	if known := s.members.Load(); known != nil {
		return *known
	}
	v := s.conversion.to.Root.Type.New()
	Text(s.conversion.to, v, s.conversion.from, s.at)
	members := (*preserved.Of(v)).Unknown()
	s.members.CompareAndSwap(nil, &members)
	return *s.members.Load()
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
		r := &p.Members[i]
		m := move{kind: r.Kind, src: r.Field, from: r.Node, source: int(p.Fields[i])}
		if j := o.Lookup(p.Names[i]); j >= 0 {
			m.to, m.dst, m.field = o.Members[j].Node, o.Members[j].Field, int(o.Fields[j])
			m.prepare()
		}
		c.shares = c.shares && m.to != nil && m.field == m.source && m.nested == nil && m.kind == m.to.Kind && m.kind != program.KindSlice
		if m.to != nil && m.source < 64 {
			c.masked |= 1 << m.source
		}
		switch {
		case m.to == nil:
			c.others = append(c.others, m)
			c.unlike = c.unlike || m.unlike
		case m.kind == program.KindSlice:
			c.lists = append(c.lists, m)
		default:
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
func (m *move) prepare() {
	from, to := m.from, m.to
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
		elem := c.lists[i].to.Slice.Elem()
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
		return c.fields(dst, src)
	}
	if k != nil && k.Rare != nil && (c.lacks || k.Rare.Fields != nil || k.Rare.Original != "") {
		return false
	}
	others, ok := c.hasOthers(k, src)
	if !ok || !c.fields(dst, src) {
		return false
	}
	var kept preserved.Preserved
	if k != nil && k.Marks()&c.masked != 0 {
		c.keepMarks(&kept, k)
	}
	var whole mem.Ptr
	if others || kept != (preserved.Preserved{}) || c.hasSingle(src) {
		whole = c.allocate(dst, src, kept, others)
	}
	return c.elements(dst, src, whole)
}

// fields converts all that are no lists.
func (c *conversion) fields(dst, src mem.Ptr) bool {
	for i := range c.moves {
		m := &c.moves[i]
		switch f, to := src.Field(m.src), dst.Field(m.dst); m.kind {
		case program.KindBool:
			*to.Uint8() = *f.Uint8()
		case program.KindObject:
			if !m.from.Type.IsZero(f) && !m.nested.run(to, f) {
				return false
			}
		default:
			*to.String() = *f.String()
		}
	}
	return true
}

// hasOthers reports whether members that the result has no field for hold or
// preserve something. It is not ok if that cannot become unknown members.
func (c *conversion) hasOthers(k *preserved.Preserved, src mem.Ptr) (others, ok bool) {
	for i := range c.others {
		m := &c.others[i]
		if k != nil && mask(k, m.source) != preserved.Exact || !m.from.Type.IsZero(src.Field(m.src)) {
			if m.unlike {
				return false, false
			}
			if others = true; !c.unlike {
				break
			}
		}
	}
	return others || k != nil && k.Rare != nil, true
}

// keepMarks notes in kept which members were null or empty.
func (c *conversion) keepMarks(kept, k *preserved.Preserved) {
	for _, moves := range [][]move{c.moves, c.lists} {
		for i := range moves {
			if state := mask(k, moves[i].source); state != preserved.Exact {
				kept.Set(preserved.Field{Index: moves[i].field, Fidelity: state})
			}
		}
	}
}

// mask returns what a mask says of the field, as far as encoding outside of an
// event writes it.
func mask(p *preserved.Preserved, field int) preserved.Fidelity {
	if f := p.Mask(field); f != preserved.Absent {
		return f
	}
	return preserved.Exact
}

// hasSingle reports whether there is a list of one element.
func (c *conversion) hasSingle(src mem.Ptr) bool {
	for i := range c.lists {
		if c.lists[i].from.Slice.Len(src.Field(c.lists[i].src)) == 1 {
			return true
		}
	}
	return false
}

// allocate returns a block for the struct at dst, with what that preserves: kept,
// and, if there are others, the source that these are read from.
func (c *conversion) allocate(dst, src mem.Ptr, kept preserved.Preserved, others bool) mem.Ptr {
	typ := &c.block
	if others {
		typ = &c.whole
	}
	whole := typ.New()
	b := mem.As[block](whole.Field(c.preserve))
	if others {
		kept.Rare = &b.rest
		b.rest.Source = &b.source
		b.source.conversion, b.source.at = c, whole.Field(c.copied)
		c.from.Root.Type.Copy(b.source.at, src)
	}
	if kept != (preserved.Preserved{}) {
		b.kept = kept
		*preserved.Of(dst) = &b.kept
	}
	return whole
}

// elements converts the lists. whole has room for those of one element.
func (c *conversion) elements(dst, src, whole mem.Ptr) bool {
	for i := range c.lists {
		m := &c.lists[i]
		from, to := &m.from.Slice, &m.to.Slice
		p, q := dst.Field(m.dst), src.Field(m.src)
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
			switch m.from.Elem.Kind {
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
