package generator

import (
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/emit"
	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
)

// TypeDescription describes the Go type of a concept.
type TypeDescription struct {
	GoType      string // such as "common.Demographics"
	Package     string // import path
	Description string
	Events      []string // wire names of the events that have it, sorted
	Fields      []FieldDescription
}

// FieldDescription describes a field of a concept, over all events.
type FieldDescription struct {
	Name        string // in JSON
	GoName      string
	GoType      string
	Description string
	Carried     []string // wire names of the events with the member, sorted
	Required    []string // those where it may not be missing, somewhere
	Retired     string   // since when Redox no longer fills it; "" otherwise
	ValueSets   []DocumentedValues
	HL7, FHIR   string // see schemas.Counterpart
}

// Types describes every concept, by package and name.
func (x *Inspection) Types() []TypeDescription {
	var list []TypeDescription
	for _, p := range x.model.Packages {
		for _, s := range p.Concepts {
			t := TypeDescription{GoType: x.names.Ident(s).String(), Package: x.names.Path(p), Description: s.Description}
			x.uses(s, func(in *model.Event, _ *schema.Node) { t.Events = append(t.Events, x.describe(in).Name()) })
			t.Events = distinct(t.Events)
			for _, f := range s.Fields {
				t.Fields = append(t.Fields, x.describeField(s, f))
			}
			list = append(list, t)
		}
	}
	return list
}

func (x *Inspection) describeField(s *model.Struct, f *model.Field) FieldDescription {
	d := FieldDescription{
		Name: f.Name, GoName: x.names.Field(f), GoType: x.goType(f.Kind), Description: f.Description,
		Retired: f.Retired, HL7: f.Counterpart.HL7, FHIR: f.Counterpart.FHIR,
	}
	if d.Description == "" && f.Kind.Base == model.Concept {
		d.Description = f.Kind.Concept.Description
	}
	for _, v := range f.ValueSets {
		d.ValueSets = append(d.ValueSets, x.values(v))
	}
	x.uses(s, func(in *model.Event, n *schema.Node) {
		if n.Property(f.Name) == nil {
			return
		}
		name := x.describe(in).Name()
		d.Carried = append(d.Carried, name)
		if n.IsRequired(f.Name) {
			d.Required = append(d.Required, name)
		}
	})
	d.Carried, d.Required = distinct(d.Carried), distinct(d.Required)
	return d
}

func distinct(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// Locations calls visit with the event itself, and then with every location that its
// schema has, in schema order. The error is for a name that is no event's.
func (x *Inspection) Locations(event string, visit func(*Explanation)) error {
	e, err := x.event(event)
	if err != nil {
		return err
	}
	return x.visit(location{in: e, owner: e.Struct, object: e.Struct, node: e.Schema.Root, goExpr: "ev"}, visit)
}

func (x *Inspection) visit(p location, f func(*Explanation)) error {
	f(x.explanation(p))
	if p.object == nil || p.node == nil {
		return nil
	}
	for i := range p.node.Properties {
		name := p.node.Properties[i].Name
		if p.object.Field(name) == nil {
			continue
		}
		next, err := x.step(p, name)
		if err != nil {
			return err
		}
		if err := x.visit(next, f); err != nil {
			return err
		}
	}
	return nil
}

// use is an object of an event that a concept stands for.
type use struct {
	in   *model.Event
	node *schema.Node
}

// uses calls f for every object that s stands for.
func (x *Inspection) uses(s *model.Struct, f func(in *model.Event, n *schema.Node)) {
	x.gather.Do(func() {
		x.used = make(map[*model.Struct][]use)
		for _, e := range x.model.Events {
			model.Walk(e.Struct, e.Schema.Root, func(t *model.Struct, n *schema.Node) { x.used[t] = append(x.used[t], use{e, n}) })
		}
	})
	for _, u := range x.used[s] {
		f(u.in, u.node)
	}
}

func (x *Inspection) goType(k model.Kind) string {
	prefix := ""
	for range k.Slices {
		prefix += "[]"
	}
	if k.Base == model.Concept {
		return prefix + x.names.Ident(k.Concept).String()
	}
	return prefix + emit.Scalars[k.Base].String()
}
