package codec

import (
	"slices"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Missing returns the required members that the struct at src leaves without
// content: absent, null, "", [] and {} are all missing, whether or not the
// schema would let them pass. Below an object that is missing it lists what is
// required there; of arrays it looks at the elements that there are.
func (p *Program) Missing(src mem.Ptr) []report.Violation {
	e := encoder{}
	e.root(p.root, src)
	m := missing{}
	m.d.In = mem.NewInput(e.buf)
	m.object(p.root.object, 0)
	return m.out
}

// missing walks a message, and the schema where the message has nothing.
type missing struct {
	d    decoder
	path []byte
	out  []report.Violation
}

// nowhere is the position of a value that the message does not have.
const nowhere = -1

func (m *missing) value(n *node, i int) {
	switch {
	case n.kind == KindObject && (i == nowhere || m.d.In.At(i) == '{'):
		m.object(n.object, i)
	case n.kind == KindSlice && i != nowhere && m.d.In.At(i) == '[':
		m.elements(n.elem, i)
	}
}

// object looks at the object at i.
func (m *missing) object(o *object, i int) {
	at := m.members(o, i)
	for index := range o.names {
		r := &o.rows[index]
		if r.flags&rowNotCarried != 0 {
			continue
		}
		mark := len(m.path)
		m.path = report.AppendMember(m.path, o.names[index])
		required := r.flags&rowRequired != 0
		value := at[index]
		if required && m.lacks(r.node, value) {
			m.note()
		}
		if value != nowhere || required {
			m.value(r.node, value)
		}
		m.path = m.path[:mark]
	}
}

// members returns the position of the value of every row's member.
func (m *missing) members(o *object, i int) []int {
	at := slices.Repeat([]int{nowhere}, o.len())
	if i == nowhere {
		return at
	}
	m.d.EachMember(i, func(name string, _, value int) int {
		if index := o.lookup(name); index >= 0 {
			at[index] = value
		}
		return m.d.SkipValue(value)
	})
	return at
}

func (m *missing) elements(n *node, i int) {
	m.d.EachElement(i, func(index, value int) int {
		mark := len(m.path)
		m.path = report.AppendIndex(m.path, index)
		m.value(n, value)
		m.path = m.path[:mark]
		return m.d.SkipValue(value)
	})
}

// lacks reports whether the required value at i says nothing. What may be any
// JSON says something as soon as it is there.
func (m *missing) lacks(n *node, i int) bool {
	return i == nowhere || n.kind != KindRaw && m.d.Blank(i)
}

func (m *missing) note() {
	if len(m.out) < report.MaxViolations {
		m.out = append(m.out, report.Violation{Path: string(m.path), Rule: report.RuleRequired})
	}
}
