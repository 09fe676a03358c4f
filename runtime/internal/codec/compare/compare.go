package compare

import (
	"slices"

	"github.com/redoxgen/redoxgen/internal/fieldpath"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/encode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/extension"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Diff returns the paths at which the data in the structs at a and b differ.
func Diff(p *program.Program, a, b mem.Ptr) []string {
	var c comparer
	c.structs(p.Plain(), a, b, nil)
	return c.paths
}

// Equal reports whether the structs at a and b are the same data.
func Equal(p *program.Program, a, b mem.Ptr) bool {
	c := comparer{brief: true}
	c.structs(p.Plain(), a, b, nil)
	return !c.different
}

// comparer compares two structs.
type comparer struct {
	brief     bool // stop at the first difference, and collect no paths
	different bool
	paths     []string
}

func (c *comparer) differ(path []byte) {
	c.different = true
	if c.brief {
		return
	}
	if len(path) == 0 {
		path = []byte("(message)")
	}
	c.paths = append(c.paths, string(path))
}

// done reports whether there is nothing left to find.
func (c *comparer) done() bool { return c.brief && c.different }

// member returns the path of a member of the object at path.
func (c *comparer) member(path []byte, name string) []byte {
	if c.brief {
		return nil
	}
	return fieldpath.AppendMember(slices.Clip(path), name)
}

// element returns the path of an element of the array at path.
func (c *comparer) element(path []byte, i int) []byte {
	if c.brief {
		return nil
	}
	return fieldpath.AppendIndex(slices.Clip(path), i)
}

func (c *comparer) values(n *program.Node, p, q mem.Ptr, path []byte) {
	switch n.Kind {
	case program.KindObject:
		c.structs(n, p, q, path)
	case program.KindSlice:
		c.slices(n, p, q, path)
	case program.KindBool:
		if *p.Uint8() != *q.Uint8() {
			c.differ(path)
		}
	default:
		if a, b := *p.String(), *q.String(); a != b && !c.alike(n.Kind, a, b) {
			c.differ(path)
		}
	}
}

// alike reports whether different texts mean the same.
func (c *comparer) alike(k program.Kind, a, b string) bool {
	switch {
	case k == program.KindNumber:
		return jsontext.SameNumber(a, b)
	case k == program.KindRaw:
		return jsontext.SameValue(a, b)
	default:
		return false
	}
}

func (c *comparer) structs(n *program.Node, p, q mem.Ptr, path []byte) {
	o := n.Object
	kp, kq := *preserved.Of(p), *preserved.Of(q)
	for i, name := range o.Names {
		r, f := &o.Members[i], int(o.Fields[i])
		at := c.member(path, name)
		before := len(c.paths)
		v, w := p.Field(r.Field), q.Field(r.Field)
		c.values(r.Node, v, w, at)
		if c.done() {
			return
		}
		if len(c.paths) == before && !jsontext.SameValue(encode.Unrepresentable(kp, r.Node, f, v), encode.Unrepresentable(kq, r.Node, f, w)) {
			c.differ(at)
		}
	}
	if !jsontext.SameValue(encode.Original(kp, n, p), encode.Original(kq, n, q)) {
		c.differ(path)
	}
	if kp != kq {
		c.unknown(kp, kq, path)
	}
}

// unknown compares the members that have no field.
func (c *comparer) unknown(kp, kq *preserved.Preserved, path []byte) {
	before := len(c.paths)
	a, b := membersByName(kp.Unknown()), membersByName(kq.Unknown())
	for name, m := range a {
		if c.done() {
			return
		}
		c.unknownMember(m, b[name], path)
	}
	for name, m := range b {
		if _, ok := a[name]; !ok {
			c.unknownMember(m, preserved.Member{}, path)
		}
	}
	slices.Sort(c.paths[before:])
}

// unknownMember compares a member that has no field with that of the other struct.
func (c *comparer) unknownMember(m, other preserved.Member, path []byte) {
	if jsontext.SameValue(m.JSON, other.JSON) {
		return
	}
	path = report.AppendName(slices.Clip(path), m.Name, false)
	if m.Name != extension.Member || m.Written != nil {
		c.differ(path)
		return
	}
	names, isObject := extension.Diff(m.JSON, other.JSON)
	if !isObject {
		c.differ(path)
	}
	for _, name := range names {
		c.differ(report.AppendName(slices.Clip(path), name, false))
	}
}

// membersByName returns the members by their keys.
func membersByName(list []preserved.Member) map[string]preserved.Member {
	if len(list) == 0 {
		return nil
	}
	m := make(map[string]preserved.Member, len(list))
	for _, member := range list {
		m[member.Key()] = member
	}
	return m
}

func (c *comparer) slices(n *program.Node, p, q mem.Ptr, path []byte) {
	count := n.Slice.Len(p)
	if count != n.Slice.Len(q) {
		c.differ(path)
		return
	}
	for i := range count {
		c.values(n.Elem, n.Slice.Index(p, i), n.Slice.Index(q, i), c.element(path, i))
		if c.done() {
			return
		}
	}
}
