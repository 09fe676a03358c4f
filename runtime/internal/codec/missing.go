package codec

import (
	"slices"
	"strconv"

	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Missing returns the required members that the struct at src leaves without
// content: absent, null, "", [] and {} are all missing, whether or not the
// schema would let them pass. Below an object that is missing it lists what is
// required there; of arrays it looks at the elements that there are.
func (p *Program) Missing(src mem.Ptr) []Violation {
	e := encoder{}
	e.root(p.root, src)
	m := missing{}
	m.d.in = mem.NewInput(e.buf)
	m.object(p.root.object, 0)
	return m.out
}

// missing walks a message, and the schema where the message has nothing.
type missing struct {
	d    decoder
	path []byte
	out  []Violation
}

// nowhere is the position of a value that the message does not have.
const nowhere = -1

func (m *missing) value(n *node, i int) {
	switch {
	case n.kind == KindObject && (i == nowhere || m.d.in.At(i) == '{'):
		m.object(n.object, i)
	case n.kind == KindSlice && i != nowhere && m.d.in.At(i) == '[':
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
		m.path = appendMember(m.path, o.names[index])
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
	m.d.eachMember(i, func(name string, _, value int) {
		if index := o.lookup(name); index >= 0 {
			at[index] = value
		}
	})
	return at
}

func (m *missing) elements(n *node, i int) {
	m.d.eachElement(i, func(index, value int) {
		mark := len(m.path)
		m.path = append(m.path, '[')
		m.path = strconv.AppendInt(m.path, int64(index), 10)
		m.path = append(m.path, ']')
		m.value(n, value)
		m.path = m.path[:mark]
	})
}

// lacks reports whether the required value at i says nothing. What may be any
// JSON says something as soon as it is there.
func (m *missing) lacks(n *node, i int) bool {
	return i == nowhere || n.kind != KindRaw && m.d.blank(i)
}

func (m *missing) note() {
	if len(m.out) < MaxViolations {
		m.out = append(m.out, Violation{Path: string(m.path), Rule: ruleRequired})
	}
}

// blank reports whether the value at i holds nothing: null, "", [], or an
// object whose members are all blank.
func (d *decoder) blank(i int) bool {
	_, blank := d.blankTo(i)
	return blank
}

// blankTo is blank, and returns the position behind the value.
func (d *decoder) blankTo(i int) (end int, blank bool) {
	switch d.in.At(i) {
	case 'n':
		return d.skip(i), true
	case '"':
		return d.skip(i), d.in.At(i+1) == '"'
	case '[':
		return d.skip(i), d.in.At(d.space(i+1)) == ']'
	case '{':
	default:
		return d.skip(i), false
	}
	blank = true
	i = d.space(i + 1)
	for d.in.At(i) == '"' {
		name, _ := d.str(i)
		value, none := d.blankTo(d.colon(name))
		blank = blank && none
		if i = d.space(value); d.in.At(i) == ',' {
			i = d.space(i + 1)
		}
	}
	return i + 1, blank
}

// eachMember calls f for every member of the object at i, which is known to be
// valid JSON, with the positions of the member's name and value. It returns
// the position behind the object.
func (d *decoder) eachMember(i int, f func(name string, at, value int)) int {
	i = d.space(i + 1)
	for d.in.At(i) == '"' {
		end, flags := d.str(i)
		value := d.colon(end)
		f(d.text(i, end, flags), i, value)
		if i = d.space(d.skip(value)); d.in.At(i) == ',' {
			i = d.space(i + 1)
		}
	}
	return i + 1
}

// eachElement is eachMember for an array.
func (d *decoder) eachElement(i int, f func(index, value int)) int {
	i = d.space(i + 1)
	for n := 0; d.in.At(i) != ']'; n++ {
		f(n, i)
		if i = d.space(d.skip(i)); d.in.At(i) == ',' {
			i = d.space(i + 1)
		}
	}
	return i + 1
}
