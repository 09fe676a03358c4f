package decode

import (
	"slices"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/extension"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
)

// additional decodes a member that the struct and the schema do not have. Its
// name is at at, its value at i.
func (d *decoder) additional(m *objectState, at, i int) int {
	end, flags := d.SkipString(at)
	u := preserved.Member{Name: d.Unquote(at, end, flags)}
	if flags != 0 && jsontext.IsDamaged(d.In.Text(at+1, end-1), flags) {
		written := d.In.Text(at, end)
		u.Written = &written
		if !d.outgoing || utf8.ValidString(written) { // see noteNotUTF8
			d.Note(report.Finding{At: at, Rule: report.RuleEncoding, Severity: report.Warning})
		}
	}
	read, left := at-m.at, d.In.Len()-at
	index, again := d.rareOf(m).additional.Add(u.Key(), read, left)
	if !again {
		d.charge(costAdditional, m.at)
	}
	d.noteAdditional(m.o, u.Name, at, i, again)
	end = d.additionalValue(m.o, u.Name, at, i)
	if !m.dst.IsNil() && d.Reason == "" {
		u.Name, u.JSON = d.Hold(u.Name), d.Hold(d.In.Text(i, end))
		if u.Written != nil {
			*u.Written = d.Hold(*u.Written)
		}
		m.rare.unknown = jsontext.Room(m.rare.unknown, read, left)
		m.rare.preserveAdditional(index, u)
	}
	return end
}

// noteAdditional notes an additional member called name. Its name is at at, its value
// at i.
func (d *decoder) noteAdditional(o *program.Object, name string, at, i int, again bool) {
	switch {
	case again:
		d.Note(report.Finding{At: at, Rule: report.RuleDuplicate, Severity: report.Warning})
	case o.Closed && o.Patterns == nil:
		d.Note(report.Finding{At: at, Rule: report.RuleAdditional, Found: jsontext.TypeOf(d.In.At(i))})
	case o.Additional == nil && o.Patterns == nil && !o.Lenient && name == extension.Member:
		d.extensions(i)
	case o.Additional == nil && o.Patterns == nil && !o.Lenient:
		d.Note(report.Finding{At: at, Rule: report.RuleUnknown, Found: jsontext.TypeOf(d.In.At(i)), Severity: report.Warning})
	}
}

// extensions notes what is not well-formed in the extensions of an object, whose
// value is at i.
func (d *decoder) extensions(i int) {
	if d.SkipValue(i); d.Reason == "" {
		extension.Check(&d.Scanner, i, d.Note)
	}
}

// additionalValue skips the value at i of an additional member, and validates it
// by what the schema says of such members.
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

// preserveAdditional preserves a member without a field; of several with one name,
// the last.
func (r *rareMembers) preserveAdditional(index int, m preserved.Member) {
	if index < len(r.unknown) {
		r.unknown[index].JSON = m.JSON
		return
	}
	r.unknown = append(r.unknown, m)
}

// takeUnknown returns the preserved members: a copy of few, so that the next object
// uses the same memory.
func (r *rareMembers) takeUnknown() []preserved.Member {
	if r.large() {
		all := r.unknown
		r.unknown = nil
		return all
	}
	return slices.Clone(r.unknown)
}
