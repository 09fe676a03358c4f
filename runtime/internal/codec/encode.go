package codec

import (
	"errors"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// ErrNotJSON is returned when a Number or Raw field holds text that is not
// JSON of its kind, so that the message could not be sent.
var ErrNotJSON = errors.New("redox: a Number or Raw field holds text that is not JSON")

// encoder appends one message to a buffer.
type encoder struct {
	buf      []byte
	invalid  []unwritten
	replaced []int    // positions of strings whose fields hold text that is not UTF-8; U+FFFD stands in them
	copied   bool     // JSON text may have been written as it is, whose strings were not looked at
	doubt    rowFlags // not 0 if what is written may violate the schema
}

// unwritten is a value whose field holds text that is not JSON of its kind; null
// stands in its place.
type unwritten struct {
	at        int
	want, got string
}

// Append appends the struct at src to dst.
func (p *Program) Append(dst []byte, src mem.Ptr) ([]byte, error) {
	e := encoder{buf: dst}
	e.root(p.root, src)
	if e.invalid != nil {
		return dst, ErrNotJSON
	}
	return e.buf, nil
}

// ValidateValue validates what the struct at src encodes to.
func (p *Program) ValidateValue(src mem.Ptr) report.Findings {
	buf := buffers.Get().(*[]byte)
	defer putBuffer(buf)
	e := encoder{buf: (*buf)[:0]}
	e.root(p.root, src)
	*buf = e.buf
	d := newDecoder(e.buf)
	defer d.release()
	d.limitTo(unlimited)
	d.sending, d.outgoing, d.replaced, d.invalid = true, true, e.replaced, e.invalid
	found, err := d.run(p.root, mem.Ptr{})
	if err != nil {
		return report.Findings{Listed: []report.Violation{{Rule: report.RuleType, Want: "JSON"}}, Total: 1, Errors: 1}
	}
	return found
}

func (e *encoder) root(n *node, p mem.Ptr) {
	mark := len(e.buf)
	e.doubtIf(n.doubt)
	if e.structValue(n, p); len(e.buf) == mark {
		e.buf = append(e.buf, '{', '}')
	}
}

// doubtIf notes that what is written may violate the schema.
func (e *encoder) doubtIf(doubt bool) {
	if doubt {
		e.doubt = rowDoubt
	}
}

// object appends the members of the struct at p, nothing if there are none. It
// reports whether any of them is more than a required member's default.
func (e *encoder) object(o *object, p mem.Ptr) (set bool) {
	buf := e.buf // stays in registers while strings are appended
	start := len(buf)
	k := *preserved.Of(p)
	rows := o.rows[:o.len()]
	keys, fields := o.keys[:len(rows)], o.fields[:len(rows)]
	var doubt rowFlags
	for i := range rows {
		r := &rows[i]
		f := p.Field(r.place)
		// Most members are plain: nothing is kept of them, and they are set
		// or simply left out.
		if k == nil || k.IsExact(int(fields[i])) {
			switch r.kind {
			case KindString, KindDate:
				if s := *f.String(); s != "" {
					buf = e.appendText(buf, &keys[i], s)
					doubt |= r.flags
					set = true
					continue
				}
				if r.flags&rowRequired == 0 {
					continue
				}
			case KindNumber, KindRaw:
				if *f.String() != "" {
					break
				}
				e.doubtIf(r.flags&rowRequired != 0)
				continue
			case KindBool:
				if *f.Uint8() != 0 {
					break
				}
				e.doubtIf(r.flags&rowRequired != 0)
				continue
			case KindSlice:
				if r.node.slice.Len(f) > 0 {
					e.buf = append(buf, keys[i].text...)
					e.elements(r.node, f)
					buf = e.buf
					e.doubt |= r.flags & rowDoubt
					set = true
					continue
				}
				if !r.node.slice.IsNil(f) {
					buf = append(append(buf, keys[i].text...), "[]"...)
					e.doubt |= r.flags & rowDoubt
					set = true
					continue
				}
				if r.flags&rowRequired == 0 {
					continue
				}
			case KindObject:
				if r.node.typ.IsZero(f) {
					if r.flags&rowRequired == 0 {
						continue
					}
					break
				}
				mark := len(buf)
				e.buf = append(buf, keys[i].text...)
				if e.structValue(r.node, f) {
					buf = e.buf
					e.doubt |= r.flags & rowDoubt
					set = true
					continue
				}
				buf = e.buf[:mark]
			}
		}
		e.buf = buf
		if e.member(o, i, f, k) {
			set = true
		}
		buf = e.buf
	}
	e.buf = buf
	e.doubt |= doubt & rowDoubt
	if k != nil && k.Rare != nil {
		e.copied = true
		if len(k.Rare.Unknown) > 0 {
			e.unknown(k.Rare.Unknown)
			e.doubtIf(o.closed)
			set = true
		}
	}
	if len(e.buf) > start {
		e.buf[start] = '{' // in place of the first comma
		e.buf = append(e.buf, '}')
	}
	return set
}

// member appends one member if the message is to have it, and reports whether
// it is more than a default.
func (e *encoder) member(o *object, index int, p mem.Ptr, k *preserved.Preserved) (set bool) {
	r, key := &o.rows[index], o.keys[index].text
	e.doubt |= r.flags & rowDoubt
	var kept preserved.Field
	if k != nil {
		kept = k.Get(int(o.fields[index]))
	}
	if kept.Fidelity >= preserved.Coerced && e.kept(r.node, key, p, kept) {
		e.doubtIf(true)
		return true
	}
	mark := len(e.buf)
	e.buf = append(e.buf, key...)
	value := len(e.buf)
	if e.value(r.node, p) {
		return true
	}
	required := r.flags&rowRequired != 0
	switch {
	case kept.Fidelity == preserved.Null:
		e.buf = append(e.buf[:value], "null"...)
		e.doubtIf(r.node.types&jsontext.TypeNull == 0)
		return true
	case kept.Fidelity == preserved.Empty:
		e.doubtIf(len(e.buf) > value) // required members, which are dropped here
		e.buf = append(e.buf[:value], r.node.zeroText()...)
		return true
	case kept.Fidelity == preserved.Absent, !required, r.kind == KindNumber, r.kind == KindBool, r.kind == KindRaw:
		// A required number or boolean that is not set has no default.
		e.buf = e.buf[:mark]
		e.doubtIf(required)
	case len(e.buf) == value:
		e.buf = append(e.buf, r.node.zeroText()...)
	}
	return false
}

// value appends the value at p and reports whether it is set. Of one that is
// not, it appends at most the defaults of required members.
func (e *encoder) value(n *node, p mem.Ptr) (set bool) {
	switch n.kind {
	case KindString, KindDate:
		s := *p.String()
		if s == "" {
			return false
		}
		e.buf = e.appendText(e.buf, &noKey, s)
	case KindNumber:
		return e.text(*p.String(), jsontext.IsNumber, "number", "text that is not a number")
	case KindRaw:
		e.copied = true
		return e.text(*p.String(), jsontext.Valid, "JSON text", "text that is not JSON")
	case KindBool:
		switch *p.Uint8() {
		case 1:
			e.buf = append(e.buf, "false"...)
		case 2:
			e.buf = append(e.buf, "true"...)
		default:
			return false
		}
	case KindObject:
		return e.structValue(n, p)
	case KindSlice:
		if n.slice.IsNil(p) {
			return false
		}
		e.elements(n, p)
	}
	return true
}

// structValue appends a struct, or what it was decoded from when that was not
// an object.
func (e *encoder) structValue(n *node, p mem.Ptr) (set bool) {
	mark := len(e.buf)
	set = e.object(n.object, p)
	if k := *preserved.Of(p); !set && k != nil && k.Rare != nil && k.Rare.Original != "" {
		e.buf = append(e.buf[:mark], k.Rare.Original...)
		e.doubtIf(true)
		return true
	}
	return set
}

// text appends text that must be JSON of a kind, and notes what is wanted and
// what is there if it is not.
func (e *encoder) text(s string, valid func(string) bool, want, got string) bool {
	if s == "" {
		return false
	}
	if !valid(s) {
		e.invalid = append(e.invalid, unwritten{len(e.buf), want, got})
		s = "null"
	}
	e.buf = append(e.buf, s...)
	return true
}

func (e *encoder) elements(n *node, p mem.Ptr) {
	e.buf = append(e.buf, '[')
	for i := range n.slice.Len(p) {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		e.element(n.elem, n.slice.Index(p, i))
	}
	e.buf = append(e.buf, ']')
}

// element appends an element of an array, which is always written.
func (e *encoder) element(n *node, p mem.Ptr) {
	mark := len(e.buf)
	if !e.value(n, p) && len(e.buf) == mark {
		e.buf = append(e.buf, n.zeroText()...)
		e.doubtIf(n.types&jsontext.TypeNull == 0)
	}
}

// keptElements is elements for an array of which f finds what it cannot show.
func (e *encoder) keptElements(n *node, p mem.Ptr, f *finder) {
	e.buf = append(e.buf, '[')
	spots := f.spots(n, p)
	for i := range n.slice.Len(p) {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		q := n.slice.Index(p, i)
		raw, _ := f.element(n.elem, q, i, &spots)
		switch {
		case raw != "":
			e.buf = append(e.buf, raw...)
		case n.elem.kind == KindSlice && !n.elem.slice.IsNil(q):
			e.keptElements(n.elem, q, f)
		default:
			e.element(n.elem, q)
		}
	}
	e.buf = append(e.buf, ']')
}

// zeroText is how the zero value is written where it cannot be left out.
func (n *node) zeroText() string {
	switch n.kind {
	case KindString, KindDate:
		return `""`
	case KindObject:
		return "{}"
	case KindSlice:
		return "[]"
	default:
		return "null"
	}
}

// kept appends a member from its kept text, if the field still agrees with it.
func (e *encoder) kept(n *node, key string, p mem.Ptr, k preserved.Field) bool {
	switch k.Fidelity {
	case preserved.Coerced:
		if !shows(n, p, &k) {
			return false
		}
		e.buf = append(append(e.buf, key...), k.JSON...)
	case preserved.InElements:
		if n.slice.IsNil(p) {
			return false
		}
		e.buf = append(e.buf, key...)
		e.keptElements(n, p, newFinder(k.List))
	case preserved.Unrepresentable:
		mark := len(e.buf)
		e.buf = append(e.buf, key...)
		if e.value(n, p) {
			return true
		}
		e.buf = append(e.buf[:mark+len(key)], k.JSON...)
	}
	return true
}

func (e *encoder) unknown(members []preserved.Member) {
	for _, m := range members {
		e.buf = append(e.buf, ',')
		if m.Written != "" {
			e.buf = append(e.buf, m.Written...)
		} else {
			e.buf = jsontext.AppendString(e.buf, m.Name)
		}
		e.buf = append(append(e.buf, ':'), m.JSON...)
	}
}
