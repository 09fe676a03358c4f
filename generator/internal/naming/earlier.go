package naming

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/model"
)

// earlier indexes a lock.
type earlier struct {
	things   map[string]recorded // events, concepts and constants, by the thing's name
	packages map[string]string   // by package key
}

// recorded is what the lock says of an event, a concept or a constant.
type recorded struct {
	id        lock.Ident
	own       bool                     // the user's own lock says so
	word      string                   // the schema's name of an event or concept
	more      func(id string) []string // see claim
	fields    map[string]string
	ownFields map[string]bool
	methods   map[string]string // only those that are recorded
}

// The names of things, the same for no two of them whatever is in their parts.

func eventThing(e *model.Event) string {
	return lockedEventThing(e.Schema.Info.DataModel, e.Schema.Info.EventType)
}
func lockedEventThing(dataModel, eventType string) string {
	return "event " + strconv.Quote(dataModel) + " " + strconv.Quote(eventType)
}
func conceptThing(key string) string         { return "concept " + key }
func constantThing(set, value string) string { return "constant " + set + " " + value }
func lockedConstantThing(set lock.Ident, value string) string {
	return set.Package + " " + constantThing(set.Name, value)
}

// readLock indexes locked, of which own is the user's part.
func readLock(locked, own *lock.Lock) earlier {
	was := earlier{things: make(map[string]recorded), packages: make(map[string]string)}
	was.add(own, true)
	was.add(locked, false)
	return was
}

func (was earlier) add(l *lock.Lock, own bool) {
	for i := range l.Events {
		e := &l.Events[i]
		was.record(lockedEventThing(e.DataModel, e.EventType), recorded{id: e.Go, own: own, word: e.EventType, more: eventExtras}, e.Fields)
		was.inPackage(model.EventPackage(e.DataModel), e.Go)
	}
	for i := range l.Types {
		t := &l.Types[i]
		key, word, _ := strings.Cut(t.Key, ".")
		was.record(conceptThing(t.Key), recorded{id: t.Go, own: own, word: word}, t.Fields)
		was.inPackage(key, t.Go)
	}
	for _, s := range l.Sets {
		for _, v := range s.Values {
			id := lock.Ident{Package: s.Go.Package, Name: cmp.Or(v.Go, obviousConstant(s.Go.Name, v.JSON))}
			was.record(lockedConstantThing(s.Go, v.JSON), recorded{id: id, own: own}, nil)
		}
	}
}

// record notes r, or, where something was recorded of the thing before, the
// fields that were not.
func (was earlier) record(thing string, r recorded, fields []lock.Field) {
	own := r.own
	if before, ok := was.things[thing]; ok {
		r = before
	} else {
		r.fields, r.ownFields, r.methods = make(map[string]string), make(map[string]bool), make(map[string]string)
	}
	for _, f := range fields {
		if r.fields[f.JSON] != "" {
			continue
		}
		r.fields[f.JSON], r.ownFields[f.JSON] = f.Go, own
		if f.Method != "" {
			r.methods[f.JSON] = f.Method
		}
	}
	was.things[thing] = r
}

// inPackage notes the package of a type; the first one recorded counts.
func (was earlier) inPackage(key string, id lock.Ident) {
	was.packages[key] = cmp.Or(was.packages[key], id.Package)
}

// claim claims for a thing the name that is recorded of it, if there is one.
func (was earlier) claim(thing, word string, more func(string) []string) claim {
	r := was.things[thing]
	return claim{what: thing, name: word, fixed: r.id.Name, own: r.own, more: more}
}

// constants claims names for the constants of a value set.
func (was earlier) constants(pkg string, v *model.ValueSet) []claim {
	claims := make([]claim, len(v.Values))
	for i, value := range v.Values {
		r := was.things[lockedConstantThing(lock.Ident{Package: pkg, Name: v.Name}, value)]
		claims[i] = claim{what: constantThing(v.Name, value), name: v.Name + " " + value, fixed: r.id.Name, own: r.own}
	}
	return claims
}

// leftOut claims the names that the lock has in a package for events and
// concepts that are not generated this time.
func (was earlier) leftOut(pkg string, generated []claim) []claim {
	given := make(map[string]bool, len(generated))
	for _, c := range generated {
		given[c.what] = true
	}
	var claims []claim
	for thing, r := range was.things {
		if r.word != "" && r.id.Package == pkg && !given[thing] {
			claims = append(claims, claim{what: thing, name: r.word, fixed: r.id.Name, own: r.own, more: r.more})
		}
	}
	return claims
}
