package codec

import (
	"slices"
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/redox/internal/mem"
)

// Diff returns the paths at which the structs at a and b differ as data.
func (p *Program) Diff(a, b mem.Ptr) []string {
	var c comparer
	c.structs(p.own(), a, b, nil)
	return c.paths
}

// same reports whether the values at p and q, of n's type, are the same data.
func (n *node) same(p, q mem.Ptr) bool {
	var c comparer
	c.values(n, p, q, nil)
	return len(c.paths) == 0
}

// comparer collects the paths of differences.
type comparer struct{ paths []string }

func (c *comparer) differ(path []byte) {
	if len(path) == 0 {
		path = []byte("(message)")
	}
	c.paths = append(c.paths, string(path))
}

func (c *comparer) values(n *node, p, q mem.Ptr, path []byte) {
	switch n.kind {
	case KindObject:
		c.structs(n, p, q, path)
	case KindSlice:
		c.slices(n, p, q, path)
	case KindNumber:
		if !sameNumber(*p.String(), *q.String()) {
			c.differ(path)
		}
	case KindRaw:
		if !sameJSON(*p.String(), *q.String()) {
			c.differ(path)
		}
	case KindBool:
		if *p.Uint8() != *q.Uint8() {
			c.differ(path)
		}
	default:
		if *p.String() != *q.String() {
			c.differ(path)
		}
	}
}

func (c *comparer) structs(n *node, p, q mem.Ptr, path []byte) {
	o := n.object
	kp, kq := *mem.Kept[Kept](p), *mem.Kept[Kept](q)
	for i, name := range o.names {
		r := &o.rows[i]
		at := appendMember(slices.Clip(path), name)
		before := len(c.paths)
		c.values(r.node, p.Field(r.place), q.Field(r.place), at)
		if len(c.paths) == before && kp != kq {
			f := int(o.fields[i])
			if !sameJSON(asideOf(kp, r.node, f, p.Field(r.place)), asideOf(kq, r.node, f, q.Field(r.place))) {
				c.differ(at)
			}
		}
	}
	if kp != kq {
		c.unknown(kp, kq, path)
	}
}

// asideOf returns, as JSON, what has no form in the field at p. It is no method:
// every package with generated structs is compiled with all that methods of Kept
// lead to, and a node leads to package reflect.
func asideOf(k *Kept, n *node, field int, p mem.Ptr) string {
	if k == nil || k.rest == nil {
		return ""
	}
	f := k.get(field)
	switch {
	case f.state == stateAside || f.state == stateTail:
		return f.raw
	case f.state == stateRaw && n.kind == KindSlice && n.holds(p, f.raw):
		return n.elem.formless(f.raw)
	}
	return ""
}

// formless returns an object of those elements of an array that n's Go type has
// no form for, by their position; "" if there are none.
func (n *node) formless(array string) string {
	const scalars = typeNull | typeBoolean | typeNumber | typeString
	var b []byte
	var d decoder
	d.in = mem.NewInput([]byte(array))
	d.eachElement(0, func(index, at int) {
		if typeOf(d.in.At(at))&(scalars|n.natural()) == 0 {
			b = append(strconv.AppendInt(append(b, `,"`...), int64(index), 10), `":`...)
			b = append(b, d.in.Text(at, d.skip(at))...)
		}
	})
	if b == nil {
		return ""
	}
	b[0] = '{'
	return string(append(b, '}'))
}

func (c *comparer) unknown(kp, kq *Kept, path []byte) {
	if !sameJSON(kp.selfText(), kq.selfText()) {
		c.differ(path)
	}
	a, b := membersByName(kp.Unknown()), membersByName(kq.Unknown())
	for name, raw := range a {
		if !sameJSON(raw, b[name]) {
			c.differ(appendMember(slices.Clip(path), name))
		}
	}
	for name, raw := range b {
		if _, ok := a[name]; !ok && !sameJSON("", raw) {
			c.differ(appendMember(slices.Clip(path), name))
		}
	}
	slices.Sort(c.paths)
}

func (k *Kept) selfText() string {
	if k == nil || k.rest == nil {
		return ""
	}
	return k.rest.self
}

func membersByName(list []Member) map[string]string {
	if len(list) == 0 {
		return nil
	}
	m := make(map[string]string, len(list))
	for _, member := range list {
		m[member.Name] = member.Raw
	}
	return m
}

func (c *comparer) slices(n *node, p, q mem.Ptr, path []byte) {
	count := n.slice.Len(p)
	if count != n.slice.Len(q) {
		c.differ(path)
		return
	}
	for i := range count {
		at := append(slices.Clip(path), '[')
		at = append(strconv.AppendInt(at, int64(i), 10), ']')
		c.values(n.elem, n.slice.Index(p, i), n.slice.Index(q, i), at)
	}
}

func sameNumber(a, b string) bool {
	if a == b {
		return true
	}
	v, err1 := parseDecimal(a)
	w, err2 := parseDecimal(b)
	return err1 == nil && err2 == nil && v.compare(w) == 0
}

// sameJSON compares JSON texts by value; no text is the same as null.
func sameJSON(a, b string) bool {
	if a == b {
		return true
	}
	if a == "" || b == "" {
		return strings.TrimSpace(a+b) == "null"
	}
	return canonical(a) == canonical(b)
}

// Forget drops what decoding kept in the struct at p.
func (p *Program) Forget(v mem.Ptr) { p.own().forget(v) }

func (n *node) forget(p mem.Ptr) {
	switch n.kind {
	case KindObject:
		*mem.Kept[Kept](p) = nil
		for i := range n.object.names {
			r := &n.object.rows[i]
			r.node.forget(p.Field(r.place))
		}
	case KindSlice:
		for i := range n.slice.Len(p) {
			n.elem.forget(n.slice.Index(p, i))
		}
	}
}
