package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/naming"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
)

// interfaces writes the methods by which one function can serve all events
// that have a patient or a visit.
func (e *emitter) interfaces(f *jen.File, ev *model.Event, n naming.Event) {
	if ids := e.patientIdentifiers(ev); ids != nil {
		person := e.within(e.patient(ev), "Demographics", model.Kind{Base: model.Concept})
		e.view(f, n, "PatientMessage",
			method{"PatientIdentifiers", "the patient's identifiers", jen.Index().Add(redox("Identifier")),
				redox("IdentifiersOf").Call(ids.goPath("e"))},
			method{"PatientDemographics", "what the message says of the patient as a person", redox("Demographics"), viewOf("Demographics", person)})
	}
	visit := e.within(e.root(ev), "Visit", model.Kind{Base: model.Concept})
	if number := e.within(visit, "VisitNumber", model.Kind{Base: model.String}); number != nil && e.free(ev, "VisitID", "VisitPlace") {
		location := e.within(visit, "Location", model.Kind{Base: model.Concept})
		e.view(f, n, "VisitMessage",
			method{"VisitID", "the visit number", jen.String(), number.goPath("e")},
			method{"VisitPlace", "where the visit takes place", redox("Place"), viewOf("Place", location)})
	}
}

// method is a method without parameters that returns a view of the message.
type method struct {
	name, what   string
	result, body *jen.Statement
}

// view writes the methods of an interface of the runtime.
func (e *emitter) view(f *jen.File, n naming.Event, name string, methods ...method) {
	f.Line()
	f.Var().Id("_").Add(redox(name)).Op("=").Parens(jen.Op("*").Id(n.Type)).Parens(jen.Nil())
	for _, m := range methods {
		f.Line()
		f.Add(comment(m.name + " returns " + m.what + "; see [redox." + name + "]."))
		f.Func().Params(jen.Id("e").Op("*").Id(n.Type)).Id(m.name).Params().Add(m.result).Add(inline(jen.Return(m.body)))
	}
}

// viewOf reads a section as one of the runtime's types, which is empty when
// the event has no such section.
func viewOf(name string, p *place) *jen.Statement {
	if p == nil {
		return redox(name).Values()
	}
	return redox(name + "Of").Call(jen.Op("&").Add(p.goPath("e")))
}

// place is a member of an event's schema, and the way to it in Go.
type place struct {
	node *schema.Node
	kind model.Kind
	path []string
}

// goPath is the member of the message that variable v holds.
func (p *place) goPath(v string) *jen.Statement {
	s := jen.Id(v)
	for _, name := range p.path {
		s.Dot(name)
	}
	return s
}

func (e *emitter) root(ev *model.Event) *place {
	return &place{node: ev.Schema.Root, kind: model.Kind{Base: model.Concept, Concept: ev.Struct}}
}

// within returns the member called name of the object at p, if the event's
// schema has it and Go shows it as kind says; the concept is left open.
func (e *emitter) within(p *place, name string, kind model.Kind) *place {
	if p == nil {
		return nil
	}
	f, prop := p.kind.Concept.Field(name), p.node.Property(name)
	if f == nil || prop == nil || f.Kind.Base != kind.Base || f.Kind.Slices != kind.Slices || !f.Kind.Fits(prop.Node) {
		return nil
	}
	path := append(append([]string(nil), p.path...), e.names.Field(f))
	return &place{node: prop.Node, kind: f.Kind, path: path}
}

// patient returns the place of the patient that an event is about, or nil.
func (e *emitter) patient(ev *model.Event) *place {
	object := model.Kind{Base: model.Concept}
	if p := e.within(e.root(ev), "Patient", object); p != nil {
		return p
	}
	return e.within(e.within(e.root(ev), "Header", object), "Patient", object)
}

// patientIdentifiers returns the place of the identifiers of the patient that
// an event is about, or nil.
func (e *emitter) patientIdentifiers(ev *model.Event) *place {
	ids := e.within(e.patient(ev), "Identifiers", model.Kind{Base: model.Concept, Slices: 1})
	if ids == nil || ids.node.Items == nil || !e.free(ev, "PatientIdentifiers", "PatientDemographics") {
		return nil
	}
	one := &place{node: ids.node.Items, kind: model.Kind{Base: model.Concept, Concept: ids.kind.Concept}}
	for _, name := range []string{"ID", "IDType"} {
		if e.within(one, name, model.Kind{Base: model.String}) == nil {
			return nil
		}
	}
	return ids
}

// free reports whether no field of the event, named by an old lock, stands in
// the way of methods.
func (e *emitter) free(ev *model.Event, methods ...string) bool {
	for _, f := range ev.Fields {
		for _, m := range methods {
			if e.names.Field(f) == m {
				return false
			}
		}
	}
	return true
}
