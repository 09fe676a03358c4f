package generator

import (
	"maps"
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/runtime/drift"
)

// proposedSchema is a schema in an overlay.
type proposedSchema struct {
	Type       any                        `json:"type,omitempty"` // a text, or a list of them
	Date       string                     `json:"x-redox-date,omitempty"`
	Items      *proposedSchema            `json:"items,omitempty"`
	Properties map[string]*proposedSchema `json:"properties,omitempty"`
}

func (s *proposedSchema) add(name string, m *proposedSchema) {
	if s.Properties == nil {
		s.Properties = make(map[string]*proposedSchema)
	}
	s.Properties[name] = m
}

func sortedNames(m map[string]*observed) []string { return slices.Sorted(maps.Keys(m)) }

// What messages may not show.
const (
	namesWithheld = "names that may be data are withheld, so these members get no type"
	onlyNull      = "it is null in every message, so it gets no type"
	onlyEmpty     = "it is empty in every message: text, unless it is a date"
	unseenText    = "reports do not say whether its texts are dates: text"
	noElements    = "it has no element in any message, or the report alone was seen: a list of anything"
	noMembers     = "it has no member in any message that could be named, or the report alone was seen: JSON text"
)

// lacking returns the schema of a value that there is none for; nil if the messages do
// not show its type.
func (p *proposal) lacking(o *observed) *proposedSchema {
	kinds := o.finding.Kinds
	texts := kinds[drift.Empty] + kinds[drift.Text] + kinds[drift.Date] + kinds[drift.DateTime] + kinds[drift.AnyText]
	var types []string
	for _, t := range []struct {
		name string
		n    int
	}{{"string", texts}, {"number", kinds[drift.Number]}, {"boolean", kinds[drift.Boolean]}, {"object", kinds[drift.Object]}, {"array", kinds[drift.Array]}} {
		if t.n > 0 {
			types = append(types, t.name)
		}
	}
	switch {
	case len(types) == 0:
		p.unclear(o.path, onlyNull)
		return nil
	case len(types) > 1:
		return &proposedSchema{Type: append(types, "null")}
	}
	s := &proposedSchema{Type: types[0]}
	switch types[0] {
	case "object":
		p.object(s, o)
	case "array":
		p.array(s, o)
	case "string":
		s.Date = p.date(o)
		fallthrough
	default:
		s.Type = append(types, "null")
	}
	if kinds[drift.Null] > 0 {
		s.Type = []string{types[0], "null"}
	}
	return s
}

func (p *proposal) object(s *proposedSchema, o *observed) {
	for _, name := range sortedNames(o.members) {
		if m := p.lacking(o.members[name]); m != nil {
			s.add(name, m)
		}
	}
	switch {
	case o.hidden != nil:
		p.unclear(o.hidden.Path, namesWithheld)
	case len(s.Properties) == 0:
		p.unclear(o.path, noMembers)
	}
}

func (p *proposal) array(s *proposedSchema, o *observed) {
	if o.element == nil {
		p.unclear(o.path, noElements)
		return
	}
	s.Items = p.lacking(o.element)
}

// date returns the annotation of a text that is a date in all messages, and that its
// name does not make one anyway.
func (p *proposal) date(o *observed) string {
	kinds := o.finding.Kinds
	if model.IsDateName(o.name) {
		return ""
	}
	switch {
	case kinds[drift.Text] > 0:
		return ""
	case kinds[drift.DateTime] > 0:
		return "date-time"
	case kinds[drift.Date] > 0:
		return "date"
	case kinds[drift.AnyText] > 0:
		p.unclear(o.path, unseenText)
	default:
		p.unclear(o.path, onlyEmpty)
	}
	return ""
}
