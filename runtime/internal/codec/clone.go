package codec

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/alloc"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Clone copies the struct at src to dst, with all slices and texts in it and
// what it keeps.
func (p *Program) Clone(dst, src mem.Ptr) {
	n := p.own()
	n.typ.Copy(dst, src)
	new(cloner).value(n, dst)
}

// cloner gives copies of values slices and texts of their own.
type cloner struct{ held mem.Text }

func (c *cloner) text(s string) string {
	return c.held.Copy(s, min(max(c.held.Len(), 64), alloc.MaxChunk))
}

// value does so for the value at p.
func (c *cloner) value(n *node, p mem.Ptr) {
	switch n.kind {
	case KindObject:
		c.object(n.object, p)
	case KindSlice:
		c.slice(n, p, newFinder(new(preserved.List)), new(preserved.List))
	case KindBool:
	default:
		*p.String() = c.text(*p.String())
	}
}

func (c *cloner) object(o *object, p mem.Ptr) {
	at := preserved.Of(p)
	k := *at
	if k == nil || k.Rare == nil {
		for i := range o.names {
			r := &o.rows[i]
			c.value(r.node, p.Field(r.place))
		}
		if k != nil {
			own := *k
			*at = &own
		}
		return
	}
	own := *k
	own.Rare = &preserved.Rare{Original: c.text(k.Rare.Original)}
	for _, m := range k.Rare.Unknown {
		own.Rare.Unknown = append(own.Rare.Unknown, preserved.Member{Name: c.text(m.Name), JSON: c.text(m.JSON), Written: c.text(m.Written)})
	}
	fields := make(map[int]preserved.Field, len(k.Rare.Fields))
	for i := range o.names {
		r, field := &o.rows[i], int(o.fields[i])
		if f := k.Get(field); f.Fidelity >= preserved.Coerced {
			fields[field] = c.field(r.node, p.Field(r.place), f)
		} else {
			c.value(r.node, p.Field(r.place))
		}
	}
	for _, f := range k.Rare.Fields {
		if f.Fidelity >= preserved.Coerced {
			f = fields[f.Index]
		}
		if f.Fidelity != 0 {
			own.Rare.Fields = append(own.Rare.Fields, f)
		}
	}
	*at = &own
}

// field is value for a field of which f is kept. It returns what is kept of the
// copy.
func (c *cloner) field(n *node, p mem.Ptr, f preserved.Field) preserved.Field {
	switch f.Fidelity {
	case preserved.InElements:
		own := new(preserved.List)
		c.slice(n, p, newFinder(f.List), own)
		f.List = own
		return f
	case preserved.Coerced:
		same := shows(n, p, &f)
		c.value(n, p)
		if !same {
			return preserved.Field{}
		}
		if n.kind != KindBool {
			f.Text = *p.String()
		}
	default:
		c.value(n, p)
	}
	f.JSON = c.text(f.JSON)
	return f
}

// slice is value for a slice. What f finds of it is put into own.
func (c *cloner) slice(n *node, p mem.Ptr, f *finder, own *preserved.List) {
	if n.slice.IsNil(p) {
		return
	}
	list := n.slice.New()
	n.copySlice(list, p)
	left := f.spots(n, p)
	var spots []preserved.Element
	for i := range n.slice.Len(p) {
		q := n.slice.Index(list, i)
		raw, form := f.element(n.elem, q, i, &left)
		switch {
		case n.elem.kind == KindSlice:
			c.slice(n.elem, q, f, own)
		case raw == "" || form:
			c.value(n.elem, q)
		}
		if raw == "" {
			continue
		}
		raw = c.text(raw)
		if n.elem.kind == KindSlice || n.elem.kind == KindBool {
			spots = append(spots, preserved.Element{Index: i, JSON: raw})
			continue
		}
		if !form {
			*q.String() = raw[:0]
		}
		own.Texts = append(own.Texts, preserved.Text{Text: *q.String(), JSON: raw})
	}
	if spots != nil {
		own.Lists = append(own.Lists, n.elementsOf(list, spots))
	}
	n.typ.Copy(p, list)
}
