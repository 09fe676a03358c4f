package lock

import (
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/internal/spelling"
)

// Kind spells what a field holds: a base, which is a scalar or a Go type such as
// zoo.Animal, with [] before it for each slice around it. "" says nothing.
type Kind string

// The scalars.
const (
	String   = "string"
	Date     = "date"
	DateTime = "date-time"
	Number   = "number"
	Bool     = "bool"
	Raw      = "raw"
)

var scalars = []string{String, Date, DateTime, Number, Bool, Raw}

// SlicesOf returns the kind of so many slices around base.
func SlicesOf(slices int, base string) Kind { return Kind(strings.Repeat("[]", slices) + base) }

// Base returns the scalar or the Go type.
func (k Kind) Base() string { return strings.TrimLeft(string(k), "[]") }

// Slices returns how many slices there are around the base.
func (k Kind) Slices() int { return (len(k) - len(k.Base())) / len("[]") }

// IsType reports whether the base is a Go type.
func (k Kind) IsType() bool { return strings.Contains(k.Base(), ".") }

// kindOf is the kind that a line gives to a Go field.
type kindOf struct {
	field string
	kind  Kind
	line  int
}

// knownKinds refuses kinds that are neither scalars nor types of the lock. A lock
// that was cut off or has lost lines has such kinds, and without the types the
// fields would get others. A line with the length of the lock would find every
// loss, and be in conflict in every merge of two branches that add something.
func (p *parser) knownKinds() {
	listed := make(map[string]bool, len(p.lock.Types))
	for _, t := range p.lock.Types {
		listed[t.Go.String()] = true
	}
	known := func(k Kind) bool {
		base := k.Base()
		return k == SlicesOf(k.Slices(), base) && (listed[base] || slices.Contains(scalars, base))
	}
	for _, k := range p.kinds {
		_, refused := p.seen["type "+k.kind.Base()]
		if p.line = k.line; known(k.kind) || refused { // what was refused has been reported
			continue
		}
		base := k.kind.Base()
		if k.kind.IsType() {
			p.hintedf("lines of the lock are missing: restore it from version control",
				"the field %s is of the type %s, and the lock has no such type", k.field, base)
			continue
		}
		hint := "restore the lock from version control; the kinds are " + strings.Join(scalars, ", ") + ", or a type of the lock"
		if near := spelling.Nearest(base, scalars); near != "" {
			hint = "did you mean " + near + "? Better restore the lock from version control"
		}
		p.hintedf(hint, "the kind %q of the field %s is unknown", k.kind, k.field)
	}
	for i := range p.lock.Events {
		dropUnknown(&p.lock.Events[i].Fields, known)
	}
	for i := range p.lock.Types {
		dropUnknown(&p.lock.Types[i].Fields, known)
	}
}

func dropUnknown(fields *[]Field, known func(Kind) bool) {
	*fields = slices.DeleteFunc(*fields, func(f Field) bool { return !known(f.Kind) })
}
