// Package lock reads and writes the name lock: the record of every name and
// Go kind in generated code, so that regenerating from grown
// schemas never renames, moves or retypes anything.
//
// The lock is a text file of lines, made for people and for diffs:
//
//	event patientadmin.Arrival "PatientAdmin" "Arrival"
//	field Meta Meta common.Meta
//
//	type common.Address
//	field StreetAddress StreetAddress string
//
//	set common.Sex
//	value Female
//
// An event line gives the Go type and the names on the wire, a type line the
// Go type (and, quoted, the schema's own word for it where that differs). The
// field lines that follow give the JSON name, the Go name and the kind:
// string, date, date-time, number, bool, raw, a type, or [] and one of these;
// then, in the few cases where it is not the obvious one, the builder's method. A
// line "removed" with the JSON name follows where no schema has the member any more.
// The value lines that follow a set line give the values of a value set that have
// constants, and a constant's name where that is not the obvious one. Locks
// written before there were set lines have none. At the top, choice lines state
// what the code was generated from:
//
//	choice events PatientAdmin.* Results.New
package lock

import (
	"bytes"
	"cmp"
	"slices"
)

// Lock is the content of a name lock: every entity once.
type Lock struct {
	Events []Event
	Types  []Type
	Sets   []Set

	Choices []Choice // what the code was generated from
}

// Choice is what was chosen of something, such as which events.
type Choice struct {
	Name   string
	Values []string
}

// Ident names an exported Go type.
type Ident struct {
	Package string // last element of the import path
	Name    string
}

// String returns package.Name.
func (i Ident) String() string { return i.Package + "." + i.Name }

// Event is what is recorded of one message type.
type Event struct {
	Go        Ident
	DataModel string // on the wire
	EventType string // on the wire
	Fields    []Field
	Line      int // in the file; 0 if it was not read from one, here as below
}

// Wire returns the event's name on the wire.
func (e *Event) Wire() Wire { return Wire{e.DataModel, e.EventType} }

// Wire is the name of an event on the wire. Both parts may have full stops in them.
type Wire struct{ DataModel, EventType string }

// String returns the name as patterns and reports spell it.
func (w Wire) String() string { return w.DataModel + "." + w.EventType }

// Type is what is recorded of one concept.
type Type struct {
	Go     Ident
	Key    string // the schema's name for the concept; Go.String() unless recorded otherwise
	Fields []Field
	Line   int
}

// Field is one member of an event or a concept.
type Field struct {
	JSON string
	Go   string
	Kind Kind

	// Method is the builder's method for a section of an event, where it is
	// not called as one would expect; "" otherwise.
	Method string

	// Removed says that no schema had the member any more when the lock was
	// written; that run has reported it.
	Removed bool
	Line    int
}

// Set is what is recorded of the constants of a value set.
type Set struct {
	Go     Ident // the package, and the set's name, which is not itself declared
	Values []Value
}

// Value is a value of a set that has a constant.
type Value struct {
	JSON string
	Go   string // the constant, where it is not called as one would expect; "" otherwise
	Line int
}

// Overlay returns the union of l and over. Where both have something, over's
// counts. Neither is changed.
func (l *Lock) Overlay(over *Lock) *Lock {
	out := &Lock{
		Events: overlay(l.Events, over.Events, (*Event).Wire, func(e *Event) *[]Field { return &e.Fields }),
		Types:  overlay(l.Types, over.Types, func(t *Type) string { return t.Key }, func(t *Type) *[]Field { return &t.Fields }),
		Sets:   overlaySets(l.Sets, over.Sets),
	}
	out.sort()
	return out
}

// Equal reports whether l and o say the same; the order of events, types and sets
// does not matter.
func (l *Lock) Equal(o *Lock) bool { return bytes.Equal(Format(l), Format(o)) }

func overlay[T any, K comparable](base, over []T, key func(*T) K, fields func(*T) *[]Field) []T {
	at := make(map[K]int, len(base))
	out := make([]T, 0, len(base)+len(over))
	for i := range base {
		at[key(&base[i])] = i
		out = append(out, base[i])
	}
	for i := range over {
		o := over[i]
		if j, ok := at[key(&o)]; ok {
			*fields(&o) = union(*fields(&o), *fields(&out[j]), func(f Field) string { return f.JSON })
			out[j] = o
			continue
		}
		out = append(out, o)
	}
	return out
}

// union returns over, and behind it what base has beside that.
func union[T any](over, base []T, key func(T) string) []T {
	out := slices.Clone(over)
	known := make(map[string]bool, len(over))
	for _, v := range over {
		known[key(v)] = true
	}
	for _, v := range base {
		if !known[key(v)] {
			out = append(out, v)
		}
	}
	return out
}

// sort puts events and types in the order of the file: by package, then name.
// Fields keep their order, which is that of the Go struct.
func (l *Lock) sort() {
	slices.SortFunc(l.Events, func(a, b Event) int { return compareIdent(a.Go, b.Go) })
	slices.SortFunc(l.Types, func(a, b Type) int { return compareIdent(a.Go, b.Go) })
	slices.SortFunc(l.Sets, func(a, b Set) int { return compareIdent(a.Go, b.Go) })
}

func compareIdent(a, b Ident) int {
	return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Name, b.Name))
}

// Names returns how many names the lock holds: types, events and fields.
func (l *Lock) Names() int {
	n := len(l.Events) + len(l.Types)
	for i := range l.Events {
		n += len(l.Events[i].Fields)
	}
	for i := range l.Types {
		n += len(l.Types[i].Fields)
	}
	return n
}
