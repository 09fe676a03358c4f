package codec

import (
	"strconv"

	"github.com/redoxgen/redoxgen/runtime/redox/internal/mem"
)

// What was kept of a value is part of the data if encoding writes it. So these
// functions ask what the encoder asks. They are no methods of Kept: every
// package with generated structs is compiled with all that methods of Kept lead
// to, and a node leads to package reflect.

// asideOf returns, as JSON, what is written of the field at p beyond what it
// shows; "" if there is nothing.
func asideOf(k *Kept, n *node, field int, p mem.Ptr) string {
	if k == nil || k.rest == nil {
		return ""
	}
	switch f := k.get(field); f.state {
	case stateAside:
		if new(encoder).value(n, p) {
			return ""
		}
		return f.raw
	case stateTail:
		if n.slice.Len(p) < f.stored {
			return ""
		}
		return "[" + f.raw + "]"
	case stateRaw:
		if n.kind == KindSlice {
			return n.formless(p, f.raw)
		}
	}
	return ""
}

// selfOf returns what the struct at p was decoded from, if that was no object
// and is written still.
func selfOf(k *Kept, n *node, p mem.Ptr) string {
	if k == nil || k.rest == nil || k.rest.self == "" || new(encoder).object(n.object, p) {
		return ""
	}
	return k.rest.self
}

// formless returns, as an object by position, those elements of an array that
// the slice at p was decoded from and is still written from, and that have no
// form there; "" if there are none.
func (n *node) formless(p mem.Ptr, array string) string {
	whole := n.holds(p, array)
	return n.eachFormless(array, func(i int, element string) bool {
		return whole || i < n.slice.Len(p) && n.elem.holds(n.slice.Index(p, i), element)
	})
}

// eachFormless is formless for the elements that are written.
func (n *node) eachFormless(array string, written func(i int, element string) bool) string {
	var b []byte
	for i, element := range elementsOf(array) {
		rest := n.elem.restOf(element)
		if rest == "" || !written(i, element) {
			continue
		}
		b = strconv.AppendInt(append(b, `,"`...), int64(i), 10)
		b = append(append(b, `":`...), rest...)
	}
	if b == nil {
		return ""
	}
	b[0] = '{'
	return string(append(b, '}'))
}

// restOf returns what of a JSON value is lost in the Go value that it is read
// as; "" if that is nothing.
func (n *node) restOf(value string) string {
	switch t := typeOf(value[0]); {
	case n.kind == KindSlice && t == typeArray:
		return n.eachFormless(value, func(int, string) bool { return true })
	case t == typeNull || t&n.natural() != 0 || n.reads(value, t):
		return ""
	}
	return value
}

// reads reports whether n's Go type takes a value of another type.
func (n *node) reads(value string, t types) bool {
	var d decoder
	d.in = mem.NewInput([]byte(value))
	return d.coerce(n, n.typ.New(), t, 0, len(value))
}
