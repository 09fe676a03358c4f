package dev

import (
	"strings"

	"github.com/redoxgen/redoxgen/generator"
)

// eventSchema is what there is to say about the fields of an event.
type eventSchema struct {
	byPath map[string]*schemaField // without indexes; "" is the event
}

// schemaField is a field of an event.
type schemaField struct {
	*generator.Explanation
	name   string
	fields []*schemaField
}

// The kinds of fields, by the types that the schema allows.
func (f *schemaField) isObject() bool { return strings.HasPrefix(f.JSON, "object") }
func (f *schemaField) isList() bool   { return strings.HasPrefix(f.JSON, "array of ") }

// element is which types the elements of a list may have.
func (f *schemaField) element() string {
	return strings.Trim(strings.TrimPrefix(f.JSON, "array of "), "()")
}

// maxSchemas is how many events have their fields kept.
const maxSchemas = 16

// schemaOf returns the fields of an event, or nil if nothing is known of it.
func (s *Server) schemaOf(event string) *eventSchema {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.schemas[event]; known != nil {
		return known
	}
	schema := &eventSchema{byPath: map[string]*schemaField{}}
	if err := s.options.Inspection.Locations(event, schema.add); err != nil {
		return nil // an event that only the command knows
	}
	if len(s.schemas) >= maxSchemas {
		clear(s.schemas)
	}
	s.schemas[event] = schema
	return schema
}

// add adds a field, which comes after the object that it is in.
func (s *eventSchema) add(e *generator.Explanation) {
	f := &schemaField{Explanation: e, name: e.Path[strings.LastIndexByte(e.Path, '.')+1:]}
	object := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(e.Path, f.name), "."), "[]")
	if parent := s.byPath[object]; parent != nil {
		parent.fields = append(parent.fields, f)
	}
	s.byPath[e.Path] = f
}
