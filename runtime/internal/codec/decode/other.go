package decode

import (
	"slices"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
)

// additional decodes a member that has no row; its name stands at at.
func (d *decoder) additional(m *objectState, at, i int) int {
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
	index, again := d.more(m).additional.Add(key)
	if !again {
		d.charge(costAdditional, m.at)
	}
	d.noteAdditional(m.o, at, i, again)
	end = d.additionalValue(m.o, name, at, i)
	if !m.dst.IsNil() && d.Reason == "" {
		m.rest.preserveAdditional(index, preserved.Member{Name: d.Hold(name), JSON: d.Hold(d.In.Text(i, end)), Written: d.Hold(written)})
	}
	return end
}

// noteAdditional reports a member without a row, whose value is at i.
func (d *decoder) noteAdditional(o *program.Object, at, i int, again bool) {
	switch {
	case again:
		d.Note(report.Finding{At: at, Rule: report.RuleDuplicate, Severity: report.Warning})
	case o.Closed && o.Patterns == nil:
		d.Note(report.Finding{At: at, Rule: report.RuleAdditional, Found: jsontext.TypeOf(d.In.At(i))})
	case o.Additional == nil && o.Patterns == nil && !o.Lenient:
		d.Note(report.Finding{At: at, Rule: report.RuleUnknown, Found: jsontext.TypeOf(d.In.At(i)), Severity: report.Warning})
	}
}

// additionalValue scans the value of a member without a row, and validates it by
// what the schema says of such members.
func (d *decoder) additionalValue(o *program.Object, name string, at, i int) int {
	if o.Patterns != nil {
		if d.matchPatterns(o, name, i) {
			return d.SkipValue(i)
		}
		if o.Closed {
			d.Note(report.Finding{At: at, Rule: report.RuleAdditional, Found: jsontext.TypeOf(d.In.At(i))})
		}
	}
	if o.Additional != nil {
		return d.untyped(o.Additional, i)
	}
	return d.SkipValue(i)
}

// matchPatterns validates the value at i by every pattern that name matches.
func (d *decoder) matchPatterns(o *program.Object, name string, i int) (matched bool) {
	for _, p := range o.Patterns {
		if p.Name.MatchString(name) {
			matched = true
			d.untyped(p.Node, i)
		}
	}
	return matched
}

// preserveAdditional keeps a member without a field; of several with one name, the last.
func (rest *rareMembers) preserveAdditional(index int, m preserved.Member) {
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
func (rest *rareMembers) takeUnknown() []preserved.Member {
	if rest.large() {
		all := rest.unknown
		rest.unknown = nil
		return all
	}
	return slices.Clone(rest.unknown)
}
