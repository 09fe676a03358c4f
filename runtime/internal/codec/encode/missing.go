package encode

import (
	"github.com/redoxgen/redoxgen/internal/fieldpath"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/alloc"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Check validates what the struct at src is encoded to, and returns also the
// required members that it leaves without content: absent, null, "", [] and {} are
// all missing, whether or not the schema would let them pass. Below an object that
// is missing it lists what is required there; of arrays it looks at the elements
// that there are. Most messages show while they are encoded that neither is needed.
func Check(p *program.Program, src mem.Ptr) (lacking []report.Violation, found report.Findings) {
	buf := alloc.TakeBuffer()
	defer alloc.ReturnBuffer(buf)
	e := encoder{buf: (*buf)[:0]}
	e.root(p.Root, src)
	*buf = e.buf
	if !e.lacks && e.mayViolate == 0 && !e.copied && e.Replaced == nil && e.Invalid == nil {
		return nil, report.Findings{}
	}
	m := missing{}
	if e.lacks || e.copied || e.Invalid != nil {
		m.In = mem.NewInput(e.buf)
		m.object(p.Root.Object, 0)
	}
	return m.out, e.validate(p)
}

// missing walks a message, and its schema where the message has nothing.
type missing struct {
	jsontext.Scanner
	path []byte
	at   []int // positions of members, of the objects that led to the current one
	out  []report.Violation
}

// nowhere is the position of a value that the message does not have.
const nowhere = -1

func (m *missing) value(n *program.Node, i int) {
	switch {
	case !n.Requires:
	case n.Kind == program.KindObject && (i == nowhere || m.In.At(i) == '{'):
		m.object(n.Object, i)
	case n.Kind == program.KindSlice && i != nowhere && m.In.At(i) == '[':
		m.elements(n.Elem, i)
	}
}

// object looks at the object at i.
func (m *missing) object(o *program.Object, i int) {
	begin := len(m.at)
	m.members(o, i)
	for index := range o.Names {
		r := &o.Members[index]
		if r.Flags&program.NotInEvent != 0 {
			continue
		}
		mark := len(m.path)
		m.path = fieldpath.AppendMember(m.path, o.Names[index])
		required := r.Flags&program.Required != 0
		value := m.at[begin+index]
		if required && m.lacks(r.Node, value) {
			m.note()
		}
		if value != nowhere || required {
			m.value(r.Node, value)
		}
		m.path = m.path[:mark]
	}
	m.at = m.at[:begin]
}

// members appends the position of every member's value to at.
func (m *missing) members(o *program.Object, i int) {
	begin := len(m.at)
	for range o.Len() {
		m.at = append(m.at, nowhere)
	}
	if i == nowhere {
		return
	}
	m.EachMember(i, func(name string, _, value int) int {
		if index := o.Lookup(name); index >= 0 {
			m.at[begin+index] = value
		}
		return m.SkipValue(value)
	})
}

func (m *missing) elements(n *program.Node, i int) {
	m.EachElement(i, func(index, value int) int {
		mark := len(m.path)
		m.path = fieldpath.AppendIndex(m.path, index)
		m.value(n, value)
		m.path = m.path[:mark]
		return m.SkipValue(value)
	})
}

// lacks reports whether the required value at i holds nothing. Any value will do
// where the schema allows any JSON.
func (m *missing) lacks(n *program.Node, i int) bool {
	return i == nowhere || n.Kind != program.KindRaw && m.Blank(i)
}

// note adds the current path.
func (m *missing) note() {
	if len(m.out) < report.MaxViolations {
		m.out = append(m.out, report.Violation{Path: string(m.path), Rule: report.RuleRequired})
	}
}
