package encode

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// preservedField appends a member as it was decoded, if the field at p still shows
// what it did then.
func (e *encoder) preservedField(n *program.Node, key string, p mem.Ptr, f preserved.Field) bool {
	switch f.Fidelity {
	case preserved.Coerced:
		if !Shows(n, p, &f) {
			return false
		}
		e.buf = append(append(e.buf, key...), f.JSON...)
	case preserved.InElements:
		if n.Slice.IsNil(p) {
			return false
		}
		e.buf = append(e.buf, key...)
		e.preservedElements(n, p, NewFinder(f.List))
	case preserved.Unrepresentable:
		mark := len(e.buf)
		e.buf = append(e.buf, key...)
		if e.value(n, p) != 0 {
			return true
		}
		e.buf = append(e.buf[:mark+len(key)], f.JSON...)
	}
	return true
}

// preservedElements is elements for an array that does not show all that it was
// decoded from, which f finds.
func (e *encoder) preservedElements(n *program.Node, p mem.Ptr, f *Finder) {
	e.buf = append(e.buf, '[')
	left := f.Elements(n, p)
	for i := range n.Slice.Len(p) {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		q := n.Slice.Index(p, i)
		raw, _ := f.Element(n.Elem, q, i, &left)
		switch {
		case raw != "":
			e.buf = append(e.buf, raw...)
		case n.Elem.Kind == program.KindSlice && !n.Elem.Slice.IsNil(q):
			e.preservedElements(n.Elem, q, f)
		default:
			e.element(n.Elem, q)
		}
	}
	e.buf = append(e.buf, ']')
}

// unknown appends the members without a field.
func (e *encoder) unknown(members []preserved.Member) {
	for i := range members {
		m := &members[i]
		e.buf = append(e.buf, ',')
		if m.Set {
			e.members = append(e.members, len(e.buf))
		}
		if m.Written != nil {
			e.buf = append(e.buf, *m.Written...)
		} else {
			e.buf = jsontext.AppendString(e.buf, m.Name)
		}
		if e.buf = append(e.buf, ':'); m.Set {
			e.text(m.JSON, jsontext.Valid, "JSON text", "text that is not JSON")
		} else {
			e.buf = append(e.buf, m.JSON...)
		}
	}
}

// What is preserved of a value is part of the data if encoding writes it. So the
// functions below, for packages that compare and convert, ask what encoding asks.

// Unrepresentable returns, as JSON, what encoding writes of the field at p and the
// field does not show at all; "" if that is nothing.
func Unrepresentable(from *preserved.Preserved, n *program.Node, field int, p mem.Ptr) string {
	if from == nil || from.Rare == nil {
		return ""
	}
	switch f := from.Get(field); f.Fidelity {
	case preserved.Unrepresentable:
		if new(encoder).value(n, p) != 0 {
			return ""
		}
		return f.JSON
	case preserved.InElements:
		return NewFinder(f.List).unrepresentable(n, p)
	default:
		return ""
	}
}

// Original returns the JSON that the struct at p was decoded from, if that was no
// object and encoding still writes it.
func Original(from *preserved.Preserved, n *program.Node, p mem.Ptr) string {
	if from == nil || from.Rare == nil || from.Rare.Original == "" || new(encoder).object(n.Object, p) != 0 {
		return ""
	}
	return from.Rare.Original
}

// Shows reports whether the coerced field at p, which is no list, still has the
// value that was decoded. A text that was set since is another one, even if it
// reads the same.
func Shows(n *program.Node, p mem.Ptr, f *preserved.Field) bool {
	if n.Kind == program.KindBool {
		return *p.Uint8() == program.BoolOf(f.JSON[1])
	}
	s := *p.String()
	return len(s) == len(f.Text) && mem.Address(s) == mem.Address(f.Text)
}
