package codec

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// member decodes the value at i of the member that r stands for; at is the
// position of its name.
func (d *decoder) member(m *members, r *row, index, at, i int) int {
	if again := d.see(m, index); again || r.flags&(rowNotCarried|rowRetired) != 0 {
		d.noteMember(m, index, at, i, again)
	}
	var p mem.Ptr
	if !m.dst.IsNil() && r.kind != KindNone {
		p = m.dst.Field(r.place)
	}
	if r.flags&rowNotCarried != 0 && (m.o.additional != nil || m.o.patterns != nil) {
		d.otherValue(m.o, m.o.names[index], at, i)
	}
	end, o := d.value(r.node, p, i)
	if o != preserved.Exact && !p.IsNil() {
		d.oddMember(m, index, o, i, end)
	}
	if r.flags&rowNotCarried == 0 && m.o.patterns != nil {
		d.matchPatterns(m.o, m.o.names[index], i)
	}
	return end
}

// noteMember reports a member that occurs again, that the event does not
// carry, or that Redox retired. Its name is at at and its value at i.
func (d *decoder) noteMember(m *members, index, at, i int, again bool) {
	r := &m.o.rows[index]
	switch {
	case again:
		d.Note(report.Finding{At: at, Rule: report.RuleDuplicate, Severity: report.Warning})
		if !m.dst.IsNil() {
			r.node.typ.SetZero(m.dst.Field(r.place))
			if k := *preserved.Of(m.dst); k != nil {
				k.Clear(int(m.o.fields[index]))
			}
		}
	case m.o.closed && m.o.patterns == nil && r.flags&rowNotCarried != 0:
		d.Note(report.Finding{At: at, Rule: report.RuleAdditional, Found: jsontext.TypeOf(d.In.At(i))})
	case r.flags&rowNotCarried != 0 && !m.o.plain && m.o.patterns == nil:
		d.Note(report.Finding{At: at, Rule: report.RuleNotInEvent, Severity: report.Warning})
	case r.flags&rowRetired != 0 && d.sending:
		d.Note(report.Finding{At: at, Rule: report.RuleRetired, Severity: report.Warning})
	}
}

// oddMember remembers what the field cannot show of the member's value.
func (d *decoder) oddMember(m *members, index int, o preserved.Fidelity, i, end int) {
	f := preserved.Field{Fidelity: o}
	switch o {
	case preserved.Coerced:
		if r := &m.o.rows[index]; r.kind != KindBool {
			f.Text = *m.dst.Field(r.place).String()
		}
		f.JSON = d.holdRaw(f.Text, i, end)
	case preserved.Unrepresentable:
		f.JSON = d.Hold(d.In.Text(i, end))
	case preserved.InElements:
		f.List = d.lastList
	}
	d.remember(m, index, f)
}

func (d *decoder) remember(m *members, index int, f preserved.Field) {
	f.Index = int(m.o.fields[index])
	d.Preserve(m.dst).Set(f)
}
