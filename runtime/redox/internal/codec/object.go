package codec

import (
	"math/bits"

	"github.com/redoxgen/redoxgen/runtime/redox/internal/mem"
)

// members is the state of decoding one object. It is small, because every
// object has one; what few objects need is apart.
type members struct {
	o    *object
	dst  mem.Ptr
	at   int    // of the opening brace
	seen uint64 // by field below 64
	rest *moreMembers
}

// moreMembers is the state of members beyond the first 64, and of those
// without a row.
type moreMembers struct {
	seen   []uint64 // by field
	others nameSet
}

func (m *members) more() *moreMembers {
	if m.rest == nil {
		m.rest = new(moreMembers)
	}
	return m.rest
}

// object decodes the object at i.
func (d *decoder) object(n *node, p mem.Ptr, i int) (int, odd) {
	o := n.object
	m := members{o: o, dst: p, at: i}
	if !p.IsNil() && d.reuse {
		*mem.Kept[Kept](p) = nil
	}
	i = d.space(i + 1)
	none := d.in.At(i) == '}'
	if !none {
		i = d.members(&m, i)
		if d.reason != "" {
			return i, plain
		}
	}
	if o.required&^m.seen != 0 || o.requiredMore != nil || o.foreign != nil {
		d.missing(&m)
	}
	if d.reuse && !p.IsNil() {
		m.clearUnseen()
	}
	if n.checks != nil {
		d.checkMembers(n.checks, m.count(), m.at)
	}
	if none {
		return i + 1, oddEmpty
	}
	return i + 1, plain
}

// members decodes the members from i on and returns the position of the
// closing brace. Most members are strings in schema order, without white space
// around them: that way is short, and everything else takes a longer one.
func (d *decoder) members(m *members, i int) int {
	in := d.in
	o := m.o
	next := 0
	for {
		if in.At(i) != '"' {
			return d.fail(i, "member name expected")
		}
		at := i
		index, end := next, 0
		if r := &o.rows[next]; r.tailAt <= 8 && ((in.Load8(i+1)^r.word)|(in.Load8(i+1+int(r.tailAt))^r.tail))&r.mask == 0 {
			end = i + 1 + int(r.size)
		} else if index, end = d.predict(o, next, i); index < 0 {
			if index, end = d.find(m, i); d.reason != "" {
				return end
			}
		}
		i = end + 1
		if in.At(end) != ':' || in.At(i) <= ' ' {
			if i = d.colon(end); d.reason != "" {
				return i
			}
		}
		if index < 0 {
			i = d.other(m, at, end, i)
		} else {
			next = index + 1
			r := &o.rows[index]
			if stop := d.plainMember(m, r, i); stop > 0 {
				i = stop
			} else {
				i = d.member(m, r, index, at, i)
			}
		}
		if in.At(i) != ',' {
			i = d.space(i)
			switch in.At(i) {
			case ',':
			case '}':
				return i
			default:
				return d.fail(i, "comma or } expected")
			}
		}
		if i++; in.At(i) != '"' {
			i = d.space(i)
		}
	}
}

// plainMember decodes the value at i if it is of the kind that r's field holds
// and nothing but its type is to be checked, and returns the position behind
// it; otherwise it returns 0 and has done nothing.
func (d *decoder) plainMember(m *members, r *row, i int) int {
	bit := uint64(1) << (r.field & 63)
	if r.flags&rowPlain == 0 || m.seen&bit != 0 {
		return 0
	}
	var p mem.Ptr
	if !m.dst.IsNil() {
		p = m.dst.Field(r.place)
	}
	var o odd
	end := i
	switch c := d.in.At(i); {
	case c == '"' && r.kind == KindString:
		if end = d.plainString(p, i); end > 0 {
			m.seen |= bit
		}
		return end
	case c == '{' && r.kind == KindObject:
		m.seen |= bit
		end, o = d.object(r.node, p, i)
	case c == '[' && r.kind == KindSlice:
		m.seen |= bit
		end, o = d.array(r.node, p, i)
	default:
		return 0
	}
	if o != plain && !p.IsNil() {
		d.oddMember(m, r, o, i, end)
	}
	return end
}

// plainString decodes the string at i if it is plain ASCII and not empty, and
// returns the position behind it; otherwise it returns 0.
func (d *decoder) plainString(p mem.Ptr, i int) int {
	i++
	if !p.IsNil() && d.held.Room() >= shortText+8 {
		if end := d.shortString(p, i); end > 0 {
			return end
		}
	}
	end := i
	for {
		w := d.in.Load8(end)
		if s := stops(w) | w&highs; s != 0 {
			end += bits.TrailingZeros64(s) >> 3
			break
		}
		end += 8
	}
	if d.in.At(end) != '"' || end == i {
		return 0
	}
	if !p.IsNil() {
		*p.String() = d.hold(d.in.Text(i, end))
	}
	return end + 1
}

// shortText is up to which length strings are copied while they are scanned.
const shortText = 24

// shortString is plainString for short strings whose content begins at i.
func (d *decoder) shortString(p mem.Ptr, i int) int {
	for n := 0; n <= shortText; n += 8 {
		w := d.in.Load8(i + n)
		d.held.Put8(n, w)
		if s := stops(w) | w&highs; s != 0 {
			n += bits.TrailingZeros64(s) >> 3
			if d.in.At(i+n) != '"' || n == 0 {
				return 0
			}
			*p.String() = d.held.Cut(n)
			return i + n + 1
		}
	}
	return 0
}

// predict tries the rows from next on against the name at i. It returns the
// row and the position behind the name's closing quote, or -1.
func (d *decoder) predict(o *object, next, i int) (int, int) {
	i++
	w := d.in.Load8(i)
	rows := o.rows[next : next+ahead]
	for k := range rows {
		r := &rows[k]
		if ((w^r.word)|(d.in.Load8(i+int(r.tailAt))^r.tail))&r.mask != 0 {
			continue
		}
		if r.tailAt > 8 {
			name := o.names[next+k]
			if d.in.Text(i+8, i+int(r.tailAt)) != name[8:r.tailAt] {
				continue
			}
		}
		return next + k, i + int(r.size)
	}
	return -1, 0
}

// find looks up the name at i. It returns the row, or -1, and the position
// behind the name's closing quote.
func (d *decoder) find(m *members, i int) (int, int) {
	end, flags := d.str(i)
	if d.reason != "" {
		return -1, end
	}
	return m.o.lookup(d.text(i, end, flags)), end
}

// see notes that a field occurred and reports whether it had before.
func (m *members) see(field int) bool {
	if field < 64 {
		bit := uint64(1) << field
		again := m.seen&bit != 0
		m.seen |= bit
		return again
	}
	more := m.more()
	if more.seen == nil {
		more.seen = make([]uint64, (len(m.o.names)+63)/64)
	}
	word, bit := &more.seen[field>>6], uint64(1)<<(field&63)
	again := *word&bit != 0
	*word |= bit
	return again
}

func (m *members) saw(field int) bool {
	if field < 64 {
		return m.seen&(1<<field) != 0
	}
	return m.rest != nil && m.rest.seen != nil && m.rest.seen[field>>6]&(1<<(field&63)) != 0
}

// missing reports required members that did not occur, and remembers that, so
// that encoding does not make them up.
func (d *decoder) missing(m *members) {
	for f := m.o.required &^ m.seen; f != 0; f &= f - 1 {
		d.missingField(m, bits.TrailingZeros64(f))
	}
	for _, f := range m.o.requiredMore {
		if !m.saw(f) {
			d.missingField(m, f)
		}
	}
	for _, name := range m.o.foreign {
		if m.rest == nil || !m.rest.others.has(name) {
			d.note(finding{at: m.at, member: name, rule: ruleRequired})
		}
	}
}

func (d *decoder) missingField(m *members, field int) {
	d.note(finding{at: m.at, member: m.o.nameOf(field), rule: ruleRequired})
	if !m.dst.IsNil() {
		d.remember(m, field, stateAbsent, "")
	}
}

// nameOf returns the name of the member with this field.
func (o *object) nameOf(field int) string {
	for i := range o.names {
		if int(o.rows[i].field) == field {
			return o.names[i]
		}
	}
	return ""
}

// count returns how many members occurred, each name once.
func (m *members) count() int {
	n := bits.OnesCount64(m.seen)
	if m.rest != nil {
		for _, w := range m.rest.seen {
			n += bits.OnesCount64(w)
		}
		n += len(m.rest.others.names)
	}
	return n
}

// clearUnseen zeroes the fields that an earlier message may have set.
func (m *members) clearUnseen() {
	rows := m.o.rows[:m.o.len()]
	for i := range rows {
		r := &rows[i]
		if m.saw(int(r.field)) {
			continue
		}
		switch p := m.dst.Field(r.place); r.kind {
		case KindString, KindDate, KindNumber, KindRaw:
			*p.String() = ""
		case KindBool:
			*p.Uint8() = 0
		default:
			if !r.node.typ.IsZero(p) {
				r.node.typ.SetZero(p)
			}
		}
	}
}
