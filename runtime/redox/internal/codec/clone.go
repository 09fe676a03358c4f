package codec

import "github.com/redoxgen/redoxgen/runtime/redox/internal/mem"

// Clone copies the struct at src, and all slices in it, to dst. What is kept is
// never changed, so the copy shares it.
func (p *Program) Clone(dst, src mem.Ptr) {
	n := p.own()
	n.typ.Copy(dst, src)
	n.part(dst)
}

// part gives the value at p, a copy of another, slices of its own.
func (n *node) part(p mem.Ptr) {
	switch n.kind {
	case KindObject:
		for i := range n.object.names {
			r := &n.object.rows[i]
			r.node.part(p.Field(r.place))
		}
	case KindSlice:
		if n.slice.IsNil(p) {
			return
		}
		count := n.slice.Len(p)
		own := n.slice.New()
		n.slice.SetEmpty(own) // and not nil
		n.slice.Grow(own, count)
		n.slice.SetLen(own, count)
		for i := range count {
			element := n.slice.Index(own, i)
			n.elem.typ.Copy(element, n.slice.Index(p, i))
			n.elem.part(element)
		}
		n.typ.Copy(p, own)
	}
}
