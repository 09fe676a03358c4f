package naming

import (
	"cmp"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/model"
)

// earlier indexes a lock.
type earlier struct {
	events, types map[string]recorded // by wire name, by concept key
	packages      map[string]string   // by package key
}

type recorded struct {
	id      lock.Ident
	fields  map[string]string
	methods map[string]string // only those that are recorded
}

func readLock(l *lock.Lock) earlier {
	was := earlier{events: make(map[string]recorded), types: make(map[string]recorded), packages: make(map[string]string)}
	for i := range l.Events {
		e := &l.Events[i]
		was.events[e.Wire()] = recorded{e.Go, goNames(e.Fields), methodNames(e.Fields)}
		was.inPackage(model.EventPackage(e.DataModel), e.Go)
	}
	for i := range l.Types {
		t := &l.Types[i]
		was.types[t.Key] = recorded{id: t.Go, fields: goNames(t.Fields)}
		key, _, _ := strings.Cut(t.Key, ".")
		was.inPackage(key, t.Go)
	}
	return was
}

// inPackage notes the package of a type; the first one recorded counts.
func (was earlier) inPackage(key string, id lock.Ident) {
	was.packages[key] = cmp.Or(was.packages[key], id.Package)
}

func goNames(fields []lock.Field) map[string]string {
	m := make(map[string]string, len(fields))
	for _, f := range fields {
		m[f.JSON] = f.Go
	}
	return m
}

// leftOut claims the names that the lock has in a package for events and
// concepts that are not generated this time.
func (was earlier) leftOut(pkg string, generated []claim) []claim {
	given := make(map[string]bool, len(generated))
	for _, c := range generated {
		given[c.what] = true
	}
	var claims []claim
	add := func(all map[string]recorded, more func(string) []string) {
		for what, r := range all {
			if r.id.Package == pkg && !given[what] {
				claims = append(claims, claim{what: what, name: what, fixed: r.id.Name, more: more})
			}
		}
	}
	add(was.events, eventExtras)
	add(was.types, nil)
	return claims
}
