package naming

import (
	"cmp"
	"slices"
	"strings"
)

// scope is a Go scope: the identifiers taken, and the entity that has each.
type scope map[string]string

// request asks for the identifier of an entity.
type request struct {
	entity    string                   // unique in the scope; the order of requests does not matter
	name      string                   // in the schema
	lockedID  string                   // the identifier in the lock; "" if there is none
	userOwned bool                     // the user's own lock has lockedID, for no other entity
	derived   func(id string) []string // identifiers that come with id; may be nil
}

// assign answers every request: with the locked identifier, otherwise with the
// plain one. Entities that would have the same plain identifier all get a
// spelled-out one, except for one whose name is exactly that.
func (s scope) assign(requests []request, reserved func(id string) bool, suffix string) map[string]string {
	out := make(map[string]string, len(requests))
	open := slices.Clone(requests)
	slices.SortFunc(open, func(a, b request) int { return cmp.Compare(a.entity, b.entity) })

	take := func(r request, id string) bool {
		all := append([]string{id}, r.derivedFrom(id)...)
		if slices.ContainsFunc(all, func(id string) bool { return s[id] != "" }) {
			return false
		}
		for _, id := range all {
			s[id] = r.entity
		}
		out[r.entity] = id
		return true
	}
	// round answers open requests with what want returns, unless two of them
	// want the same or it is taken.
	round := func(want func(r request) string) {
		wanted := make(map[string]int)
		for _, r := range open {
			wanted[want(r)]++
		}
		open = slices.DeleteFunc(open, func(r request) bool {
			id := want(r)
			return id != "" && wanted[id] == 1 && take(r, id)
		})
	}
	legal := func(id string) string {
		if reserved != nil && reserved(id) {
			return id + suffix
		}
		return id
	}
	round(func(r request) string {
		if r.userOwned {
			return r.lockedID
		}
		return ""
	})
	round(func(r request) string { return r.lockedID })
	round(func(r request) string {
		if id := Exported(r.name); id == r.name {
			return legal(id)
		}
		return ""
	})
	round(func(r request) string { return legal(Exported(r.name)) })
	round(func(r request) string { return Exported(r.name) + suffix })
	round(func(r request) string { return legal(spelled(r.name)) })
	round(func(r request) string { return hashed(r.name) })
	return out
}

func (r request) derivedFrom(id string) []string {
	if r.derived == nil {
		return nil
	}
	return r.derived(id)
}

// Reserved are the names that generated code has whatever the schemas say;
// nothing else gets one of them.
type Reserved struct {
	Fields       []string // of what structs have beside fields; those that begin with Redox are, too
	Methods      []string // of what builders have beside the methods of sections
	Declarations []string // of what every package with events declares
	Files        []string // of files besides those of events and concepts
}

func (r Reserved) field(id string) bool {
	return slices.Contains(r.Fields, id) || strings.HasPrefix(id, "Redox")
}

func (r Reserved) packageScope() scope {
	s := make(scope)
	for _, id := range r.Declarations {
		s[id] = "package"
	}
	return s
}
