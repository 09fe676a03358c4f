package decode

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// member decodes the value at i of the member that r describes. Its name is at at.
func (d *decoder) member(m *objectState, r *program.Member, index, at, i int) int {
	if again := d.see(m, index); again || r.Flags&(program.NotInEvent|program.Retired) != 0 {
		d.noteMember(m, index, at, i, again)
	}
	var p mem.Ptr
	if !m.dst.IsNil() && r.Kind != program.KindNone {
		p = m.dst.Field(r.Field)
	}
	if r.Flags&program.NotInEvent != 0 && (m.o.Additional != nil || m.o.Patterns != nil) {
		d.additionalValue(m.o, m.o.Names[index], at, i)
	}
	end, fidelity := d.value(r.Node, p, i)
	if fidelity != preserved.Exact && !p.IsNil() {
		d.preserveMember(m, index, fidelity, i, end)
	}
	if r.Flags&program.NotInEvent == 0 && m.o.Patterns != nil {
		d.matchPatterns(m.o, m.o.Names[index], i)
	}
	return end
}

// noteMember notes a member that occurs again, that the event does not have, or
// that Redox retired. Its name is at at, its value at i.
func (d *decoder) noteMember(m *objectState, index, at, i int, again bool) {
	r := &m.o.Members[index]
	switch {
	case again:
		d.Note(report.Finding{At: at, Rule: report.RuleDuplicate, Severity: report.Warning})
		if !m.dst.IsNil() {
			r.Node.Type.SetZero(m.dst.Field(r.Field))
			if k := *preserved.Of(m.dst); k != nil {
				k.Clear(int(m.o.Fields[index]))
			}
		}
	case m.o.Closed && m.o.Patterns == nil && r.Flags&program.NotInEvent != 0:
		d.Note(report.Finding{At: at, Rule: report.RuleAdditional, Found: jsontext.TypeOf(d.In.At(i))})
	case r.Flags&program.NotInEvent != 0 && !m.o.Lenient && m.o.Patterns == nil:
		d.Note(report.Finding{At: at, Rule: report.RuleNotInEvent, Severity: report.Warning})
	case r.Flags&program.Retired != 0 && d.Warnings:
		d.Note(report.Finding{At: at, Rule: report.RuleRetired, Severity: report.Warning})
	}
}
