package convert

import (
	"slices"
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/internal/fieldpath"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/extension"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Projection is what another event can say of a message.
type Projection struct {
	Text    []byte             // a message, as JSON
	From    map[string]string  // by outermost member of Text: the path of what it was made of
	Dropped []report.Violation // what the event cannot say, at most MaxViolations
	Total   int                // of what the event cannot say
}

// Project returns what a message of p's event can say of the message in src:
// members of the same names whose values have an allowed type, or are scalars that
// the field coerces, which are written as the field shows them. An outermost
// object becomes the only element of the list whose name is its plural, and the
// only element of an outermost list the object whose name is its singular. Members
// with nothing in them are left out. Dropped lists all others that the event cannot
// say. The outermost member called except is left out, too. Extensions may be anywhere,
// and members whose names are at the positions in members, which are sorted.
func Project(p *program.Program, src []byte, except string, members []int) (Projection, error) {
	if err := jsontext.CheckObject(src); err != nil {
		return Projection{}, err
	}
	c := projector{except: except, members: members, from: make(map[string]string)}
	c.In = mem.NewInput(src)
	c.root(p.Root.Object)
	return Projection{Text: c.out, From: c.from, Dropped: c.dropped, Total: c.total}, nil
}

// projector copies what a schema has of a message.
type projector struct {
	jsontext.Scanner
	except  string
	members []int
	out     []byte
	from    map[string]string
	drops
}

// drops is what an event cannot say of a message.
type drops struct {
	path    []byte
	dropped []report.Violation
	total   int
}

// section is an outermost member of the message.
type section struct {
	name  string
	value int
}

func (c *projector) root(o *program.Object) {
	var names jsontext.NameSet
	var sections []section
	c.EachMember(c.Start(), func(name string, at, value int) int {
		end := c.SkipValue(value)
		if name == c.except {
			return end
		}
		name = strings.Clone(name)
		if i, again := names.Add(name, at, c.In.Len()-at); again {
			sections[i].value = value
		} else {
			sections = append(sections, section{name, value})
		}
		return end
	})
	c.out = append(c.out, '{')
	for _, s := range sections {
		mark := len(c.path)
		c.path = report.AppendName(c.path, s.name, o.Lookup(s.name) >= 0)
		c.section(o, s, &names)
		c.path = c.path[:mark]
	}
	c.close('}')
}

// section copies an outermost member to the member of the same name, or of its
// plural or singular.
func (c *projector) section(o *program.Object, s section, all *jsontext.NameSet) {
	r := inEvent(o, s.name)
	if r == nil {
		name, other := otherNumber(o, s.name)
		if other == nil || all.Has(name) {
			c.outside(s.name, nowhere, s.value)
			return
		}
		s.name, r = name, other
	}
	c.from[s.name] = string(c.path)
	if r.Kind == program.KindObject && c.In.At(s.value) == '[' {
		c.from[s.name] += "[0]" // it is the only element
	}
	c.member(s.name, func() bool { return c.inNumber(r.Node, s.value) })
}

// inEvent returns the member called name, nil if the event does not have it.
func inEvent(o *program.Object, name string) *program.Member {
	i := o.Lookup(name)
	if i < 0 || o.Members[i].Flags&program.NotInEvent != 0 {
		return nil
	}
	return &o.Members[i]
}

// otherNumber returns the member whose name is the plural or singular of name.
func otherNumber(o *program.Object, name string) (string, *program.Member) {
	for i, n := range o.Names {
		if n == plural(name) && o.Members[i].Kind == program.KindSlice || name == plural(n) && o.Members[i].Kind == program.KindObject {
			if r := inEvent(o, n); r != nil {
				return n, r
			}
		}
	}
	return "", nil
}

// plural returns the plural of a word that names a section of messages.
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

// inNumber copies a value: an object as the only element of a list, the only
// element of a list as an object, and all else as it is.
func (c *projector) inNumber(n *program.Node, i int) bool {
	switch first := c.In.At(i); {
	case n.Kind == program.KindSlice && first == '{':
		mark := len(c.out)
		c.out = append(c.out, '[')
		if !c.value(n.Elem, i) {
			c.out = c.out[:mark]
			return false
		}
		c.out = append(c.out, ']')
		return true
	case n.Kind == program.KindObject && first == '[':
		return c.only(n, i)
	default:
		return c.value(n, i)
	}
}

// only copies the only element of the array at i.
func (c *projector) only(n *program.Node, i int) bool {
	count, element := 0, 0
	c.EachElement(i, func(_, value int) int {
		count, element = count+1, value
		return c.SkipValue(value)
	})
	if count != 1 {
		if count > 1 {
			c.note(report.Violation{Rule: report.RuleNotInEvent, Want: "1 element", Got: strconv.Itoa(count)})
		}
		return false
	}
	mark := len(c.path)
	c.path = fieldpath.AppendIndex(c.path, 0)
	ok := c.value(n, element)
	c.path = c.path[:mark]
	return ok
}

// member writes a member whose value copy writes, unless copy writes none.
func (c *projector) member(name string, copy func() bool) {
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
func (c *projector) close(closing byte) {
	if last := len(c.out) - 1; c.out[last] == ',' {
		c.out[last] = closing
		return
	}
	c.out = append(c.out, closing)
}

// value copies the value at i. It reports false if there is nothing to copy.
func (c *projector) value(n *program.Node, i int) bool {
	if c.Blank(i) {
		return false
	}
	end := c.SkipValue(i)
	got := jsontext.TypeOf(c.In.At(i))
	want := n.Kind.Types()
	if s, ok := n.Coerced(c.In.Text(i, end), got); ok && n.Types&want != 0 {
		if want == jsontext.TypeString {
			c.out = jsontext.AppendString(c.out, s)
		} else {
			c.out = append(c.out, s...)
		}
		return true
	}
	if got&want == 0 || n.Types&got == 0 && !(got == jsontext.TypeNumber && n.Types&jsontext.TypeInteger != 0 && jsontext.IsInteger(c.In.Text(i, end))) {
		c.note(report.Violation{Rule: report.RuleType, Want: (want & n.Types).String(), Got: got.String()})
		return false
	}
	switch n.Kind {
	case program.KindObject:
		return c.object(n.Object, i)
	case program.KindSlice:
		return c.elements(n.Elem, i)
	default:
		c.out = append(c.out, c.In.Text(i, end)...)
		return true
	}
}

func (c *projector) object(o *program.Object, i int) bool {
	mark := len(c.out)
	c.out = append(c.out, '{')
	c.EachMember(i, func(name string, nameAt, value int) int {
		at := len(c.path)
		c.path = report.AppendName(c.path, name, o.Lookup(name) >= 0)
		if r := inEvent(o, name); r == nil {
			c.outside(name, nameAt, value)
		} else {
			c.member(strings.Clone(name), func() bool { return c.value(r.Node, value) })
		}
		c.path = c.path[:at]
		return c.SkipValue(value)
	})
	if len(c.out) == mark+1 {
		c.out = c.out[:mark]
		return false
	}
	c.close('}')
	return true
}

func (c *projector) elements(n *program.Node, i int) bool {
	mark := len(c.out)
	c.out = append(c.out, '[')
	c.EachElement(i, func(index, value int) int {
		at := len(c.path)
		c.path = fieldpath.AppendIndex(c.path, index)
		if c.element(n, value) {
			c.out = append(c.out, ',')
		}
		c.path = c.path[:at]
		return c.SkipValue(value)
	})
	if len(c.out) == mark+1 {
		c.out = c.out[:mark]
		return false
	}
	c.close(']')
	return true
}

// element copies an element of an array, even one with nothing in it.
func (c *projector) element(n *program.Node, i int) bool {
	if !c.Blank(i) {
		return c.value(n, i)
	}
	t := jsontext.TypeOf(c.In.At(i))
	if n.Types&t == 0 || n.Kind.Types()&t == 0 && t != jsontext.TypeNull {
		return false
	}
	switch t {
	case jsontext.TypeObject:
		c.out = append(c.out, "{}"...)
	case jsontext.TypeArray:
		c.out = append(c.out, "[]"...)
	default:
		c.out = append(c.out, c.In.Text(i, c.SkipValue(i))...)
	}
	return true
}

// outside copies a member that the event does not name, if it may be anywhere. Its name
// is at at, its value at i.
func (c *projector) outside(name string, at, i int) {
	_, wanted := slices.BinarySearch(c.members, at)
	switch isObject := c.In.At(i) == '{'; {
	case !wanted && name != extension.Member:
		c.drop(i)
	case !wanted && c.Blank(i):
	case !wanted && !isObject:
		c.note(report.Violation{Rule: report.RuleExtension, Want: jsontext.TypeObject.String(), Got: jsontext.TypeOf(c.In.At(i)).String()})
	default:
		c.member(strings.Clone(name), func() bool {
			c.out = append(c.out, c.In.Text(i, c.SkipValue(i))...)
			return true
		})
	}
}

// nowhere is the position of what is not in the message.
const nowhere = -1

// drop notes that the event does not have the value at i, if there is anything in it.
func (c *projector) drop(i int) {
	if !c.Blank(i) {
		c.note(report.Violation{Rule: report.RuleNotInEvent})
	}
}

// note adds a violation at the current path.
func (c *drops) note(v report.Violation) {
	c.total++
	if len(c.dropped) < report.MaxViolations {
		v.Path, v.Severity = string(c.path), report.Warning
		c.dropped = append(c.dropped, v)
	}
}
