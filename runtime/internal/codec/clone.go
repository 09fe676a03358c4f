package codec

import "github.com/redoxgen/redoxgen/runtime/internal/mem"

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
	return c.held.Copy(s, min(max(c.held.Len(), 64), maxChunk))
}

// value does so for the value at p.
func (c *cloner) value(n *node, p mem.Ptr) {
	switch n.kind {
	case KindObject:
		c.object(n.object, p)
	case KindSlice:
		c.slice(n, p, newFinder(new(keptList)), new(keptList))
	case KindBool:
	default:
		*p.String() = c.text(*p.String())
	}
}

func (c *cloner) object(o *object, p mem.Ptr) {
	at := mem.Kept[Kept](p)
	k := *at
	if k == nil || k.rest == nil {
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
	own.rest = &rest{self: c.text(k.rest.self)}
	for _, m := range k.rest.unknown {
		own.rest.unknown = append(own.rest.unknown, Member{c.text(m.Name), c.text(m.Raw), c.text(m.written)})
	}
	fields := make(map[int]keptField, len(k.rest.fields))
	for i := range o.names {
		r, field := &o.rows[i], int(o.fields[i])
		if f := k.get(field); f.state >= stateRaw {
			fields[field] = c.field(r.node, p.Field(r.place), f)
		} else {
			c.value(r.node, p.Field(r.place))
		}
	}
	for _, f := range k.rest.fields {
		if f.state >= stateRaw {
			f = fields[f.field]
		}
		if f.state != 0 {
			own.rest.fields = append(own.rest.fields, f)
		}
	}
	*at = &own
}

// field is value for a field of which f is kept. It returns what is kept of the
// copy.
func (c *cloner) field(n *node, p mem.Ptr, f keptField) keptField {
	switch f.state {
	case stateList:
		own := new(keptList)
		c.slice(n, p, newFinder(f.list), own)
		f.list = own
		return f
	case stateRaw:
		same := f.shows(n, p)
		c.value(n, p)
		if !same {
			return keptField{}
		}
		if n.kind != KindBool {
			f.was = *p.String()
		}
	default:
		c.value(n, p)
	}
	f.raw = c.text(f.raw)
	return f
}

// slice is value for a slice. What f finds of it is put into own.
func (c *cloner) slice(n *node, p mem.Ptr, f *finder, own *keptList) {
	if n.slice.IsNil(p) {
		return
	}
	list := n.slice.New()
	n.copySlice(list, p)
	left := f.spots(n, p)
	var spots []keptSpot
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
			spots = append(spots, keptSpot{i, raw})
			continue
		}
		if !form {
			*q.String() = raw[:0]
		}
		own.texts = append(own.texts, keptText{*q.String(), raw})
	}
	if spots != nil {
		own.lists = append(own.lists, n.keptSpots(list, spots))
	}
	n.typ.Copy(p, list)
}
