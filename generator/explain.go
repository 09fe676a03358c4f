package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/internal/fieldpath"
	"github.com/redoxgen/redoxgen/internal/spelling"
	"github.com/redoxgen/redoxgen/schemas"
)

// Explanation is all that is known of one location in the messages of an event.
type Explanation struct {
	Event       EventDescription
	Path        string // such as "Patient.Identifiers[].ID"; "" is the message itself
	Description string

	// Carried says that the event's schema has the member. Otherwise the Go type
	// has it because the schemas of CarriedBy do, and Redox ignores it here.
	Carried   bool
	CarriedBy []string // events; only unless Carried

	JSON      string   // the types that the schema allows, such as "string or null"
	Rules     []string // further keywords, such as "maxLength 12"
	Required  bool     // in this event, here
	Class     string   // what it holds, such as "name"; "" for objects
	Retired   string   // since when Redox no longer fills it; "" otherwise
	Defined   string   // file:line:col#pointer of the schema
	Overlaid  []string // what overlays say of it, such as "description at file:line:col#pointer"
	Corrected string   // how and why it differs from what Redox published; "" otherwise

	GoExpr    string // how to reach it from the event
	GoType    string
	Concept   Concept // its own type if it is an object, otherwise the one that it is a field of
	ValueSets []DocumentedValues

	// HL7 and FHIR are what the field is typically filled from, "" if that is not known:
	// see schemas.Counterpart.
	HL7, FHIR string

	Members []Member // of an object
}

// Concept is the Go type that stands for an object.
type Concept struct {
	GoType  string
	Why     string // why the object is this concept
	Objects int    // how many objects of how many events it stands for
	Events  int
}

// DocumentedValues is a value set of a field. Other values do occur.
type DocumentedValues struct {
	Values    []string
	Constants []string // in the same order, such as "common.SexFemale"
}

// Member is a field of an object's Go type.
type Member struct {
	Name     string // in JSON
	JSON     string // the types that the schema allows; "" unless carried
	GoType   string
	Required bool
	Carried  bool // by the event, here
}

// Explain explains an event, "PatientAdmin.Arrival", or a location in its
// messages, "PatientAdmin.Arrival:Patient.Demographics". Names are in wire or
// in Go spelling. The error says which part of what is not known, and what
// might have been meant.
func (x *Inspection) Explain(what string) (*Explanation, error) {
	name, path, _ := strings.Cut(what, ":")
	e, err := x.event(name)
	if err != nil {
		return nil, err
	}
	steps, err := fieldpath.Names(path)
	if err != nil {
		return nil, err
	}
	p := location{in: e, owner: e.Struct, object: e.Struct, node: e.Schema.Root, goExpr: "ev"}
	for _, name := range steps {
		if p, err = x.step(p, name); err != nil {
			return nil, err
		}
	}
	return x.explanation(p), nil
}

// event returns the event that name names, in wire or in Go spelling.
func (x *Inspection) event(name string) (*model.Event, error) {
	names := make([]string, len(x.model.Events))
	for i, e := range x.model.Events {
		names[i] = e.Schema.Info.Wire().String()
		if slices.ContainsFunc(spellings(e.Schema.Info.Wire(), x.goNames), func(s string) bool { return fold(s) == fold(name) }) {
			return e, nil
		}
	}
	if strings.Contains(name, "*") {
		return nil, fmt.Errorf("%q is a pattern, and events are explained one by one: redoxgen list --events '%s' shows their names", name, name)
	}
	return nil, fmt.Errorf("there is no event %q: %s", name, nearest(name, names))
}

// location is where a path leads.
type location struct {
	in       *model.Event
	path     string
	goExpr   string
	owner    *model.Struct    // the type with the field; that of the event at the start
	field    *model.Field     // nil at the start
	property *schema.Property // nil at the start, and where the event carries no such member
	required bool
	overlaid []schema.Statement
	object   *model.Struct // the type of the value, or of its elements; nil unless that is a struct
	node     *schema.Node  // schema of the value, or of its elements; nil where not carried

	counterpart schemas.Counterpart // zero: not known
}

// step goes to a member.
func (x *Inspection) step(p location, name string) (location, error) {
	if p.object == nil {
		return p, fmt.Errorf("%s has no members: it is %s in Go", p.path, x.goType(p.field.Kind))
	}
	f := p.object.Field(name)
	if f == nil && name == "Extensions" {
		return p, fmt.Errorf("any object may have Extensions, and no schema has them: redox.Extensions and redox.ExtensionOf read those of %s", x.names.Ident(p.object))
	}
	if f == nil {
		return p, fmt.Errorf("%s has no member %q%s", x.names.Ident(p.object), name, didYouMean(name, p.object))
	}
	next := location{in: p.in, path: fieldpath.Member(p.path, name), goExpr: p.goExpr + "." + x.names.Field(f), owner: p.object, field: f}
	if p.path != "" && p.field.Kind.Slices > 0 {
		next.path = fieldpath.Member(p.path+strings.Repeat("[]", p.field.Kind.Slices), name)
		next.goExpr = p.goExpr + strings.Repeat("[i]", p.field.Kind.Slices) + "." + x.names.Field(f)
	}
	if p.node != nil {
		next.property = p.node.Property(name)
		next.required = p.node.IsRequired(name)
	}
	if next.property != nil {
		next.overlaid = next.property.Overlaid
		if pos, ok := p.node.RequiredAt(name); ok {
			next.overlaid = append(slices.Clip(next.overlaid), schema.Statement{Keyword: "required", Pos: pos})
		}
	}
	if next.property != nil {
		next.node = model.Element(next.property.Node, f.Kind.Slices)
	}
	if f.Kind.Base == model.Concept {
		next.object = f.Kind.Concept
	}
	next.counterpart = f.Counterpart.In(p.counterpart)
	if p.field != nil && p.field.Within[name] != (schemas.Counterpart{}) {
		next.counterpart = p.field.Within[name]
	}
	return next, nil
}

func didYouMean(name string, s *model.Struct) string {
	var names []string
	for _, f := range s.Fields {
		names = append(names, f.Name)
	}
	if near := spelling.Nearest(name, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}
