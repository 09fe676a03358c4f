package naming

import (
	"cmp"
	"slices"
	"strings"
)

// scope is a Go scope: the identifiers taken, and by what.
type scope map[string]string

// claim is a thing that needs an identifier.
type claim struct {
	what  string                   // for whom, unique in the scope; the order of claims does not matter
	name  string                   // the schema's name
	fixed string                   // the identifier recorded earlier; "" if none
	own   bool                     // recorded in the user's own lock, and so nobody else's
	more  func(id string) []string // identifiers that come with it; may be nil
}

// assign gives every claim an identifier: the recorded one, otherwise the
// plain one. Claims that want the same plain identifier all get a spelled-out
// one, except for a claim that is named exactly so. Nothing depends on order.
func (s scope) assign(claims []claim, reserved func(id string) bool, suffix string) map[string]string {
	out := make(map[string]string, len(claims))
	open := slices.Clone(claims)
	slices.SortFunc(open, func(a, b claim) int { return cmp.Compare(a.what, b.what) })

	take := func(c claim, id string) bool {
		all := append([]string{id}, c.extra(id)...)
		if slices.ContainsFunc(all, func(id string) bool { return s[id] != "" }) {
			return false
		}
		for _, id := range all {
			s[id] = c.what
		}
		out[c.what] = id
		return true
	}
	// round lets the claims that are still open have the identifier that want
	// returns, unless two of them want the same.
	round := func(want func(c claim) string) {
		wanted := make(map[string]int)
		for _, c := range open {
			wanted[want(c)]++
		}
		open = slices.DeleteFunc(open, func(c claim) bool {
			id := want(c)
			return id != "" && wanted[id] == 1 && take(c, id)
		})
	}
	legal := func(id string) string {
		if reserved != nil && reserved(id) {
			return id + suffix
		}
		return id
	}
	round(func(c claim) string {
		if c.own {
			return c.fixed
		}
		return ""
	})
	round(func(c claim) string { return c.fixed })
	round(func(c claim) string {
		if id := Exported(c.name); id == c.name {
			return legal(id)
		}
		return ""
	})
	round(func(c claim) string { return legal(Exported(c.name)) })
	round(func(c claim) string { return Exported(c.name) + suffix })
	round(func(c claim) string { return legal(spelled(c.name)) })
	round(func(c claim) string { return hashed(c.name) })
	return out
}

func (c claim) extra(id string) []string {
	if c.more == nil {
		return nil
	}
	return c.more(id)
}

// reservedFields are the methods that generated structs have or are going to
// have, the embedded struct included.
var reservedFields = set(
	"Object", "Format", "LogValue", "String", "GoString", "Error",
	"MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "AppendJSON", "AppendValid", "DecodeJSON",
	"Equal", "Validate", "UnknownMembers", "UnknownMember",
	"PatientIdentifiers", "PatientDemographics", "VisitID", "VisitPlace",
)

func reservedField(id string) bool {
	return reservedFields[id] || strings.HasPrefix(id, "Redox")
}
