package drift

import (
	"cmp"
	"slices"

	"github.com/redoxgen/redoxgen/internal/fieldpath"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// tally returns the drift of the messages that were seen whole, names that may be data
// included.
func (e *event) tally() EventTally {
	f := flattener{EventTally{Messages: int(e.seen), Partly: e.partly}}
	f.values(e.root, &e.whole, nil)
	return f.EventTally
}

// flattener makes a list of what is known of values.
type flattener struct{ EventTally }

func (f *flattener) values(n *program.Node, p *valueCounts, path []byte) {
	n = schema(n)
	for _, of := range p.found {
		f.finding(path, of.rule, of.want, &of.occurrences)
	}
	if p.lacks != nil {
		f.names(p.lacks, path)
	}
	if p.elem != nil {
		f.values(n.Elem, p.elem, append(slices.Clip(path), "[]"...))
	} else if n.Elem != nil {
		f.Absent = append(f.Absent, string(path)+"[]")
	}
	if n.Object == nil {
		return
	}
	for i := range n.Object.Len() {
		m := &n.Object.Members[i]
		at := fieldpath.AppendMember(slices.Clip(path), n.Object.Names[i])
		switch seen := p.seen != nil && p.seen[i]; {
		case !seen && m.Flags&(program.NotInEvent|program.Retired) == 0:
			f.Absent = append(f.Absent, string(at))
		case seen && p.members[i] != nil:
			f.values(m.Node, p.members[i], at)
		}
	}
}

func (f *flattener) finding(path []byte, rule report.Rule, want string, o *occurrences) {
	of := Finding{Path: string(path), Rule: redox.Rule(rule), Want: want, Messages: int(o.messages), Kinds: make(map[Kind]int)}
	for k, o := range o.kinds {
		if o.messages > 0 {
			of.Kinds[kinds[k]] = int(o.messages)
		}
	}
	f.Findings = append(f.Findings, of)
}

// names lists members that the schema lacks, and what is in them.
func (f *flattener) names(n *names, path []byte) {
	for _, s := range n.list {
		f.sample(s, fieldpath.AppendMember(slices.Clip(path), s.name))
	}
	if n.withheld != nil {
		f.sample(n.withheld, append(slices.Clip(path), fieldpath.Withheld...))
	}
}

func (f *flattener) sample(s *sample, path []byte) {
	f.finding(path, cmp.Or(s.rule, report.RuleUnknown), "", &s.occurrences)
	if s.elem != nil {
		f.sample(s.elem, append(slices.Clip(path), "[]"...))
	}
	if s.members != nil {
		f.names(s.members, path)
	}
}
