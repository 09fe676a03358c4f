package codec

import (
	"slices"
	"unicode/utf8"
)

// other decodes a member that has no row; its name stands at at.
func (d *decoder) other(m *members, at, i int) int {
	end, flags := d.str(at)
	name, written := d.text(at, end, flags), ""
	key := name
	if flags != 0 && damaged(d.in.Text(at+1, end-1), flags) {
		// Names that read alike are not the same: they are told apart as they
		// are written, behind a byte that is in no other name.
		written = d.in.Text(at, end)
		key = "\xff" + written
		if !d.outgoing || utf8.ValidString(written) { // see noteNotUTF8
			d.note(finding{at: at, rule: RuleEncoding, severity: Warning})
		}
	}
	index, again := d.more(m).others.add(key)
	if !again {
		d.charge(costOther, m.at)
	}
	d.noteOther(m.o, at, i, again)
	end = d.otherValue(m.o, name, at, i)
	if !m.dst.IsNil() && d.reason == "" {
		m.rest.keepOther(index, Member{Name: d.hold(name), Raw: d.hold(d.in.Text(i, end)), written: d.hold(written)})
	}
	return end
}

// noteOther reports a member without a row, whose value is at i.
func (d *decoder) noteOther(o *object, at, i int, again bool) {
	switch {
	case again:
		d.note(finding{at: at, rule: RuleDuplicate, severity: Warning})
	case o.closed && o.patterns == nil:
		d.note(finding{at: at, rule: ruleAdditional, found: typeOf(d.in.At(i))})
	case o.additional == nil && o.patterns == nil && !o.plain:
		d.note(finding{at: at, rule: RuleUnknown, found: typeOf(d.in.At(i)), severity: Warning})
	}
}

// otherValue scans the value of a member without a row, and validates it by
// what the schema says of such members.
func (d *decoder) otherValue(o *object, name string, at, i int) int {
	if o.patterns != nil {
		if d.matchPatterns(o, name, i) {
			return d.skip(i)
		}
		if o.closed {
			d.note(finding{at: at, rule: ruleAdditional, found: typeOf(d.in.At(i))})
		}
	}
	if o.additional != nil {
		return d.untyped(o.additional, i)
	}
	return d.skip(i)
}

// matchPatterns validates the value at i by every pattern that name matches.
func (d *decoder) matchPatterns(o *object, name string, i int) (matched bool) {
	for _, p := range o.patterns {
		if p.name.MatchString(name) {
			matched = true
			d.untyped(p.node, i)
		}
	}
	return matched
}

// keepOther keeps a member without a field; of several with one name, the last.
func (rest *moreMembers) keepOther(index int, m Member) {
	if index < len(rest.unknown) {
		rest.unknown[index].Raw = m.Raw
		return
	}
	rest.unknown = appendDoubling(rest.unknown, m)
}

// takeUnknown returns the members that were kept: a copy of few, so that the next
// object uses the same memory.
func (rest *moreMembers) takeUnknown() []Member {
	if rest.large() {
		all := rest.unknown
		rest.unknown = nil
		return all
	}
	return slices.Clone(rest.unknown)
}
