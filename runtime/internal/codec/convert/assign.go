package convert

import (
	"github.com/redoxgen/redoxgen/internal/fieldpath"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Assign sets the section called name of the message at dst, a struct of p's
// type, to what the struct at src has set: scalars and lists as a whole, objects
// member by member; unless over, only what is unset. The program from is one of
// program.Plain. Assign returns what the section has no field for. It is not ok, and the
// section may be in part assigned, if src preserves something besides its fields,
// or if kinds differ: that takes the text.
func Assign(p *program.Program, name string, dst mem.Ptr, from *program.Program, src mem.Ptr, over bool) (dropped []report.Violation, ok bool) {
	a := assigner{over: over}
	o := p.Root.Object
	at := a.enter(name)
	r := inEvent(o, name)
	if r == nil {
		a.drop(from.Root, src)
		return a.dropped, true
	}
	ok = r.Kind == program.KindObject && a.object(r.Node.Object, dst.Field(r.Field), from.Root.Object, src)
	a.path = a.path[:at]
	return a.dropped, ok
}

type assigner struct {
	over    bool
	path    []byte
	dropped []report.Violation
}

// enter appends a member to the path, and returns how long it was.
func (a *assigner) enter(name string) int {
	mark := len(a.path)
	a.path = fieldpath.AppendMember(a.path, name)
	return mark
}

// drop notes a value that the message has no field for, if there is anything in it.
func (a *assigner) drop(n *program.Node, p mem.Ptr) {
	if !n.Type.IsZero(p) && (n.Kind != program.KindSlice || n.Slice.Len(p) > 0) {
		a.dropped = append(a.dropped, report.Violation{Path: string(a.path), Rule: report.RuleNotInEvent, Severity: report.Warning})
	}
}

func (a *assigner) object(o *program.Object, dst mem.Ptr, s *program.Object, src mem.Ptr) bool {
	if *preserved.Of(src) != nil {
		return false
	}
	for i, name := range s.Names {
		from := &s.Members[i]
		value := src.Field(from.Field)
		if from.Node.Type.IsZero(value) {
			continue
		}
		mark := a.enter(name)
		if to := inEvent(o, name); to == nil {
			a.drop(from.Node, value)
		} else if !a.value(to.Node, dst.Field(to.Field), from.Node, value) {
			return false
		}
		a.path = a.path[:mark]
	}
	return true
}

func (a *assigner) value(to *program.Node, dst mem.Ptr, from *program.Node, src mem.Ptr) bool {
	if to.Kind.Scalar() != from.Kind.Scalar() || to.Kind.Types()&to.Types == 0 {
		return false
	}
	if to.Kind == program.KindObject {
		return a.object(to.Object, dst, from.Object, src)
	}
	if to.Kind == program.KindSlice && from.Slice.Len(src) == 0 || !a.over && !to.Type.IsZero(dst) {
		return true
	}
	switch to.Kind {
	case program.KindSlice:
		return a.slice(to, dst, from, src)
	case program.KindBool:
		*dst.Uint8() = *src.Uint8()
	default:
		*dst.String() = *src.String()
	}
	return true
}

// slice sets the slice at dst to new elements: those that it has may belong to
// others too.
func (a *assigner) slice(to *program.Node, dst mem.Ptr, from *program.Node, src mem.Ptr) bool {
	n := from.Slice.Len(src)
	to.Slice.Make(dst, n)
	to.Slice.SetLen(dst, n)
	for i := range n {
		mark := len(a.path)
		a.path = fieldpath.AppendIndex(a.path, i)
		if !a.value(to.Elem, to.Slice.Index(dst, i), from.Elem, from.Slice.Index(src, i)) {
			return false
		}
		a.path = a.path[:mark]
	}
	return true
}
