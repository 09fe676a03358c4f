package lock

import (
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
)

// scalars are the kinds that are not types.
var scalars = []string{"string", "date", "date-time", "number", "bool", "raw"}

// kindOf is the kind that a line gives to a Go field.
type kindOf struct {
	field, kind string
	line        int
}

// knownKinds refuses kinds that are neither scalars nor types of the lock. They
// are what a lock looks like that was cut off or has lost lines: to go on
// without them would give the fields other types. There is no line that says
// how long the lock is, which would find every loss, since it would be in
// conflict whenever two branches that add something are merged.
func (p *parser) knownKinds() {
	listed := make(map[string]bool, len(p.lock.Types))
	for _, t := range p.lock.Types {
		listed[t.Go.String()] = true
	}
	known := func(kind string) bool {
		base := strings.TrimLeft(kind, "[]")
		return kind == strings.Repeat("[]", (len(kind)-len(base))/2)+base && (listed[base] || slices.Contains(scalars, base))
	}
	for _, k := range p.kinds {
		_, refused := p.seen["type "+strings.TrimLeft(k.kind, "[]")]
		if p.line = k.line; known(k.kind) || refused { // what was refused has been reported
			continue
		}
		base := strings.TrimLeft(k.kind, "[]")
		if strings.Contains(base, ".") {
			p.hintedf("lines of the lock are missing: restore it from version control",
				"the field %s is of the type %s, and the lock has no such type", k.field, base)
			continue
		}
		hint := "restore the lock from version control; the kinds are " + strings.Join(scalars, ", ") + ", or a type of the lock"
		if near := diag.DidYouMean(base, scalars); near != "" {
			hint = "did you mean " + near + "? Better restore the lock from version control"
		}
		p.hintedf(hint, "the field %s is of the kind %q, which is none", k.field, k.kind)
	}
	for i := range p.lock.Events {
		dropUnknown(&p.lock.Events[i].Fields, known)
	}
	for i := range p.lock.Types {
		dropUnknown(&p.lock.Types[i].Fields, known)
	}
}

func dropUnknown(fields *[]Field, known func(kind string) bool) {
	*fields = slices.DeleteFunc(*fields, func(f Field) bool { return !known(f.Kind) })
}
