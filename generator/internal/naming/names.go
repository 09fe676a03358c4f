package naming

import (
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/model"
)

// Package returns the name of a package, Path its import path.
func (n *Names) Package(p *model.Package) string { return n.packages[p] }

// Path returns the import path of a package.
func (n *Names) Path(p *model.Package) string { return n.importPath + "/" + n.packages[p] }

// AllPath returns the import path of the package that joins the others.
func (n *Names) AllPath() string { return n.importPath + "/" + AllPackage }

// Type returns the name of a concept's or event's struct.
func (n *Names) Type(s *model.Struct) string { return n.types[s] }

// Ident returns the package and name of a concept's or event's struct.
func (n *Names) Ident(s *model.Struct) lock.Ident {
	return lock.Ident{Package: n.packages[s.Package], Name: n.types[s]}
}

// Field returns the name of a struct field.
func (n *Names) Field(f *model.Field) string { return n.fields[f] }

// Constants returns the names of a value set's constants, in its order.
func (n *Names) Constants(v *model.ValueSet) []string { return n.constants[v] }

// ValueSet returns the name of a value set's type.
func (n *Names) ValueSet(v *model.ValueSet) string { return n.sets[v] }

// Rules returns the name of the variable that holds a concept's rules.
func (n *Names) Rules(s *model.Struct) string { return rulesName(n.types[s]) }

// Event returns the identifiers of an event.
func (n *Names) Event(e *model.Event) Event { return eventNames(n.types[e.Struct]) }

func eventNames(id string) Event {
	return Event{
		Type: id, Decode: "Decode" + id, Validate: "Validate" + id, EventType: "EventType" + id,
		Builder: id + "Builder", Build: "Build" + id,
		Info: unexported(id) + "Event", Schema: unexported(id) + "Schema",
	}
}

func rulesName(id string) string { return unexported(id) + "Rules" }

// OutlineName returns the name of the variable that holds an outline.
func OutlineName(id string) string { return unexported(id) + "Outline" }

// EventFile returns the name of the file that holds an event.
func (n *Names) EventFile(e *model.Event) string { return eventFile(n.types[e.Struct]) }

func eventFile(id string) string { return FileName(id) + "_event.go" }

// ConceptFile returns the name of the file that holds a concept.
func (n *Names) ConceptFile(s *model.Struct) string { return n.reserved.conceptFile(n.types[s]) }

func (r Reserved) conceptFile(id string) string {
	name := FileName(id)
	if deviceNames[name] || slices.Contains(r.Files, name+".go") {
		return name + "_concept.go"
	}
	return name + ".go"
}

// EventPath returns the path, slash separated, of the file of the event called id.
func (r Reserved) EventPath(id lock.Ident) string { return id.Package + "/" + eventFile(id.Name) }

// ConceptPath returns the path of the file of the concept called id.
func (r Reserved) ConceptPath(id lock.Ident) string { return id.Package + "/" + r.conceptFile(id.Name) }

// Paths returns the paths of all files that the code of l can consist of.
func (r Reserved) Paths(l *lock.Lock) map[string]bool {
	paths := make(map[string]bool)
	add := func(id lock.Ident, file string) {
		for _, name := range slices.Concat(r.Files, []string{file}) {
			paths[id.Package+"/"+name] = true
		}
	}
	for i := range l.Events {
		id := l.Events[i].Go
		add(id, eventFile(id.Name))
		add(id, builderFile(id.Name))
	}
	for i := range l.Types {
		id := l.Types[i].Go
		add(id, r.conceptFile(id.Name))
	}
	return paths
}

// Lock returns what the names and kinds of m look like in the name lock.
func (n *Names) Lock(m *model.Model) *lock.Lock {
	l := new(lock.Lock)
	for _, p := range m.Packages {
		for _, e := range p.Events {
			info := e.Schema.Info
			l.Events = append(l.Events, lock.Event{
				Go: n.Ident(e.Struct), DataModel: info.DataModel, EventType: info.EventType, Fields: n.lockFields(e.Struct),
			})
		}
		for _, s := range p.Concepts {
			l.Types = append(l.Types, lock.Type{Go: n.Ident(s), Key: s.Key, Fields: n.lockFields(s)})
		}
		for _, v := range p.ValueSets {
			l.Sets = append(l.Sets, n.lockSet(p, v))
		}
	}
	return l
}

func (n *Names) lockSet(p *model.Package, v *model.ValueSet) lock.Set {
	set := lock.Set{Go: lock.Ident{Package: n.packages[p], Name: v.Name}, Values: make([]lock.Value, len(v.Values))}
	for i, value := range v.Values {
		set.Values[i].JSON = value
		if id := n.constants[v][i]; id != obviousConstant(v.Name, value) {
			set.Values[i].Go = id
		}
	}
	return set
}

func (n *Names) lockFields(s *model.Struct) []lock.Field {
	fields := make([]lock.Field, len(s.Fields))
	for i, f := range s.Fields {
		kind := f.Kind.Lock(func(s *model.Struct) string { return n.Ident(s).String() })
		fields[i] = lock.Field{JSON: f.Name, Go: n.fields[f], Kind: kind, Removed: f.Deprecated}
		if m := n.methods[f]; m != n.obviousMethod(f) {
			fields[i].Method = m
		}
	}
	return fields
}
