package codec

import (
	"slices"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
)

// other decodes a member that has no row; its name stands at at.
func (d *decoder) other(m *members, at, i int) int {
	end, flags := d.SkipString(at)
	name, written := d.Unquote(at, end, flags), ""
	key := name
	if flags != 0 && jsontext.IsDamaged(d.In.Text(at+1, end-1), flags) {
		// Names that read alike are not the same: they are told apart as they
		// are written, behind a byte that is in no other name.
		written = d.In.Text(at, end)
		key = "\xff" + written
		if !d.outgoing || utf8.ValidString(written) { // see noteNotUTF8
			d.Note(report.Finding{At: at, Rule: report.RuleEncoding, Severity: report.Warning})
		}
	}
	index, again := d.more(m).others.Add(key)
	if !again {
		d.charge(costOther, m.at)
	}
	d.noteOther(m.o, at, i, again)
	end = d.otherValue(m.o, name, at, i)
	if !m.dst.IsNil() && d.Reason == "" {
		m.rest.keepOther(index, preserved.Member{Name: d.Hold(name), JSON: d.Hold(d.In.Text(i, end)), Written: d.Hold(written)})
	}
	return end
}

// noteOther reports a member without a row, whose value is at i.
func (d *decoder) noteOther(o *object, at, i int, again bool) {
	switch {
	case again:
		d.Note(report.Finding{At: at, Rule: report.RuleDuplicate, Severity: report.Warning})
	case o.closed && o.patterns == nil:
		d.Note(report.Finding{At: at, Rule: report.RuleAdditional, Found: jsontext.TypeOf(d.In.At(i))})
	case o.additional == nil && o.patterns == nil && !o.plain:
		d.Note(report.Finding{At: at, Rule: report.RuleUnknown, Found: jsontext.TypeOf(d.In.At(i)), Severity: report.Warning})
	}
}

// otherValue scans the value of a member without a row, and validates it by
// what the schema says of such members.
func (d *decoder) otherValue(o *object, name string, at, i int) int {
	if o.patterns != nil {
		if d.matchPatterns(o, name, i) {
			return d.SkipValue(i)
		}
		if o.closed {
			d.Note(report.Finding{At: at, Rule: report.RuleAdditional, Found: jsontext.TypeOf(d.In.At(i))})
		}
	}
	if o.additional != nil {
		return d.untyped(o.additional, i)
	}
	return d.SkipValue(i)
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
func (rest *moreMembers) keepOther(index int, m preserved.Member) {
	if index < len(rest.unknown) {
		rest.unknown[index].JSON = m.JSON
		return
	}
	if n := len(rest.unknown); n == cap(rest.unknown) {
		rest.unknown = slices.Grow(rest.unknown, max(2, n)) // there may be very many
	}
	rest.unknown = append(rest.unknown, m)
}

// takeUnknown returns the members that were kept: a copy of few, so that the next
// object uses the same memory.
func (rest *moreMembers) takeUnknown() []preserved.Member {
	if rest.large() {
		all := rest.unknown
		rest.unknown = nil
		return all
	}
	return slices.Clone(rest.unknown)
}
