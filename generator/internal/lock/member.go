package lock

import "slices"

// Member names a member of an event or of a type.
type Member struct {
	Event Wire   // of a member of an event
	Type  string // key of the type otherwise
	Name  string // in JSON
}

// Fields returns what l records of the event or type that m belongs to.
func (l *Lock) Fields(m Member) []Field {
	for i := range l.Events {
		if m.Type == "" && l.Events[i].Wire() == m.Event {
			return l.Events[i].Fields
		}
	}
	for i := range l.Types {
		if l.Types[i].Key == m.Type {
			return l.Types[i].Fields
		}
	}
	return nil
}

// WithoutKinds returns l without the kinds of members; their names stay.
func (l *Lock) WithoutKinds(members []Member) *Lock {
	of := make(map[Member]bool, len(members))
	for _, m := range members {
		of[m] = true
	}
	return l.withoutKinds(func(m Member, _ Kind) bool { return of[m] })
}

// WithoutScalars returns l without the kinds that name no type, for schemas
// that state the kinds of scalars differently on purpose.
func (l *Lock) WithoutScalars() *Lock {
	return l.withoutKinds(func(_ Member, k Kind) bool { return !k.IsType() })
}

// withoutKinds returns l without the kinds of those members that drop chooses.
func (l *Lock) withoutKinds(drop func(Member, Kind) bool) *Lock {
	without := func(fields []Field, m Member) []Field {
		out := slices.Clone(fields)
		for i := range out {
			if m.Name = out[i].JSON; drop(m, out[i].Kind) {
				out[i].Kind = ""
			}
		}
		return out
	}
	out := &Lock{Events: slices.Clone(l.Events), Types: slices.Clone(l.Types), Sets: l.Sets}
	for i := range out.Events {
		out.Events[i].Fields = without(out.Events[i].Fields, Member{Event: out.Events[i].Wire()})
	}
	for i := range out.Types {
		out.Types[i].Fields = without(out.Types[i].Fields, Member{Type: out.Types[i].Key})
	}
	return out
}
