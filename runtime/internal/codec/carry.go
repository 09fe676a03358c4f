package codec

import (
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Carried is what a message of another schema can hold of a message.
type Carried struct {
	Text    []byte             // a message, as JSON
	From    map[string]string  // where the outermost members of Text stood, as a path
	Dropped []report.Violation // what it cannot hold, at most MaxViolations
	Total   int                // all of what it cannot hold
}

// Carry returns what of the message in src a message of p's schema can hold:
// members of the same names whose values have an allowed type, or are scalars
// that the field reads as one, which then take its form. An outermost
// member that the schema knows in the plural becomes its only element, and an
// only element becomes the member of that name in the singular. Members with
// nothing in them are passed over; all others that cannot be held are among the
// violations. The outermost member called except is left out without a word.
func (p *Program) Carry(src []byte, except string) (Carried, error) {
	if err := jsontext.CheckObject(src); err != nil {
		return Carried{}, err
	}
	c := carrier{except: except, from: make(map[string]string)}
	c.d.In = mem.NewInput(src)
	c.root(p.root.object)
	return Carried{Text: c.out, From: c.from, Dropped: c.dropped, Total: c.total}, nil
}

// carrier copies a message as far as a schema goes.
type carrier struct {
	d       decoder
	except  string
	out     []byte
	from    map[string]string
	path    []byte
	dropped []report.Violation
	total   int
}

// section is an outermost member of the source.
type section struct {
	name  string
	value int
}

func (c *carrier) root(o *object) {
	var names jsontext.NameSet
	var sections []section
	c.d.EachMember(c.d.Start(), func(name string, _, value int) int {
		end := c.d.SkipValue(value)
		if name == c.except {
			return end
		}
		name = strings.Clone(name)
		if i, again := names.Add(name); again {
			sections[i].value = value
		} else {
			sections = append(sections, section{name, value})
		}
		return end
	})
	c.out = append(c.out, '{')
	for _, s := range sections {
		mark := len(c.path)
		c.path = report.AppendName(c.path, s.name, o.lookup(s.name) >= 0)
		c.section(o, s, &names)
		c.path = c.path[:mark]
	}
	c.close('}')
}

// section copies an outermost member to the member of the same name, or of the
// same name in the other number.
func (c *carrier) section(o *object, s section, all *jsontext.NameSet) {
	r := o.carried(s.name)
	if r == nil {
		name, other := o.otherNumber(s.name)
		if other == nil || all.Has(name) {
			c.drop(s.value)
			return
		}
		s.name, r = name, other
	}
	c.from[s.name] = string(c.path)
	if r.kind == KindObject && c.d.In.At(s.value) == '[' {
		c.from[s.name] += "[0]" // it is the only element
	}
	c.member(s.name, func() bool { return c.inNumber(r.node, s.value) })
}

// carried returns the row called name, nil if the event does not carry it.
func (o *object) carried(name string) *row {
	i := o.lookup(name)
	if i < 0 || o.rows[i].flags&rowNotCarried != 0 {
		return nil
	}
	return &o.rows[i]
}

// otherNumber returns the row whose name is the plural or singular of name.
func (o *object) otherNumber(name string) (string, *row) {
	for i, n := range o.names {
		if n == plural(name) && o.rows[i].kind == KindSlice || name == plural(n) && o.rows[i].kind == KindObject {
			if r := o.carried(n); r != nil {
				return n, r
			}
		}
	}
	return "", nil
}

// plural is right for the words that name sections of messages.
func plural(name string) string {
	switch {
	case strings.HasSuffix(name, "is"):
		return strings.TrimSuffix(name, "is") + "es"
	case strings.HasSuffix(name, "y"):
		return strings.TrimSuffix(name, "y") + "ies"
	default:
		return name + "s"
	}
}

// inNumber copies a value, as the only element of an array where one is
// wanted, or out of an array where none is.
func (c *carrier) inNumber(n *node, i int) bool {
	switch first := c.d.In.At(i); {
	case n.kind == KindSlice && first == '{':
		mark := len(c.out)
		c.out = append(c.out, '[')
		if !c.value(n.elem, i) {
			c.out = c.out[:mark]
			return false
		}
		c.out = append(c.out, ']')
		return true
	case n.kind == KindObject && first == '[':
		return c.only(n, i)
	default:
		return c.value(n, i)
	}
}

// only copies the only element of the array at i.
func (c *carrier) only(n *node, i int) bool {
	count, element := 0, 0
	c.d.EachElement(i, func(_, value int) int {
		count, element = count+1, value
		return c.d.SkipValue(value)
	})
	if count != 1 {
		if count > 1 {
			c.note(report.Violation{Rule: report.RuleNotInEvent, Want: "1 element", Got: strconv.Itoa(count)})
		}
		return false
	}
	mark := len(c.path)
	c.path = report.AppendIndex(c.path, 0)
	ok := c.value(n, element)
	c.path = c.path[:mark]
	return ok
}

// member writes a member whose value copy writes, unless copy writes none.
func (c *carrier) member(name string, copy func() bool) {
	mark := len(c.out)
	c.out = jsontext.AppendString(c.out, name)
	c.out = append(c.out, ':')
	if !copy() {
		c.out = c.out[:mark]
		return
	}
	c.out = append(c.out, ',')
}

// close ends an object or array: in place of the last comma, if there is one.
func (c *carrier) close(closing byte) {
	if last := len(c.out) - 1; c.out[last] == ',' {
		c.out[last] = closing
		return
	}
	c.out = append(c.out, closing)
}

// value copies the value at i and reports whether there was anything to copy.
func (c *carrier) value(n *node, i int) bool {
	if c.d.Blank(i) {
		return false
	}
	end := c.d.SkipValue(i)
	got := jsontext.TypeOf(c.d.In.At(i))
	want := n.natural()
	if s, ok := n.coerced(c.d.In.Text(i, end), got); ok && n.types&want != 0 {
		if want == jsontext.TypeString {
			c.out = jsontext.AppendString(c.out, s)
		} else {
			c.out = append(c.out, s...)
		}
		return true
	}
	if got&want == 0 || n.types&got == 0 && !(got == jsontext.TypeNumber && n.types&jsontext.TypeInteger != 0 && jsontext.IsInteger(c.d.In.Text(i, end))) {
		c.note(report.Violation{Rule: report.RuleType, Want: (want & n.types).String(), Got: got.String()})
		return false
	}
	switch n.kind {
	case KindObject:
		return c.object(n.object, i)
	case KindSlice:
		return c.elements(n.elem, i)
	default:
		c.out = append(c.out, c.d.In.Text(i, end)...)
		return true
	}
}

// natural returns the types that the Go value at n shows as they are.
func (n *node) natural() jsontext.Types {
	switch n.kind {
	case KindString, KindDate:
		return jsontext.TypeString
	case KindNumber:
		return jsontext.TypeNumber | jsontext.TypeInteger
	case KindBool:
		return jsontext.TypeBoolean
	case KindObject:
		return jsontext.TypeObject
	case KindSlice:
		return jsontext.TypeArray
	default:
		return jsontext.AnyType
	}
}

func (c *carrier) object(o *object, i int) bool {
	mark := len(c.out)
	c.out = append(c.out, '{')
	c.d.EachMember(i, func(name string, _, value int) int {
		at := len(c.path)
		c.path = report.AppendName(c.path, name, o.lookup(name) >= 0)
		if r := o.carried(name); r == nil {
			c.drop(value)
		} else {
			c.member(strings.Clone(name), func() bool { return c.value(r.node, value) })
		}
		c.path = c.path[:at]
		return c.d.SkipValue(value)
	})
	if len(c.out) == mark+1 {
		c.out = c.out[:mark]
		return false
	}
	c.close('}')
	return true
}

func (c *carrier) elements(n *node, i int) bool {
	mark := len(c.out)
	c.out = append(c.out, '[')
	c.d.EachElement(i, func(index, value int) int {
		at := len(c.path)
		c.path = report.AppendIndex(c.path, index)
		if c.element(n, value) {
			c.out = append(c.out, ',')
		}
		c.path = c.path[:at]
		return c.d.SkipValue(value)
	})
	if len(c.out) == mark+1 {
		c.out = c.out[:mark]
		return false
	}
	c.close(']')
	return true
}

// element copies an element of an array, which counts even if there is nothing
// in it.
func (c *carrier) element(n *node, i int) bool {
	if !c.d.Blank(i) {
		return c.value(n, i)
	}
	t := jsontext.TypeOf(c.d.In.At(i))
	if n.types&t == 0 || n.natural()&t == 0 && t != jsontext.TypeNull {
		return false
	}
	switch t {
	case jsontext.TypeObject:
		c.out = append(c.out, "{}"...)
	case jsontext.TypeArray:
		c.out = append(c.out, "[]"...)
	default:
		c.out = append(c.out, c.d.In.Text(i, c.d.SkipValue(i))...)
	}
	return true
}

// drop reports the value at i, which has no place, if it holds anything.
func (c *carrier) drop(i int) {
	if !c.d.Blank(i) {
		c.note(report.Violation{Rule: report.RuleNotInEvent})
	}
}

// note adds a violation at the current path.
func (c *carrier) note(v report.Violation) {
	c.total++
	if len(c.dropped) < report.MaxViolations {
		v.Path, v.Severity = string(c.path), report.Warning
		c.dropped = append(c.dropped, v)
	}
}
