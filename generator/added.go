package generator

import (
	"fmt"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
)

// Added lists the names in the name lock after that are not in before, one a line:
// events, types, and fields of events and types that both have.
func Added(before, after []byte) []string {
	a := additions{known: make(map[string]bool)}
	a.all(lock.Parse("", before, new(diag.List)))
	a.list = nil
	a.all(lock.Parse("", after, new(diag.List)))
	return a.list
}

// additions collects names that it has not seen before.
type additions struct {
	known map[string]bool
	list  []string
}

func (a *additions) all(l *lock.Lock) {
	for _, e := range l.Events {
		a.one("event", e.Go, e.Fields)
	}
	for _, t := range l.Types {
		a.one("type", t.Go, t.Fields)
	}
}

func (a *additions) one(what string, id lock.Ident, fields []lock.Field) {
	fresh := a.add(id.String(), what+" "+id.String())
	for _, f := range fields {
		name := id.String() + "." + f.Go
		if fresh {
			a.known[name] = true
		} else {
			a.add(name, fmt.Sprintf("field %s %s", name, f.Kind))
		}
	}
}

// add lists a name unless it is known, and reports whether it was new.
func (a *additions) add(name, line string) bool {
	if a.known[name] {
		return false
	}
	a.known[name] = true
	a.list = append(a.list, line)
	return true
}
