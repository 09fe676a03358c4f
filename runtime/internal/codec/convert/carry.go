package convert

import (
	"strconv"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/internal/fieldpath"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Carry sets the struct at dst, which is zero and of to's type, to what Project and
// decoding give of the message at src, whose event's program from is, without text
// between them. Slices are new, texts are shared. It reports false, and may leave dst
// half set, if only the text tells: src preserves more than null and empty members,
// holds what is not JSON or UTF-8, or the kinds of members differ. The Projection has
// no Text.
func Carry(to *program.Program, dst mem.Ptr, from *program.Program, src mem.Ptr, except string) (Projection, bool) {
	c := carrier{}
	paths := c.root(to.Root.Object, dst, from.Root.Object, src, except)
	return Projection{From: paths, Dropped: c.dropped, Total: c.total}, !c.failed
}

// carrier copies what an event has of a message.
type carrier struct {
	drops
	failed bool // only the text tells
}

// isPlain reports whether the struct at src shows all that it preserves.
func (c *carrier) isPlain(src mem.Ptr) bool {
	if k := *preserved.Of(src); k != nil && k.Rare != nil {
		c.failed = true
	}
	return !c.failed
}

func (c *carrier) root(o *program.Object, dst mem.Ptr, s *program.Object, src mem.Ptr, except string) map[string]string {
	paths := make(map[string]string, len(s.Names))
	for i := range s.Members[:s.Len()] {
		from, name := &s.Members[i], s.Names[i]
		value := src.Field(from.Field)
		if !c.isPlain(src) || !c.holds(from.Node, value) || name == except {
			continue
		}
		c.path = report.AppendName(c.path[:0], name, o.Lookup(name) >= 0)
		to := inEvent(o, name)
		if to == nil {
			if name, to = otherNumber(o, name); to == nil {
				c.note(report.Violation{Rule: report.RuleNotInEvent})
				continue
			}
			c.failed = c.failed || s.Lookup(name) >= 0 // whether that is written, the text tells
		}
		paths[name] = string(c.path)
		if to.Kind == program.KindObject && from.Kind == program.KindSlice {
			paths[name] += "[0]"
		}
		c.inNumber(to.Node, dst.Field(to.Field), from.Node, value)
	}
	return paths
}

// inNumber copies a value: an object as the only element of a list, the only
// element of a list as an object, and all else as it is.
func (c *carrier) inNumber(to *program.Node, dst mem.Ptr, from *program.Node, src mem.Ptr) {
	switch {
	case to.Kind == program.KindSlice && from.Kind == program.KindObject:
		to.Slice.Make(dst, 1)
		if c.value(to.Elem, to.Slice.Index(dst, 0), from, src) {
			to.Slice.SetLen(dst, 1)
		} else {
			to.Slice.Drop(dst)
		}
	case to.Kind == program.KindObject && from.Kind == program.KindSlice:
		if n := from.Slice.Len(src); n != 1 {
			c.note(report.Violation{Rule: report.RuleNotInEvent, Want: "1 element", Got: strconv.Itoa(n)})
			return
		}
		c.path = fieldpath.AppendIndex(c.path, 0)
		c.value(to, dst, from.Elem, from.Slice.Index(src, 0))
	default:
		c.value(to, dst, from, src)
	}
}

// value copies a value. It reports false if there is nothing to copy.
func (c *carrier) value(to *program.Node, dst mem.Ptr, from *program.Node, src mem.Ptr) bool {
	if !alike(to, from) {
		c.failed = c.failed || c.holds(from, src)
		return false
	}
	switch from.Kind {
	case program.KindObject:
		return c.object(to.Object, dst, from.Object, src)
	case program.KindSlice:
		return from.Slice.Len(src) > 0 && c.elements(to, dst, from, src)
	case program.KindBool:
		*dst.Uint8() = *src.Uint8()
		return *src.Uint8() != 0
	default:
		*dst.String() = *src.String()
		return *src.String() != ""
	}
}

// alike reports whether values of from are ones of to as they are.
func alike(to, from *program.Node) bool {
	return to.Kind.Scalar() == from.Kind.Scalar() && to.Kind.Types()&^jsontext.TypeInteger&^to.Types == 0
}

func (c *carrier) object(o *program.Object, dst mem.Ptr, s *program.Object, src mem.Ptr) (set bool) {
	if !c.isPlain(src) {
		return false
	}
	for i := range s.Members[:s.Len()] {
		from := &s.Members[i]
		value := src.Field(from.Field)
		if isUnset(from.Node, value) {
			continue
		}
		mark, name := len(c.path), s.Names[i]
		var to *program.Member
		if i < o.Len() && o.Names[i] == name && o.Members[i].Flags&program.NotInEvent == 0 {
			to = &o.Members[i]
		} else {
			to = inEvent(o, name)
		}
		switch {
		case to == nil && c.holds(from.Node, value):
			c.path = report.AppendName(c.path, name, o.Lookup(name) >= 0)
			c.note(report.Violation{Rule: report.RuleNotInEvent})
		case to == nil:
		case from.Kind == program.KindObject || from.Kind == program.KindSlice:
			c.path = report.AppendName(c.path, name, true)
			set = c.value(to.Node, dst.Field(to.Field), from.Node, value) || set
		default:
			set = c.value(to.Node, dst.Field(to.Field), from.Node, value) || set
		}
		c.path = c.path[:mark]
	}
	return set
}

// isUnset reports whether a scalar or list has nothing in it; false of an object.
func isUnset(n *program.Node, p mem.Ptr) bool {
	switch n.Kind {
	case program.KindObject:
		return false
	case program.KindSlice:
		return n.Slice.Len(p) == 0
	case program.KindBool:
		return *p.Uint8() == 0
	default:
		return *p.String() == ""
	}
}

// elements copies a list, with elements that have nothing in them, but without those
// of which nothing is left.
func (c *carrier) elements(to *program.Node, dst mem.Ptr, from *program.Node, src mem.Ptr) bool {
	c.failed = c.failed || !alike(to.Elem, from.Elem)
	n, count := from.Slice.Len(src), 0
	to.Slice.Make(dst, n)
	for i := range n {
		mark := len(c.path)
		c.path = fieldpath.AppendIndex(c.path, i)
		element := from.Slice.Index(src, i)
		if c.value(to.Elem, to.Slice.Index(dst, count), from.Elem, element) || !c.holds(from.Elem, element) {
			count++
			c.failed = c.failed || from.Elem.Kind != program.KindObject && from.Elem.Kind.Scalar() != program.KindString
		}
		c.path = c.path[:mark]
	}
	if count == 0 {
		to.Slice.Drop(dst)
		return false
	}
	to.Slice.SetLen(dst, count)
	return true
}

// holds reports whether there is anything in a value, and looks at all of it for what
// only the text tells.
func (c *carrier) holds(n *program.Node, p mem.Ptr) (any bool) {
	switch n.Kind {
	case program.KindObject:
		c.isPlain(p)
		for i := range n.Object.Members[:n.Object.Len()] {
			r := &n.Object.Members[i]
			any = c.holds(r.Node, p.Field(r.Field)) || any
		}
	case program.KindSlice:
		any = n.Slice.Len(p) > 0
		for i := range n.Slice.Len(p) {
			c.holds(n.Elem, n.Slice.Index(p, i))
		}
	case program.KindBool:
		any = *p.Uint8() != 0
	case program.KindString, program.KindDate:
		s := *p.String()
		any = s != ""
		c.failed = c.failed || !utf8.ValidString(s)
	case program.KindNumber:
		s := *p.String()
		any = s != ""
		c.failed = c.failed || any && !jsontext.IsNumber(s)
	default:
		any = *p.String() != ""
		c.failed = c.failed || any
	}
	return any
}
