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
	packages   map[*model.Package]string
	types      map[*model.Struct]string
	fields     map[*model.Field]string
	constants  map[*model.ValueSet][]string
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

// Assign names everything in m. What locked records keeps its name. own is the
// part of it that the user's code was generated with: where another part claims
// the same name, that gives way. Of own no two claim one name, see CheckLock.
func Assign(m *model.Model, locked, own *lock.Lock, importPath string) *Names {
	n := &Names{
		importPath: importPath,
		packages:   make(map[*model.Package]string, len(m.Packages)),
		types:      make(map[*model.Struct]string),
		fields:     make(map[*model.Field]string),
		constants:  make(map[*model.ValueSet][]string),
		methods:    make(map[*model.Field]string),
	}
	was := readLock(locked, own)
	n.namePackages(m, was)
	for _, p := range m.Packages {
		n.nameTypes(p, was)
		for _, e := range p.Events {
			n.nameFields(e.Struct, was.things[eventThing(e)])
			n.nameMethods(e.Struct, was.things[eventThing(e)])
		}
		for _, s := range p.Concepts {
			n.nameFields(s, was.things[conceptThing(s.Key)])
		}
	}
	return n
}

// namePackages keeps the packages that the lock has, those that are not
// generated this time included, before it names new ones.
func (n *Names) namePackages(m *model.Model, was earlier) {
	s := make(scope)
	for _, key := range slices.Sorted(maps.Keys(was.packages)) {
		if id := was.packages[key]; s[id] == "" {
			s[id] = key
		}
	}
	for _, p := range m.Packages {
		id := cmp.Or(was.packages[p.Key], packageName(p))
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
	AllPackage, "redox", "slices", "data", "main", "internal", "vendor", "testdata", "documentation", "cmd", "test", "init", "fmt", "json", "errors", "time",
	"any", "bool", "byte", "error", "false", "true", "nil", "iota", "string", "int", "len", "cap", "new", "make", "max", "min",
	"append", "clear", "close", "copy", "delete", "panic", "print", "println", "recover", "real", "imag", "complex",
)

// deviceNames are what no file or folder can be called on Windows, whatever
// follows after a full stop, and so in no module either.
var deviceNames = set(
	"aux", "con", "nul", "prn", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
	"lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
)

// packageScope holds what every package with events declares.
func packageScope() scope {
	return scope{"Events": "package", "Decode": "package", "DataModel": "package"}
}

// nameTypes names what a package declares: events, concepts and the constants
// of value sets. What is recorded comes before any new name, whichever kind it
// is of, and what the user's own lock records before the rest. Constants come
// before new types, which have yet to be used by anybody.
func (n *Names) nameTypes(p *model.Package, was earlier) {
	s := packageScope()
	var events, concepts, constants []claim
	for _, e := range p.Events {
		events = append(events, was.claim(eventThing(e), e.Word, eventExtras))
	}
	for _, c := range p.Concepts {
		c := was.claim(conceptThing(c.Key), c.Word, conceptExtras)
		if c.fixed != "" { // a recorded name stays, even if another one has its extras
			c.more = nil
			s[rulesName(c.fixed)] = c.what
		}
		concepts = append(concepts, c)
	}
	for _, v := range p.ValueSets {
		constants = append(constants, was.constants(n.packages[p], v)...)
	}
	types := slices.Concat(events, concepts)
	types = append(types, was.leftOut(n.packages[p], types)...)
	ids := make(map[string]string, len(types)+len(constants))
	assign := func(claims []claim, which func(claim) bool, suffix string) {
		chosen := slices.DeleteFunc(slices.Clone(claims), func(c claim) bool { return !which(c) })
		maps.Copy(ids, s.assign(chosen, nil, suffix))
	}
	isOwn := func(c claim) bool { return c.own }
	isOther := func(c claim) bool { return c.fixed != "" && !c.own }
	isNew := func(c claim) bool { return c.fixed == "" }
	assign(types, isOwn, "Object")
	assign(constants, isOwn, "Value")
	assign(types, isOther, "Object")
	assign(constants, isOther, "Value")
	assign(constants, isNew, "Value")
	assign(events, isNew, "Object")
	assign(concepts, isNew, "Object")
	for _, e := range p.Events {
		n.types[e.Struct] = ids[eventThing(e)]
	}
	for _, c := range p.Concepts {
		n.types[c] = ids[conceptThing(c.Key)]
	}
	for _, v := range p.ValueSets {
		for _, value := range v.Values {
			n.constants[v] = append(n.constants[v], ids[constantThing(v.Name, value)])
		}
	}
}

// eventExtras are the identifiers that come with an event's type, and its
// files, whose names are in lower case.
func eventExtras(id string) []string {
	return []string{"Decode" + id, "Validate" + id, "EventType" + id, "Build" + id, id + "Builder",
		infoName(id), schemaName(id), "file " + FileName(id)}
}

// conceptExtras are the identifiers that come with a concept's type. Concepts
// may share a file.
func conceptExtras(id string) []string { return []string{rulesName(id)} }

// obviousConstant is the plain name of a value's constant.
func obviousConstant(set, value string) string { return Exported(set + " " + value) }

func (n *Names) nameFields(s *model.Struct, was recorded) {
	claims := make([]claim, len(s.Fields))
	for i, f := range s.Fields {
		claims[i] = claim{what: f.Name, name: f.Name, fixed: was.fields[f.Name], own: was.ownFields[f.Name]}
	}
	ids := make(scope).assign(claims, reservedField, "Field")
	for _, f := range s.Fields {
		n.fields[f] = ids[f.Name]
	}
}
