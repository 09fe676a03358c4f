package emit

import (
	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/naming"
)

// Symbol is an exported name of generated code that can differ between two models.
type Symbol struct {
	Package string // its name, without the path
	Name    string // such as "Arrival", "Arrival.Visit" or "DecodeArrival"; "" is the package itself
	Type    string // of fields, constants' values, what a method takes or returns; "" where it cannot differ
	// Deprecated says that no schema has the member of the field any more.
	Deprecated bool
}

// ID returns how Go code refers to the symbol.
func (s Symbol) ID() string {
	if s.Name == "" {
		return s.Package
	}
	return s.Package + "." + s.Name
}

// API returns the symbols that Files writes, in the order of m: packages, types with
// their fields and methods, functions and constants. What comes with every type and
// never differs, such as MarshalJSON, is left out.
func API(m *model.Model, names *naming.Names) []Symbol {
	a := &api{e: &emitter{names: names, packages: m.Packages}}
	for _, p := range m.Packages {
		a.pkg = names.Package(p)
		a.add("", "")
		if len(p.Events) > 0 {
			a.add("DataModel", quoteJSON(p.DataModel))
			a.add("Events", "")
			a.add("Decode", "")
		}
		for _, ev := range p.Events {
			a.event(ev)
		}
		for _, s := range p.Concepts {
			a.structType(s)
			if len(conceptRules(s)) > 0 {
				a.add(names.Type(s)+".RedoxRules", "")
			}
			if a.e.textField(s, "ID") != nil && a.e.textField(s, "IDType") != nil {
				a.add(names.Type(s)+".RedoxIdentifier", "")
			}
		}
		for _, v := range p.ValueSets {
			a.add(names.ValueSet(v), "")
			for i, id := range names.Constants(v) {
				a.add(id, quoteJSON(v.Values[i]))
			}
		}
	}
	return a.symbols
}

// api collects the symbols of package pkg.
type api struct {
	e       *emitter
	pkg     string
	symbols []Symbol
}

func (a *api) add(name, goType string) {
	a.symbols = append(a.symbols, Symbol{Package: a.pkg, Name: name, Type: goType})
}

// goType spells a kind as code of any package would. A value set's type is another
// name of string, so it does not differ from string.
func (a *api) goType(k model.Kind) string {
	if k.Base != model.Concept {
		return string(lock.SlicesOf(k.Slices, Scalars[k.Base].String()))
	}
	return string(lock.SlicesOf(k.Slices, a.e.names.Ident(k.Concept).String()))
}

func (a *api) structType(s *model.Struct) {
	name := a.e.names.Type(s)
	a.add(name, "")
	for _, f := range s.Fields {
		a.symbols = append(a.symbols, Symbol{
			Package: a.pkg, Name: name + "." + a.e.names.Field(f), Type: a.goType(f.Kind), Deprecated: f.Deprecated,
		})
	}
}

func (a *api) event(ev *model.Event) {
	n := a.e.names.Event(ev)
	a.structType(ev.Struct)
	if ev.Response != nil {
		a.add(n.Type+".RedoxResponse", "*"+a.e.names.Type(ev.Response.Struct))
	}
	patient := a.e.patient(ev)
	if patient != nil {
		a.add(n.Type+".PatientIdentifiers", "")
		a.add(n.Type+".PatientDemographics", "")
	}
	if ev.Visit() != nil && a.e.free(ev, "VisitID", "VisitLocation") {
		a.add(n.Type+".VisitID", "")
		a.add(n.Type+".VisitLocation", "")
	}
	a.add(n.EventType, quoteJSON(ev.Schema.Info.EventType))
	a.add(n.Decode, "")
	a.add(n.Validate, "")
	a.add(n.Build, "")
	a.add(n.Builder, "")
	if patient != nil {
		a.add(n.Builder+".Identifier", "")
	}
	for _, f := range ev.Fields {
		if method := a.e.names.Method(f); method != "" {
			a.add(n.Builder+"."+method, a.section(f))
		}
	}
}

// section is what the builder's method for a section takes; see sectionMethod.
func (a *api) section(f *model.Field) string {
	kind := f.Kind
	kind.Slices = max(0, kind.Slices-1)
	switch edits := kind.Base == model.Concept && kind.Slices == 0; {
	case edits:
		return "func(*" + a.goType(kind) + ")"
	case f.Kind.Slices > 0:
		return "..." + a.goType(kind)
	default:
		return a.goType(kind)
	}
}
