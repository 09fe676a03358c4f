package model

import (
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/schema"
)

// What the generator knows of the sections of Redox's messages beyond their
// schemas is here: the envelope, the patient and the visit.

// envelope is the section that says what a message is.
const envelope = "Meta"

// IsEnvelope reports whether a member of an event is its envelope: a struct Meta.
func IsEnvelope(name string, isStruct bool, slices int) bool {
	return name == envelope && isStruct && slices == 0
}

// Envelope returns the field of an event's envelope, or nil.
func (s *Struct) Envelope() *Field {
	if f := s.Field(envelope); f != nil && f.IsEnvelope() {
		return f
	}
	return nil
}

// IsEnvelope reports whether the field of an event is its envelope.
func (f *Field) IsEnvelope() bool { return IsEnvelope(f.Name, f.Kind.Base == Concept, f.Kind.Slices) }

// FilledByBuild are the paths of what a builder fills in by itself.
var FilledByBuild = []string{envelope, envelope + ".DataModel", envelope + ".EventType", envelope + ".EventDateTime"}

// Location is a place in an event's messages.
type Location struct {
	Fields []*Field // from the event's struct to it
	Kind   Kind
	node   *schema.Node
}

// Patient is where an event states the patient that it is about.
type Patient struct {
	Identifiers  *Location // a slice of structs with the strings ID and IDType
	Demographics *Location // nil if there are none
}

// Patient returns nil for events without a patient's identifiers.
func (e *Event) Patient() *Patient {
	root := e.location()
	object := Kind{Base: Concept}
	patient := root.member("Patient", object)
	if patient == nil {
		patient = root.member("Header", object).member("Patient", object)
	}
	ids := patient.member("Identifiers", Kind{Base: Concept, Slices: 1})
	if ids == nil || ids.node.Items == nil {
		return nil
	}
	one := &Location{Kind: Kind{Base: Concept, Concept: ids.Kind.Concept}, node: ids.node.Items}
	if one.member("ID", Kind{Base: String}) == nil || one.member("IDType", Kind{Base: String}) == nil {
		return nil
	}
	return &Patient{Identifiers: ids, Demographics: patient.member("Demographics", object)}
}

// Visit is where an event states the visit that it is about.
type Visit struct {
	Number   *Location // a string
	Location *Location // nil if there is none
}

// Visit returns nil for events without a visit number.
func (e *Event) Visit() *Visit {
	visit := e.location().member("Visit", Kind{Base: Concept})
	number := visit.member("VisitNumber", Kind{Base: String})
	if number == nil {
		return nil
	}
	return &Visit{Number: number, Location: visit.member("Location", Kind{Base: Concept})}
}

func (e *Event) location() *Location {
	return &Location{Kind: Kind{Base: Concept, Concept: e.Struct}, node: e.Schema.Root}
}

// member returns the member called name of the object at l, if the event's
// schema has it and Go shows it as kind says; the concept is left open.
func (l *Location) member(name string, kind Kind) *Location {
	if l == nil {
		return nil
	}
	f, p := l.Kind.Concept.Field(name), l.node.Property(name)
	if f == nil || p == nil || f.Kind.Base != kind.Base || f.Kind.Slices != kind.Slices || !f.Kind.Fits(p.Node) {
		return nil
	}
	return &Location{Fields: append(slices.Clip(l.Fields), f), Kind: f.Kind, node: p.Node}
}

// reportMeta warns of events whose messages cannot say what they are: builders
// refuse to build them, and no reader finds out what they are.
func (b *builder) reportMeta(m *Model) {
	for _, e := range m.Events {
		missing, at := []string{"DataModel", "EventType"}, e.Schema.Root
		if p := at.Property(envelope); p != nil {
			at = p.Node
			missing = slices.DeleteFunc(missing, func(name string) bool {
				says := at.Property(name)
				return says != nil && (Kind{Base: String}).Fits(says.Node)
			})
		}
		if len(missing) > 0 {
			b.diags.Warnf(at.Pos, "no-meta", `give the event a member "Meta" with the strings "DataModel" and "EventType", as in every message of Redox`,
				"messages of %s cannot say what they are: Meta has no %s; their builder refuses them, and decoding by Meta does not find them",
				e.Schema.Info.Wire(), strings.Join(missing, " and no "))
		}
	}
}
