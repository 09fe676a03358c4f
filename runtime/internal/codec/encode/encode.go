package encode

import (
	"errors"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/decode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// ErrNotJSON is returned when a Number or Raw field, or a member without a field that
// was set, holds text that is not JSON of its kind, so that the message could not be
// sent.
var ErrNotJSON = errors.New("redox: a Number or Raw field, or a member without a field, holds text that is not JSON")

// encoder appends one message to a buffer.
type encoder struct {
	buf []byte
	decode.Written
	asIs       bool          // text that is not UTF-8, or not JSON, stays, to be found later
	members    []int         // positions of members without a field that the program set
	copied     bool          // JSON may have been written as it came, whose strings were not looked at
	mayViolate program.Flags // not 0 if the message may violate the schema
	lacks      bool          // a required member may be missing, or have nothing in it
}

// content says what was written of a value.
type content uint8

// What may be written of a value.
const (
	written content = 1 << iota // more than a required member's default
	filled                      // more than null, "", [], {} and objects of these
)

// Append appends the struct at src to dst.
func Append(p *program.Program, dst []byte, src mem.Ptr) ([]byte, error) {
	e := encoder{buf: dst}
	e.root(p.Root, src)
	if e.Invalid != nil {
		return dst, ErrNotJSON
	}
	return e.buf, nil
}

// AsIs is Append for what becomes a part of a message: text that is not UTF-8, or not
// JSON, stays as it is, so that it is found where the message is validated.
func AsIs(p *program.Program, src mem.Ptr) []byte {
	e := encoder{asIs: true}
	e.root(p.Root, src)
	return e.buf
}

// WithMembers is Append to nothing, and returns also the positions of the names of
// members without a field that the program set, in their order.
func WithMembers(p *program.Program, src mem.Ptr) (text []byte, members []int, err error) {
	e := encoder{}
	e.root(p.Root, src)
	if e.Invalid != nil {
		return nil, nil, ErrNotJSON
	}
	return e.buf, e.members, nil
}

// root appends the message.
func (e *encoder) root(n *program.Node, p mem.Ptr) {
	mark := len(e.buf)
	e.mayViolateIf(n.MayViolate)
	if e.structValue(n, p); len(e.buf) == mark {
		e.buf = append(e.buf, '{', '}')
	}
}

// mayViolateIf notes that what is written may violate the schema.
func (e *encoder) mayViolateIf(may bool) {
	if may {
		e.mayViolate = program.MayViolate
	}
}

// object appends the members of the struct at p, nothing if there are none.
func (e *encoder) object(o *program.Object, p mem.Ptr) (got content) {
	buf := e.buf // stays in registers while strings are appended
	start := len(buf)
	k := *preserved.Of(p)
	members := o.Members[:o.Len()]
	keys, fields := o.Keys[:len(members)], o.Fields[:len(members)]
	var flags program.Flags // of texts that are written
	for i := range members {
		r := &members[i]
		f := p.Field(r.Field)
		// The fields of most members show all of them: they are set, or the
		// member is left out.
		if k == nil || k.IsExact(int(fields[i])) {
			switch r.Kind {
			case program.KindString, program.KindDate:
				if s := *f.String(); s != "" {
					buf = e.appendText(buf, &keys[i], s)
					flags |= r.Flags
					got = written | filled
					continue
				}
				if r.Flags&program.Required == 0 {
					continue
				}
			case program.KindNumber, program.KindRaw:
				if *f.String() != "" {
					break
				}
				e.unset(r)
				continue
			case program.KindBool:
				if *f.Uint8() != 0 {
					break
				}
				e.unset(r)
				continue
			case program.KindSlice:
				if r.Node.Slice.Len(f) > 0 {
					e.buf = append(buf, keys[i].Text...)
					e.elements(r.Node, f)
					buf = e.buf
					e.mayViolate |= r.Flags & program.MayViolate
					got = written | filled
					continue
				}
				if !r.Node.Slice.IsNil(f) {
					buf = append(append(buf, keys[i].Text...), "[]"...)
					e.mayViolate |= r.Flags & program.MayViolate
					e.lacks = e.lacks || r.Flags&program.Required != 0
					got |= written
					continue
				}
				if r.Flags&program.Required == 0 {
					continue
				}
			case program.KindObject:
				if r.Node.Type.IsZero(f) {
					if r.Flags&program.Required == 0 {
						continue
					}
					break
				}
				mark := len(buf)
				e.buf = append(buf, keys[i].Text...)
				if inner := e.structValue(r.Node, f); inner != 0 {
					buf = e.buf
					e.mayViolate |= r.Flags & program.MayViolate
					e.lacks = e.lacks || inner&filled == 0 && r.Flags&program.Required != 0
					got |= inner
					continue
				}
				buf = e.buf[:mark]
			}
		}
		e.buf = buf
		inner := e.member(o, i, f, k)
		e.lacks = e.lacks || inner&filled == 0 && r.Flags&program.Required != 0
		got |= inner
		buf = e.buf
	}
	e.buf = buf
	e.mayViolate |= flags & program.MayViolate
	if k != nil && k.Rare != nil {
		e.copied = true
		if unknown := k.Unknown(); len(unknown) > 0 {
			e.unknown(unknown)
			e.mayViolateIf(o.Closed)
			got |= written
		}
	}
	if len(e.buf) > start {
		e.buf[start] = '{' // in place of the first comma
		e.buf = append(e.buf, '}')
	}
	return got
}

// unset notes that a member has no value, and no default.
func (e *encoder) unset(r *program.Member) {
	if r.Flags&program.Required != 0 {
		e.mayViolateIf(true)
		e.lacks = true
	}
}

// member appends one member if the message is to have it.
func (e *encoder) member(o *program.Object, index int, p mem.Ptr, k *preserved.Preserved) content {
	r, key := &o.Members[index], o.Keys[index].Text
	e.mayViolate |= r.Flags & program.MayViolate
	var f preserved.Field
	if k != nil {
		f = k.Get(int(o.Fields[index]))
	}
	if f.Fidelity >= preserved.Coerced && e.preservedField(r.Node, key, p, f) {
		e.mayViolateIf(true)
		return written
	}
	mark := len(e.buf)
	e.buf = append(e.buf, key...)
	value := len(e.buf)
	if got := e.value(r.Node, p); got != 0 {
		return got
	}
	required := r.Flags&program.Required != 0
	switch {
	case f.Fidelity == preserved.Null:
		e.buf = append(e.buf[:value], "null"...)
		e.mayViolateIf(r.Node.Types&jsontext.TypeNull == 0)
		return written
	case f.Fidelity == preserved.Empty:
		e.mayViolateIf(len(e.buf) > value) // required members, which are dropped here
		e.buf = append(e.buf[:value], zeroText(r.Node)...)
		return written
	case f.Fidelity == preserved.Absent, !required, r.Kind == program.KindNumber, r.Kind == program.KindBool, r.Kind == program.KindRaw:
		// A required number or boolean that is not set has no default.
		e.buf = e.buf[:mark]
		e.mayViolateIf(required)
	case len(e.buf) == value:
		e.buf = append(e.buf, zeroText(r.Node)...)
	}
	return 0
}

// value appends the value at p. Of one that is not set, it appends at most the
// defaults of required members.
func (e *encoder) value(n *program.Node, p mem.Ptr) content {
	switch n.Kind {
	case program.KindString, program.KindDate:
		s := *p.String()
		if s == "" {
			return 0
		}
		e.buf = e.appendText(e.buf, &program.NoKey, s)
	case program.KindNumber:
		return e.text(*p.String(), jsontext.IsNumber, "number", "text that is not a number")
	case program.KindRaw:
		e.copied = true
		return e.text(*p.String(), jsontext.Valid, "JSON text", "text that is not JSON")
	case program.KindBool:
		switch *p.Uint8() {
		case 1:
			e.buf = append(e.buf, "false"...)
		case 2:
			e.buf = append(e.buf, "true"...)
		default:
			return 0
		}
	case program.KindObject:
		return e.structValue(n, p)
	case program.KindSlice:
		if n.Slice.IsNil(p) {
			return 0
		}
		e.elements(n, p)
		if n.Slice.Len(p) == 0 {
			return written
		}
	}
	return written | filled
}

// structValue appends a struct, or the JSON that it was decoded from if that was
// not an object.
func (e *encoder) structValue(n *program.Node, p mem.Ptr) content {
	mark := len(e.buf)
	got := e.object(n.Object, p)
	if k := *preserved.Of(p); got == 0 && k != nil && k.Rare != nil && k.Rare.Original != "" {
		e.buf = append(e.buf[:mark], k.Rare.Original...)
		e.mayViolateIf(true)
		return written
	}
	return got
}

// text appends text that must be JSON of a kind; if it is not, null, and a note of
// what is wanted and what is there.
func (e *encoder) text(s string, valid func(string) bool, want, got string) content {
	if s == "" {
		return 0
	}
	if !e.asIs && !valid(s) {
		e.Invalid = append(e.Invalid, decode.Invalid{At: len(e.buf), Want: want, Got: got})
		s = "null"
	}
	e.buf = append(e.buf, s...)
	return written | filled
}

// elements appends the array at p.
func (e *encoder) elements(n *program.Node, p mem.Ptr) {
	e.buf = append(e.buf, '[')
	for i := range n.Slice.Len(p) {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		e.element(n.Elem, n.Slice.Index(p, i))
	}
	e.buf = append(e.buf, ']')
}

// element appends an element of an array, which is always written.
func (e *encoder) element(n *program.Node, p mem.Ptr) {
	mark := len(e.buf)
	if e.value(n, p) == 0 && len(e.buf) == mark {
		e.buf = append(e.buf, zeroText(n)...)
		e.mayViolateIf(n.Types&jsontext.TypeNull == 0)
	}
}

// zeroText returns how the zero value is written where it cannot be left out.
func zeroText(n *program.Node) string {
	switch n.Kind {
	case program.KindString, program.KindDate:
		return `""`
	case program.KindObject:
		return "{}"
	case program.KindSlice:
		return "[]"
	default:
		return "null"
	}
}
