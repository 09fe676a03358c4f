package naming

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/model"
)

// lockedNames are the names of a lock by what has them.
type lockedNames struct {
	entities map[string]lockedEntity // events, concepts and constants, by key
	packages map[string]string       // by package key
}

// lockedEntity is what the lock says of an event, a concept or a constant.
type lockedEntity struct {
	id        lock.Ident
	userOwned bool                     // the user's own lock says so
	word      string                   // the schema's name of an event or concept
	derived   func(id string) []string // see request
	fields    map[string]lockedField   // by JSON name
}

type lockedField struct {
	id        string
	userOwned bool
	method    string // of the builder; "" if the lock has none
}

// The keys of entities are the same for no two of them, whatever is in their parts.

func eventKey(w lock.Wire) string {
	return "event " + strconv.Quote(w.DataModel) + " " + strconv.Quote(w.EventType)
}
func conceptKey(key string) string         { return "concept " + key }
func setKey(set string) string             { return "set " + set }
func constantKey(set, value string) string { return "constant " + set + " " + value }
func lockedConstantKey(set lock.Ident, value string) string {
	return set.Package + " " + constantKey(set.Name, value)
}

// readLock indexes merged, of which own is the user's part.
func readLock(merged, own *lock.Lock) lockedNames {
	locked := lockedNames{entities: make(map[string]lockedEntity), packages: make(map[string]string)}
	locked.add(own, true)
	locked.add(merged, false)
	return locked
}

func (n lockedNames) add(l *lock.Lock, userOwned bool) {
	for i := range l.Events {
		e := &l.Events[i]
		n.addEntity(eventKey(e.Wire()), lockedEntity{id: e.Go, userOwned: userOwned, word: e.EventType, derived: derivedFromEvent}, e.Fields)
		n.addPackage(model.EventPackage(e.DataModel), e.Go)
	}
	for i := range l.Types {
		t := &l.Types[i]
		key, word, _ := strings.Cut(t.Key, ".")
		n.addEntity(conceptKey(t.Key), lockedEntity{id: t.Go, userOwned: userOwned, word: word}, t.Fields)
		n.addPackage(key, t.Go)
	}
	for _, s := range l.Sets {
		for _, v := range s.Values {
			id := lock.Ident{Package: s.Go.Package, Name: cmp.Or(v.Go, obviousConstant(s.Go.Name, v.JSON))}
			n.addEntity(lockedConstantKey(s.Go, v.JSON), lockedEntity{id: id, userOwned: userOwned}, nil)
		}
	}
}

// addEntity adds e, or to the entity of that key that is there already the fields
// that it lacks.
func (n lockedNames) addEntity(key string, e lockedEntity, fields []lock.Field) {
	userOwned := e.userOwned
	if known, ok := n.entities[key]; ok {
		e = known
	} else {
		e.fields = make(map[string]lockedField)
	}
	for _, f := range fields {
		if e.fields[f.JSON].id == "" {
			e.fields[f.JSON] = lockedField{f.Go, userOwned, f.Method}
		}
	}
	n.entities[key] = e
}

// addPackage adds the package of a type, unless it is there already.
func (n lockedNames) addPackage(key string, id lock.Ident) {
	n.packages[key] = cmp.Or(n.packages[key], id.Package)
}

// request asks for the identifier of an event or a concept.
func (n lockedNames) request(key, word string, derived func(string) []string) request {
	e := n.entities[key]
	return request{entity: key, name: word, lockedID: e.id.Name, userOwned: e.userOwned, derived: derived}
}

// constants asks for the constants of a value set.
func (n lockedNames) constants(pkg string, v *model.ValueSet) []request {
	requests := make([]request, len(v.Values))
	for i, value := range v.Values {
		e := n.entities[lockedConstantKey(lock.Ident{Package: pkg, Name: v.Name}, value)]
		requests[i] = request{entity: constantKey(v.Name, value), name: v.Name + " " + value, lockedID: e.id.Name, userOwned: e.userOwned}
	}
	return requests
}

// hasSet reports whether the lock has values of a value set.
func (n lockedNames) hasSet(pkg string, v *model.ValueSet) bool {
	return slices.ContainsFunc(v.Values, func(value string) bool {
		_, ok := n.entities[lockedConstantKey(lock.Ident{Package: pkg, Name: v.Name}, value)]
		return ok
	})
}

// dropped asks for the names that the lock has in a package for events and
// concepts that are not generated this time.
func (n lockedNames) dropped(pkg string, generated []request) []request {
	given := make(map[string]bool, len(generated))
	for _, r := range generated {
		given[r.entity] = true
	}
	var requests []request
	for key, e := range n.entities {
		if e.word != "" && e.id.Package == pkg && !given[key] {
			requests = append(requests, n.request(key, e.word, e.derived))
		}
	}
	return requests
}
