package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/naming"
)

// interfaces writes the methods by which one function can serve all events
// that have a patient or a visit.
func (e *emitter) interfaces(f *jen.File, ev *model.Event, n naming.Event) {
	if p := e.patient(ev); p != nil {
		e.view(f, n, "PatientMessage",
			method{"PatientIdentifiers", "the patient's identifiers", jen.Index().Add(redox("Identifier")),
				impl("IdentifiersOf").Call(jen.Op("&").Add(e.goPath("e", p.Identifiers)))},
			method{"PatientDemographics", "what the message says of the patient as a person", redox("Demographics"), e.viewOf("Demographics", p.Demographics)})
	}
	if v := ev.Visit(); v != nil && e.free(ev, "VisitID", "VisitLocation") {
		e.view(f, n, "VisitMessage",
			method{"VisitID", "the visit number", jen.String(), e.goPath("e", v.Number)},
			method{"VisitLocation", "where the visit takes place", redox("Location"), e.viewOf("Location", v.Location)})
	}
}

// patient returns where the patient of an event is, if the event gets the methods for it.
func (e *emitter) patient(ev *model.Event) *model.Patient {
	if p := ev.Patient(); p != nil && e.free(ev, "PatientIdentifiers", "PatientDemographics") {
		return p
	}
	return nil
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
func (e *emitter) viewOf(name string, l *model.Location) *jen.Statement {
	if l == nil {
		return redox(name).Values()
	}
	return impl(name + "Of").Call(jen.Op("&").Add(e.goPath("e", l)))
}

// goPath is a field of the message that variable v holds.
func (e *emitter) goPath(v string, l *model.Location) *jen.Statement {
	s := jen.Id(v)
	for _, f := range l.Fields {
		s.Dot(e.names.Field(f))
	}
	return s
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
