// Package naming spells the model in Go: every package, type, field, function,
// constant and file gets its name here, once, honouring the name lock.
package naming

import (
	"cmp"
	"go/token"
	"maps"
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/model"
)

// AllPackage is the package that joins every generated data model.
const AllPackage = "all"

// Names holds the Go names of everything in a model.
type Names struct {
	importPath string
	reserved   Reserved
	packages   map[*model.Package]string
	types      map[*model.Struct]string
	fields     map[*model.Field]string
	constants  map[*model.ValueSet][]string
	sets       map[*model.ValueSet]string
	methods    map[*model.Field]string // of builders, for fields of events
}

// Event lists the identifiers that belong to one event.
type Event struct {
	Type      string // the struct
	Decode    string // the function that decodes it
	Validate  string // the function that validates without decoding
	EventType string // the constant for the name on the wire
	Builder   string // the type that builds it
	Build     string // the function that starts a builder
	Info      string // the variable that describes it
	Schema    string // the variable that holds its schema
}

// Assign names everything in m. What is in the lock merged keeps its name, and
// where two entities have one there, the one in own, the part of merged that the
// user's code was generated with. CheckLock guarantees that own has no duplicate
// names.
func (r Reserved) Assign(m *model.Model, merged, own *lock.Lock, importPath string) *Names {
	n := &Names{
		importPath: importPath,
		reserved:   r,
		packages:   make(map[*model.Package]string, len(m.Packages)),
		types:      make(map[*model.Struct]string),
		fields:     make(map[*model.Field]string),
		constants:  make(map[*model.ValueSet][]string),
		sets:       make(map[*model.ValueSet]string),
		methods:    make(map[*model.Field]string),
	}
	locked := readLock(merged, own)
	n.namePackages(m, locked)
	for _, p := range m.Packages {
		n.nameTypes(p, locked)
		for _, e := range p.Events {
			known := locked.entities[eventKey(e.Schema.Info.Wire())]
			n.nameFields(e.Struct, known)
			n.nameMethods(e.Struct, known)
		}
		for _, s := range p.Concepts {
			n.nameFields(s, locked.entities[conceptKey(s.Key)])
		}
	}
	return n
}

// namePackages keeps the packages that the lock has, those that are not
// generated this time included, before it names new ones.
func (n *Names) namePackages(m *model.Model, locked lockedNames) {
	s := make(scope)
	for _, key := range slices.Sorted(maps.Keys(locked.packages)) {
		if id := locked.packages[key]; s[id] == "" {
			s[id] = key
		}
	}
	for _, p := range m.Packages {
		id := cmp.Or(locked.packages[p.Key], packageName(p))
		for s[id] != "" && s[id] != p.Key {
			id += "model"
		}
		s[id] = p.Key
		n.packages[p] = id
	}
}

// packageName is the key in ASCII, with "model" after words that Go or the
// generated code itself needs.
func packageName(p *model.Package) string {
	id := FileName(p.Key)
	switch {
	case id == "":
		return "datamodel"
	case id[0] >= '0' && id[0] <= '9':
		return "model" + id
	case token.IsKeyword(id), reservedPackages[id], deviceNames[id]:
		return id + "model"
	default:
		return id
	}
}

// reservedPackages are names that mean something to the go command, that are
// predeclared, or that generated code uses for something else.
var reservedPackages = set(
	AllPackage, "redox", "redoximpl", "slices", "data", "main", "internal", "vendor", "testdata", "documentation", "cmd", "test", "init", "fmt", "json", "errors", "time",
	"any", "bool", "byte", "error", "false", "true", "nil", "iota", "string", "int", "len", "cap", "new", "make", "max", "min",
	"append", "clear", "close", "copy", "delete", "panic", "print", "println", "recover", "real", "imag", "complex",
)

// deviceNames are what no file or directory can be called on Windows, whatever
// follows after a full stop, and so in no module either.
var deviceNames = set(
	"aux", "con", "nul", "prn", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
	"lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
)

// nameTypes names what a package declares: events, concepts and the constants
// of value sets. Locked names come before new ones, whichever kind they
// are of, and those of the user's own lock before the rest. Constants come
// before new types, which have yet to be used by anybody. The type of a value set
// is called as the set, or else gets a suffix: before new types if the set is
// locked, so that it keeps its name, and otherwise behind them.
func (n *Names) nameTypes(p *model.Package, locked lockedNames) {
	s := n.reserved.packageScope()
	var events, concepts, constants []request
	for _, e := range p.Events {
		events = append(events, locked.request(eventKey(e.Schema.Info.Wire()), e.Word, derivedFromEvent))
	}
	for _, c := range p.Concepts {
		r := locked.request(conceptKey(c.Key), c.Word, derivedFromConcept)
		if r.lockedID != "" { // a locked name stays, even if what is derived from it is taken
			r.derived = nil
			s[rulesName(r.lockedID)] = r.entity
		}
		concepts = append(concepts, r)
	}
	var lockedSets, newSets []request
	for _, v := range p.ValueSets {
		constants = append(constants, locked.constants(n.packages[p], v)...)
		r := request{entity: setKey(v.Name), name: v.Name}
		if locked.hasSet(n.packages[p], v) {
			lockedSets = append(lockedSets, r)
		} else {
			newSets = append(newSets, r)
		}
	}
	types := slices.Concat(events, concepts)
	types = append(types, locked.dropped(n.packages[p], types)...)
	ids := make(map[string]string, len(types)+len(constants))
	assign := func(requests []request, which func(request) bool, suffix string) {
		chosen := slices.DeleteFunc(slices.Clone(requests), func(r request) bool { return !which(r) })
		maps.Copy(ids, s.assign(chosen, nil, suffix))
	}
	isOwn := func(r request) bool { return r.userOwned }
	isOther := func(r request) bool { return r.lockedID != "" && !r.userOwned }
	isNew := func(r request) bool { return r.lockedID == "" }
	assign(types, isOwn, "Object")
	assign(constants, isOwn, "Value")
	assign(types, isOther, "Object")
	assign(constants, isOther, "Value")
	assign(lockedSets, isNew, "Values")
	assign(constants, isNew, "Value")
	assign(events, isNew, "Object")
	assign(concepts, isNew, "Object")
	assign(newSets, isNew, "Values")
	for _, e := range p.Events {
		n.types[e.Struct] = ids[eventKey(e.Schema.Info.Wire())]
	}
	for _, c := range p.Concepts {
		n.types[c] = ids[conceptKey(c.Key)]
	}
	for _, v := range p.ValueSets {
		n.sets[v] = ids[setKey(v.Name)]
		for _, value := range v.Values {
			n.constants[v] = append(n.constants[v], ids[constantKey(v.Name, value)])
		}
	}
}

// derivedFromEvent returns the identifiers that come with an event's type, and
// its files, whose names are in lower case.
func derivedFromEvent(id string) []string {
	e := eventNames(id)
	return []string{e.Decode, e.Validate, e.EventType, e.Build, e.Builder, e.Info, e.Schema, "file " + FileName(id)}
}

// derivedFromConcept returns the identifiers that come with a concept's type.
// Concepts may share a file.
func derivedFromConcept(id string) []string { return []string{rulesName(id)} }

// obviousConstant is the plain name of a value's constant.
func obviousConstant(set, value string) string { return Exported(set + " " + value) }

func (n *Names) nameFields(s *model.Struct, locked lockedEntity) {
	requests := make([]request, len(s.Fields))
	for i, f := range s.Fields {
		known := locked.fields[f.Name]
		requests[i] = request{entity: f.Name, name: f.Name, lockedID: known.id, userOwned: known.userOwned}
	}
	ids := make(scope).assign(requests, n.reserved.field, "Field")
	for _, f := range s.Fields {
		n.fields[f] = ids[f.Name]
	}
}
