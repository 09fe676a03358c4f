package convert

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/alloc"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/encode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Clone copies the struct at src to dst, with all slices and texts in it, and with
// what it preserves.
func Clone(p *program.Program, dst, src mem.Ptr) {
	p.Plain().Type.Copy(dst, src)
	Own(p, dst)
}

// Own gives the struct at p slices and texts of its own, with what it preserves:
// those that it has may be another's as well.
func Own(p *program.Program, v mem.Ptr) {
	n := p.Plain()
	c := cloner{size: textSize(n, v)}
	c.value(n, v)
}

// cloner gives copied values slices and texts of their own.
type cloner struct {
	held  mem.Text
	spare mem.Spare
	size  int // of all texts in fields
}

func (c *cloner) text(s string) string {
	return c.held.Copy(s, min(max(c.size-c.held.Len(), c.held.Len(), 64), alloc.MaxChunk))
}

// textSize returns how many bytes the texts in fields have.
func textSize(n *program.Node, p mem.Ptr) (size int) {
	switch n.Kind {
	case program.KindObject:
		for i := range n.Object.Members[:n.Object.Len()] {
			r := &n.Object.Members[i]
			size += textSize(r.Node, p.Field(r.Field))
		}
	case program.KindSlice:
		for i := range n.Slice.Len(p) {
			size += textSize(n.Elem, n.Slice.Index(p, i))
		}
	case program.KindBool:
	default:
		size = len(*p.String())
	}
	return size
}

// value gives the value at p its own.
func (c *cloner) value(n *program.Node, p mem.Ptr) {
	switch n.Kind {
	case program.KindObject:
		c.object(n.Object, p)
	case program.KindSlice:
		c.elements(n, p)
	case program.KindBool:
	default:
		*p.String() = c.text(*p.String())
	}
}

func (c *cloner) object(o *program.Object, p mem.Ptr) {
	at := preserved.Of(p)
	k := *at
	if k == nil || k.Rare == nil {
		for i := range o.Names {
			r := &o.Members[i]
			c.value(r.Node, p.Field(r.Field))
		}
		if k != nil {
			own := *k
			*at = &own
		}
		return
	}
	own := *k
	own.Rare = &preserved.Rare{Original: c.text(k.Rare.Original)}
	for _, m := range k.Unknown() {
		m.Name, m.JSON = c.text(m.Name), c.text(m.JSON)
		if m.Written != nil {
			written := c.text(*m.Written)
			m.Written = &written
		}
		own.Rare.Unknown = append(own.Rare.Unknown, m)
	}
	fields := make(map[int]preserved.Field, len(k.Rare.Fields))
	for i := range o.Names {
		r, field := &o.Members[i], int(o.Fields[i])
		if f := k.Get(field); f.Fidelity >= preserved.Coerced {
			fields[field] = c.field(r.Node, p.Field(r.Field), f)
		} else {
			c.value(r.Node, p.Field(r.Field))
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

// field is value for a field that preserves f. It returns what the copy preserves.
func (c *cloner) field(n *program.Node, p mem.Ptr, f preserved.Field) preserved.Field {
	switch f.Fidelity {
	case preserved.InElements:
		own := new(preserved.List)
		c.slice(n, p, encode.NewFinder(f.List), own)
		f.List = own
		return f
	case preserved.Coerced:
		same := encode.Shows(n, p, &f)
		c.value(n, p)
		if !same {
			return preserved.Field{}
		}
		if n.Kind != program.KindBool {
			f.Text = *p.String()
		}
	default:
		c.value(n, p)
	}
	f.JSON = c.text(f.JSON)
	return f
}

// elements is value for a slice that preserves nothing.
func (c *cloner) elements(n *program.Node, p mem.Ptr) {
	if n.Slice.IsNil(p) {
		return
	}
	count := n.Slice.Len(p)
	if count == 0 {
		n.Slice.SetEmpty(p)
		return
	}
	n.Slice.Own(p, &c.spare)
	if n.Elem.Kind == program.KindBool {
		return
	}
	for i := range count {
		c.value(n.Elem, n.Slice.Index(p, i))
	}
}

// slice is value for a slice. It adds to own what f finds of the slice.
func (c *cloner) slice(n *program.Node, p mem.Ptr, f *encode.Finder, own *preserved.List) {
	if n.Slice.IsNil(p) {
		return
	}
	list := n.Slice.New()
	n.CopySlice(list, p)
	left := f.Elements(n, p)
	var elements []preserved.Element
	for i := range n.Slice.Len(p) {
		q := n.Slice.Index(list, i)
		raw, shown := f.Element(n.Elem, q, i, &left)
		switch {
		case n.Elem.Kind == program.KindSlice:
			c.slice(n.Elem, q, f, own)
		case raw == "" || shown:
			c.value(n.Elem, q)
		}
		if raw == "" {
			continue
		}
		raw = c.text(raw)
		if n.Elem.Kind == program.KindSlice || n.Elem.Kind == program.KindBool {
			elements = append(elements, preserved.Element{Index: i, JSON: raw})
			continue
		}
		if !shown {
			*q.String() = raw[:0]
		}
		own.Texts = append(own.Texts, preserved.Text{Text: *q.String(), JSON: raw})
	}
	if elements != nil {
		own.Lists = append(own.Lists, n.Preserve(list, elements))
	}
	n.Type.Copy(p, list)
}
