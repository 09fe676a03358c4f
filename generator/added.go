package generator

import (
	"fmt"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
)

// Added lists the names that one name lock has and an earlier one has not, one
// a line: events, types, and fields of those that were there before.
func Added(before, after []byte) []string {
	was, is := lock.Parse("", before, new(diag.List)), lock.Parse("", after, new(diag.List))
	a := additions{known: make(map[string]bool)}
	a.all(was)
	a.list = nil
	a.all(is)
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

// add notes a name and reports whether it is new.
func (a *additions) add(name, line string) bool {
	if a.known[name] {
		return false
	}
	a.known[name] = true
	a.list = append(a.list, line)
	return true
}
