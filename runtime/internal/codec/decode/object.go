package decode

import (
	"math/bits"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// objectState is the state of decoding one object. It is small, because every
// object has one; what few objects need is in rareMembers.
type objectState struct {
	o    *program.Object
	dst  mem.Ptr
	at   int    // of the opening brace
	seen uint64 // by bit: members below 64 that occurred
	rare *rareMembers
}

// rareMembers is the state of members beyond the first 64, and of additional ones.
type rareMembers struct {
	seen       []uint64 // by bit: members that occurred, those below 64 apart
	additional jsontext.NameSet
	unknown    []preserved.Member // the additional members, if there is a struct
}

// rareOf returns what few objects need. Objects that follow each other use the
// same memory.
func (d *decoder) rareOf(m *objectState) *rareMembers {
	if m.rare == nil {
		m.rare = d.take()
	}
	return m.rare
}

// take returns a rareMembers without members.
func (d *decoder) take() *rareMembers {
	n := len(d.spare)
	if n == 0 {
		return new(rareMembers)
	}
	rare := d.spare[n-1]
	d.spare = d.spare[:n-1]
	return rare
}

func (r *rareMembers) large() bool { return cap(r.additional.Names) > maxSpareNames }

// putBack ends the use of what take returned.
func (d *decoder) putBack(r *rareMembers) {
	clear(r.seen)
	clear(r.unknown)
	r.unknown = r.unknown[:0]
	r.additional.Reset()
	d.spare = append(d.spare, r)
}

// object decodes the object at i.
func (d *decoder) object(n *program.Node, p mem.Ptr, i int) (int, preserved.Fidelity) {
	o := n.Object
	var m objectState
	m.o, m.dst, m.at = o, p, i
	i = d.SkipSpace(i + 1)
	none := d.In.At(i) == '}'
	if !none {
		d.Depth++
		i = d.members(&m, i)
		d.Depth--
		if d.Reason != "" {
			return i, preserved.Exact
		}
	}
	if o.Required&^m.seen != 0 || o.HasRareRequired {
		d.noteMissing(&m)
	}
	if n.Checks != nil {
		d.checkMembers(n.Checks, m.count(), m.at)
	}
	if m.rare != nil {
		if len(m.rare.unknown) > 0 {
			d.Preserve(p).More().Unknown = m.rare.takeUnknown()
		}
		d.putBack(m.rare)
	}
	if none {
		return i + 1, preserved.Empty
	}
	return i + 1, preserved.Exact
}

// members decodes the members from i on and returns the position of the
// closing brace. Most members come in schema order, without white space around
// them, and have values whose type is all there is to check: their way is
// short, and everything else takes a longer one.
func (d *decoder) members(m *objectState, i int) int {
	in, o := d.In, m.o
	for next := 0; ; {
		at := i
		index := int(o.Follows[next].Load())
		r := &o.Members[index]
		if r.Matches(in, i) && (r.Flags&program.HasMiddle == 0 || in.Load8(i+8) == o.Middles[index]) {
			i += int(r.KeySize)
		} else if index, i = d.memberName(o, next, i); d.Reason != "" {
			return i
		} else if index >= 0 {
			r = &o.Members[index]
		}
		first := in.At(i)
		if first <= ' ' {
			i = d.SkipSpace(i)
			first = in.At(i)
		}
		if index < 0 {
			i = d.additional(m, at, i)
		} else {
			next = index + 1
			end, bit := 0, uint64(1)<<(index&63)
			switch p := m.field(r); {
			case first != r.First || m.seen&bit != 0:
			case first == '"':
				if end = d.asciiString(p, i+1); end > 0 && r.Flags&program.HasChecks != 0 {
					d.checkString(r.Node.Checks, i, d.In.Text(i+1, end-1))
				}
			case first == '[' && in.At(i+1) == ']' && r.Flags&program.AllowsEmpty != 0:
				if !p.IsNil() {
					r.Node.Slice.SetEmpty(p)
				}
				end = i + 2
			default:
				end = d.nested(m, r, p, index, i)
			}
			if end > 0 {
				m.seen |= bit
			} else {
				end = d.member(m, r, index, at, i)
			}
			i = end
		}
		if in.At(i) != ',' {
			if i = d.comma(i); in.At(i) != ',' {
				return i
			}
		}
		if i++; in.At(i) <= ' ' {
			i = d.SkipSpace(i)
		}
	}
}

// field points to the member's field, if there is a struct.
func (m *objectState) field(r *program.Member) mem.Ptr {
	if m.dst.IsNil() {
		return mem.Ptr{}
	}
	return m.dst.Field(r.Field)
}

// comma returns the position of the comma or brace at or behind i.
func (d *decoder) comma(i int) int {
	i = d.SkipSpace(i)
	if c := d.In.At(i); c != ',' && c != '}' {
		return d.Fail(i, "comma or } expected")
	}
	return i
}

// nested decodes the object or array at i, whose type is right, and returns
// the position behind it.
func (d *decoder) nested(m *objectState, r *program.Member, p mem.Ptr, index, i int) int {
	var o preserved.Fidelity
	var end int
	if r.Kind == program.KindObject {
		end, o = d.object(r.Node, p, i)
	} else {
		end, o = d.array(r.Node, p, i)
	}
	if o != preserved.Exact && !p.IsNil() {
		d.preserveMember(m, index, o, i, end)
	}
	return end
}

// asciiString decodes the string whose content begins at i if it is plain ASCII
// and not empty, and returns the position behind it; otherwise it returns 0.
func (d *decoder) asciiString(p mem.Ptr, i int) int {
	if p.IsNil() {
		end := d.NextStop(i)
		if d.In.At(end) != '"' || end == i {
			return 0
		}
		return end + 1
	}
	// Copying while looking for the end is quicker than doing so afterwards.
	in, end := d.In, i
	room, at := d.Held.Room()
	var stop uint64
	for {
		w := in.Load8(end)
		if room.Has8(at) {
			room.Put8(at, w)
		}
		if stop = jsontext.Stops(w); stop != 0 {
			break
		}
		end, at = end+8, at+8
	}
	end += bits.TrailingZeros64(stop) >> 3
	switch {
	case in.At(end) != '"' || end == i:
		return 0
	case room.Has8(at):
		*p.String() = d.Held.Cut(end - i)
	default:
		*p.String() = d.Hold(d.In.Text(i, end))
	}
	return end + 1
}

// memberName reads the name at i and its colon. It tries the members from next on
// before it looks the name up. It returns the index of the member, or -1, and the
// position behind the colon.
func (d *decoder) memberName(o *program.Object, next, i int) (int, int) {
	if d.In.At(i) != '"' {
		return -1, d.Fail(i, "member name expected")
	}
	for index := next; index < next+program.Ahead; index++ {
		r := &o.Members[index]
		if r.Matches(d.In, i) && (r.Flags&program.HasMiddle == 0 || d.In.Load8(i+8) == o.Middles[index]) {
			d.learnOrder(o, next, index)
			return index, i + int(r.KeySize)
		}
	}
	end, flags := d.SkipString(i)
	if d.Reason != "" {
		return -1, end
	}
	index := o.Lookup(d.Unquote(i, end, flags))
	if index >= 0 {
		d.learnOrder(o, next, index)
	}
	return index, d.SkipColon(end)
}

// learnOrder notes that the member was where next was expected. Senders
// leave out the same members every time. Not every message is learned from, so
// that different ones do not make processors wait for each other.
func (d *decoder) learnOrder(o *program.Object, next, index int) {
	if d.learning {
		o.Follows[next].Store(uint32(index))
	}
}

// see notes that the member occurred and reports whether it had before.
func (d *decoder) see(m *objectState, index int) bool {
	if index < 64 {
		bit := uint64(1) << index
		again := m.seen&bit != 0
		m.seen |= bit
		return again
	}
	rare := d.rareOf(m)
	if words := (len(m.o.Names) + 63) / 64; len(rare.seen) < words {
		rare.seen = make([]uint64, words)
	}
	word, bit := &rare.seen[index>>6], uint64(1)<<(index&63)
	again := *word&bit != 0
	*word |= bit
	return again
}

func (m *objectState) saw(index int) bool {
	if index < 64 {
		return m.seen&(1<<index) != 0
	}
	return m.rare != nil && index>>6 < len(m.rare.seen) && m.rare.seen[index>>6]&(1<<(index&63)) != 0
}

// noteMissing notes the required members that did not occur, and preserves that, so
// that encoding does not make them up.
func (d *decoder) noteMissing(m *objectState) {
	for missing := m.o.Required &^ m.seen; missing != 0; missing &= missing - 1 {
		d.noteMissingMember(m, bits.TrailingZeros64(missing))
	}
	for _, index := range m.o.RequiredMore {
		if !m.saw(index) {
			d.noteMissingMember(m, index)
		}
	}
	for _, name := range m.o.UndeclaredRequired {
		if m.rare == nil || !m.rare.additional.Has(name) {
			d.Note(report.Finding{At: m.at, Member: name, Rule: report.RuleRequired})
		}
	}
}

func (d *decoder) noteMissingMember(m *objectState, index int) {
	d.Note(report.Finding{At: m.at, Member: m.o.Names[index], Rule: report.RuleRequired})
	if !m.dst.IsNil() {
		d.preserveField(m, index, preserved.Field{Fidelity: preserved.Absent})
	}
}

// count returns how many members occurred, each name once.
func (m *objectState) count() int {
	n := bits.OnesCount64(m.seen)
	if m.rare != nil {
		for _, w := range m.rare.seen {
			n += bits.OnesCount64(w)
		}
		n += len(m.rare.additional.Names)
	}
	return n
}
