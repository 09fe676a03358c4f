package model

import (
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
)

// readLock indexes the lock.
func (b *builder) readLock() {
	merged := orEmpty(b.in.Lock)
	b.lockedEvents = make(map[lock.Wire]*lock.Event, len(merged.Events))
	b.lockedTypes = make(map[string]*lock.Type, len(merged.Types))
	b.keys = make(map[string]string, len(merged.Types))
	for i := range merged.Events {
		b.lockedEvents[merged.Events[i].Wire()] = &merged.Events[i]
	}
	for i := range merged.Types {
		t := &merged.Types[i]
		b.lockedTypes[t.Key] = t
		b.keys[t.Go.String()] = t.Key
	}
}

// ownMembers returns the members of an event or a type that the user's own code has.
func (b *builder) ownMembers(of lock.Member) map[string]lock.Field {
	own := make(map[string]lock.Field)
	for _, f := range orEmpty(b.in.Previous).Fields(of) {
		own[f.JSON] = f
	}
	return own
}

// isOwn reports whether the user's own code has the member t.
func (fd *fieldDraft) isOwn() bool {
	_, ok := fd.owner.own[fd.name]
	return ok
}

// member names the member t as the lock does.
func (b *builder) member(fd *fieldDraft) lock.Member {
	for _, es := range b.events {
		if es.structDraft == fd.owner {
			return lock.Member{Event: es.event.Info.Wire(), Name: fd.name}
		}
	}
	return lock.Member{Type: fd.owner.Key, Name: fd.name}
}

func orEmpty(l *lock.Lock) *lock.Lock {
	if l == nil {
		return new(lock.Lock)
	}
	return l
}

// lockedKind returns the kind that the lock states; nil if it states none, or a
// type that it does not list.
func (b *builder) lockedKind(locked lock.Kind) *Kind {
	k := &Kind{Slices: locked.Slices()}
	if i := slices.Index(lockedScalars[:], locked.Base()); i >= 0 {
		k.Base = Base(i)
		return k
	}
	key, ok := b.keys[locked.Base()]
	if !ok {
		return nil
	}
	k.Base, k.Concept = Concept, b.concept(key, "the name lock says so").Struct
	return k
}

// reportRemovedEvents reports events that the user's code has and no schema
// describes any more, and returns their wire names.
func (b *builder) reportRemovedEvents() []lock.Wire {
	var removed []lock.Wire
	known := make(map[lock.Wire]bool)
	for _, es := range b.events {
		known[es.event.Info.Wire()] = true
	}
	previous := orEmpty(b.in.Previous).Events
	hint := "keep its schema, or generate with " + string(diag.AllowBreaking) + " to remove the type"
	if !slices.ContainsFunc(previous, func(e lock.Event) bool { return known[e.Wire()] }) {
		hint = "it is so with every event of the name lock: it may be that of other code, or the schemas are not those that it was made from"
	}
	for i := range previous {
		e := &previous[i]
		if known[e.Wire()] || !b.selected(e.Wire()) {
			continue
		}
		d := diag.Diagnostic{
			Pos:     diag.Pos{File: b.in.LockName, Line: e.Line, Col: 1},
			Code:    "removed-event",
			Message: e.Wire().String() + " (" + e.Go.String() + ") was generated before, and no schema describes it any more",
			Hint:    hint,
		}
		if b.in.AllowBreaking {
			d.Severity, d.Hint = diag.Warning, ""
		}
		b.diags.Add(d)
		removed = append(removed, e.Wire())
	}
	return removed
}
