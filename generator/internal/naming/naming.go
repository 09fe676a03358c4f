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

// Assign names everything in m. What locked records keeps its name.
func Assign(m *model.Model, locked *lock.Lock, importPath string) *Names {
	n := &Names{
		importPath: importPath,
		packages:   make(map[*model.Package]string, len(m.Packages)),
		types:      make(map[*model.Struct]string),
		fields:     make(map[*model.Field]string),
		constants:  make(map[*model.ValueSet][]string),
		methods:    make(map[*model.Field]string),
	}
	was := readLock(locked)
	n.namePackages(m, was)
	for _, p := range m.Packages {
		n.nameTypes(p, was)
		for _, e := range p.Events {
			n.nameFields(e.Struct, was.events[wire(e)])
			n.nameMethods(e.Struct, was.events[wire(e)])
		}
		for _, s := range p.Concepts {
			n.nameFields(s, was.types[s.Key])
		}
	}
	return n
}

func wire(e *model.Event) string { return e.Schema.Info.DataModel + "." + e.Schema.Info.EventType }

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
	case token.IsKeyword(id), reservedPackages[id]:
		return id + "model"
	default:
		return id
	}
}

// reservedPackages are names that mean something to the go command, that are
// predeclared, or that generated code uses for something else.
var reservedPackages = set(
	AllPackage, "redox", "slices", "data", "main", "internal", "vendor", "testdata", "cmd", "test", "init", "fmt", "json", "errors", "time",
	"any", "bool", "byte", "error", "false", "true", "nil", "iota", "string", "int", "len", "cap", "new", "make", "max", "min",
	"append", "clear", "close", "copy", "delete", "panic", "print", "println", "recover", "real", "imag", "complex",
)

// nameTypes names what a package declares: events first, then concepts, then
// the constants of value sets.
func (n *Names) nameTypes(p *model.Package, was earlier) {
	s := scope{"Events": "package", "Decode": "package", "DataModel": "package"}
	events := make([]claim, 0, len(p.Events))
	for _, e := range p.Events {
		events = append(events, claim{what: wire(e), name: e.Word, fixed: was.events[wire(e)].id.Name, more: eventExtras})
	}
	concepts := make([]claim, 0, len(p.Concepts))
	for _, c := range p.Concepts {
		c := claim{what: c.Key, name: c.Word, fixed: was.types[c.Key].id.Name, more: conceptExtras}
		if c.fixed != "" { // a recorded name stays, even if another one has its extras
			c.more = nil
			s[rulesName(c.fixed)] = c.what
		}
		concepts = append(concepts, c)
	}
	// What is recorded comes before any new name, whichever kind it is of.
	fixed := func(c claim) bool { return c.fixed != "" }
	isNew := func(c claim) bool { return c.fixed == "" }
	ids := make(map[string]string, len(events)+len(concepts))
	for _, claims := range [][]claim{
		slices.DeleteFunc(slices.Clone(events), isNew), slices.DeleteFunc(slices.Clone(concepts), isNew),
		was.leftOut(n.packages[p], slices.Concat(events, concepts)),
		slices.DeleteFunc(slices.Clone(events), fixed), slices.DeleteFunc(slices.Clone(concepts), fixed),
	} {
		for what, id := range s.assign(claims, nil, "Object") {
			ids[what] = id
		}
	}
	for _, e := range p.Events {
		n.types[e.Struct] = ids[wire(e)]
	}
	for _, c := range p.Concepts {
		n.types[c] = ids[c.Key]
	}
	for _, v := range p.ValueSets {
		n.constants[v] = s.constants(v)
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

// constants names one constant per value of a set.
func (s scope) constants(v *model.ValueSet) []string {
	claims := make([]claim, len(v.Values))
	for i, value := range v.Values {
		claims[i] = claim{what: value, name: v.Name + " " + value}
	}
	ids := s.assign(claims, nil, "Value")
	out := make([]string, len(v.Values))
	for i, value := range v.Values {
		out[i] = ids[value]
	}
	return out
}

func (n *Names) nameFields(s *model.Struct, was recorded) {
	claims := make([]claim, len(s.Fields))
	for i, f := range s.Fields {
		claims[i] = claim{what: f.Name, name: f.Name, fixed: was.fields[f.Name]}
	}
	ids := make(scope).assign(claims, reservedField, "Field")
	for _, f := range s.Fields {
		n.fields[f] = ids[f.Name]
	}
}
