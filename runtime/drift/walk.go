package drift

import (
	"slices"
	"strconv"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/extension"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/format"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// walker walks one message after the other.
type walker struct {
	jsontext.Scanner
	buf     []byte // of the copy that In reads
	event   *event
	message uint64 // its number, from 1
}

var walkers = sync.Pool{New: func() any { return new(walker) }}

// maxPooled is how large a walker's copy may be to serve the next message.
const maxPooled = 1 << 20

// withWalker calls f with a walker, which is at the beginning of a message.
func withWalker(data []byte, f func(w *walker, start int)) {
	w := walkers.Get().(*walker)
	defer func() {
		if cap(w.buf) > maxPooled {
			w.buf = nil
		}
		*w = walker{buf: w.buf}
		walkers.Put(w)
	}()
	w.buf = append(w.buf[:0], data...)
	w.In, w.buf = mem.Borrow(w.buf)
	f(w, w.StartObject())
}

// survey counts the drift of a checked message of event e.
func (w *walker) survey(e *event, start int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.seen++
	w.event, w.message = e, e.seen
	w.value(e.root, &e.whole, start)
}

// check finds out whether the object at i is all of the input, and JSON: of what is
// not, nothing is counted. It returns the position of the member Meta, 0 if there is
// none; of several, the last counts.
func (w *walker) check(i int) (meta int) {
	if w.Reason != "" {
		return 0
	}
	w.Depth = 1 // of the members
	i = w.SkipSpace(i + 1)
	for more := w.In.At(i) != '}'; more && w.Reason == ""; {
		value := w.SkipName(i)
		if w.Reason == "" && w.isNamed(i, "Meta") {
			meta = value
		}
		i = w.SkipSpace(w.SkipValue(value))
		if more = w.In.At(i) == ','; more {
			i = w.SkipSpace(i + 1)
		}
	}
	if w.In.At(i) != '}' {
		w.Fail(i, "comma or } expected")
	}
	w.End(i + 1)
	return meta
}

// isNamed reports whether the name at i is one that JSON writes without escapes.
func (w *walker) isNamed(i int, name string) bool {
	end, flags := w.SkipString(i)
	return w.Unquote(i, end, flags) == name
}

// eventName returns what the Meta section at i calls the event.
func (w *walker) eventName(i int) (n name) {
	if w.In.At(i) != '{' {
		return n
	}
	w.EachMember(i, func(member string, _, value int) int {
		end := w.SkipValue(value)
		if w.In.At(value) == '"' && (member == "DataModel" || member == "EventType") {
			_, flags := w.SkipString(value)
			if text := w.Unquote(value, end, flags); member == "DataModel" {
				n.dataModel = text
			} else {
				n.eventType = text
			}
		}
		return end
	})
	return n
}

// value walks the value at i and returns the position behind it.
func (w *walker) value(n *program.Node, p *valueCounts, i int) int {
	n = schema(n)
	t := jsontext.TypeOf(w.In.At(i))
	switch {
	case t == jsontext.TypeObject && n.Object != nil && n.Types&t != 0:
		return w.object(n.Object, p, i)
	case t == jsontext.TypeArray && n.Elem != nil && n.Types&t != 0:
		return w.array(n.Elem, p, i)
	}
	end := w.SkipValue(i)
	if !allows(n, t, w.In.Text(i, end)) {
		p.note(w.message, report.RuleType, n.Types.String(), w.kindOf(i, end))
		return end
	}
	if n.Checks != nil {
		w.checkValue(n.Checks, p, i, end)
	}
	return end
}

// checkValue checks a value of an allowed type against the documented values and forms.
func (w *walker) checkValue(c *program.Checks, p *valueCounts, i, end int) {
	if c.Enum != nil && !slices.Contains(c.Enum, jsontext.Canonical(w.In.Text(i, end))) {
		p.note(w.message, ruleEnum, "one of "+strconv.Itoa(len(c.Enum))+" values", w.kindOf(i, end))
	}
	if w.In.At(i) != '"' || end == i+2 || !c.Date && c.Values == nil {
		return
	}
	_, flags := w.SkipString(i)
	s := w.Unquote(i, end, flags)
	if c.Date && !format.ValidDate(s) {
		p.note(w.message, report.RuleDate, "ISO 8601", text)
	}
	if c.Values != nil && !slices.Contains(c.Values, s) {
		p.note(w.message, report.RuleValueSet, "one of "+strconv.Itoa(len(c.Values))+" documented values", text)
	}
}

func (w *walker) array(elem *program.Node, p *valueCounts, i int) int {
	i = w.SkipSpace(i + 1)
	if w.In.At(i) != ']' && p.elem == nil {
		p.elem = new(valueCounts)
	}
	for w.In.At(i) != ']' {
		i = w.next(w.value(elem, p.elem, i))
	}
	return i + 1
}

// next returns the position of the next member or element behind one that ends at i,
// or of the closing bracket.
func (w *walker) next(i int) int {
	if i = w.SkipSpace(i); w.In.At(i) == ',' {
		return w.SkipSpace(i + 1)
	}
	return i
}

func (w *walker) object(o *program.Object, p *valueCounts, i int) int {
	p.open(o)
	i = w.SkipSpace(i + 1)
	for last := 0; w.In.At(i) == '"'; {
		index, value := w.memberName(o, p, last, i)
		switch {
		case index < 0 && !o.Closed && (o.Lenient || o.Additional != nil || o.Patterns != nil || w.isNamed(i, extension.Member)):
			i = w.SkipValue(value)
		case index < 0:
			i = w.lacking(p, o, i, value)
		case o.Members[index].Flags&program.NotInEvent != 0:
			last = index + 1
			i = w.lacking(p, o, i, value)
		default:
			last = index + 1
			p.seen[index] = true
			i = w.known(&o.Members[index], p, index, value)
		}
		i = w.next(i)
	}
	return i + 1
}

// known walks the value at i of a documented member. Text that may be anything, which
// most members are, takes the short way.
func (w *walker) known(r *program.Member, p *valueCounts, index, i int) int {
	if r.First == '"' && r.Flags&program.HasChecks == 0 && w.In.At(i) == '"' {
		i, _ = w.SkipString(i)
		return i
	}
	return w.value(r.Node, p.member(index), i)
}

// memberName reads the name at i. It returns the index of the member that it names, or
// -1, and the position of the value. What followed the last member before is tried
// first: senders write members in one order.
func (w *walker) memberName(o *program.Object, p *valueCounts, last, i int) (index, value int) {
	index = int(p.follows[last])
	r := &o.Members[index]
	if r.Matches(w.In, i) && (r.Flags&program.HasMiddle == 0 || w.In.Load8(i+8) == o.Middles[index]) {
		return index, w.SkipSpace(i + int(r.KeySize))
	}
	end, flags := w.SkipString(i)
	if index = o.Lookup(w.Unquote(i, end, flags)); index >= 0 {
		p.follows[last] = int32(index)
	}
	return index, w.SkipColon(end)
}
