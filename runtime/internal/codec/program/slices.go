package program

import (
	"reflect"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Preserve returns what is preserved of elements of the slice at p.
func (n *Node) Preserve(p mem.Ptr, elements []preserved.Element) preserved.Elements {
	list, was := reflect.New(n.goType).Interface(), reflect.New(n.goType).Interface()
	n.Type.Copy(mem.Of(list), p)
	n.CopySlice(mem.Of(was), p)
	return preserved.Elements{List: list, Was: was, Elements: elements}
}

// CopySlice sets the nil slice at dst to the elements of that at src.
func (n *Node) CopySlice(dst, src mem.Ptr) {
	count := n.Slice.Len(src)
	n.Slice.SetEmpty(dst) // and not nil
	n.Slice.Grow(dst, count)
	n.Slice.SetLen(dst, count)
	for i := range count {
		n.Elem.Type.Copy(n.Slice.Index(dst, i), n.Slice.Index(src, i))
	}
}

// Unchanged reports whether the slices at p and q have the same booleans, or the
// same lists.
func (n *Node) Unchanged(p, q mem.Ptr) bool {
	if n.Slice.Len(p) != n.Slice.Len(q) {
		return false
	}
	for i := range n.Slice.Len(p) {
		v, w := n.Slice.Index(p, i), n.Slice.Index(q, i)
		if n.Elem.Kind == KindBool {
			if *v.Uint8() != *w.Uint8() {
				return false
			}
		} else if s := &n.Elem.Slice; s.Address(v) != s.Address(w) || s.Len(v) != s.Len(w) {
			return false
		}
	}
	return true
}
