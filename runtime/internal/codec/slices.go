package codec

import (
	"reflect"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// elementsOf is what is kept of elements of the slice at p.
func (n *node) elementsOf(p mem.Ptr, spots []preserved.Element) preserved.Elements {
	list, was := reflect.New(n.goType).Interface(), reflect.New(n.goType).Interface()
	n.typ.Copy(mem.Of(list), p)
	n.copySlice(mem.Of(was), p)
	return preserved.Elements{List: list, Was: was, Elements: spots}
}

// copySlice sets the nil slice at dst to the elements of that at src.
func (n *node) copySlice(dst, src mem.Ptr) {
	count := n.slice.Len(src)
	n.slice.SetEmpty(dst) // and not nil
	n.slice.Grow(dst, count)
	n.slice.SetLen(dst, count)
	for i := range count {
		n.elem.typ.Copy(n.slice.Index(dst, i), n.slice.Index(src, i))
	}
}

// unchanged reports whether the slice at p has the booleans, or the lists, that
// the one at q has.
func (n *node) unchanged(p, q mem.Ptr) bool {
	if n.slice.Len(p) != n.slice.Len(q) {
		return false
	}
	for i := range n.slice.Len(p) {
		v, w := n.slice.Index(p, i), n.slice.Index(q, i)
		if n.elem.kind == KindBool {
			if *v.Uint8() != *w.Uint8() {
				return false
			}
		} else if s := &n.elem.slice; s.Address(v) != s.Address(w) || s.Len(v) != s.Len(w) {
			return false
		}
	}
	return true
}
