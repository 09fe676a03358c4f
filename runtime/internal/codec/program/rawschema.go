package program

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// Pattern is a member of patternProperties.
type Pattern struct {
	Name *regexp.Regexp
	Node *Node
}

// Tuple is an items list: one schema for each element, another for the rest.
type Tuple struct {
	Items []*Node
	Rest  *Node // nil: no more elements allowed
}

// rawSchema is a draft-04 schema as JSON, with the keywords that a node can
// stand for. Generated code contains it only where no Go type fits.
type rawSchema struct {
	Type              json.RawMessage            `json:"type"`
	Properties        map[string]json.RawMessage `json:"properties"`
	PatternProperties map[string]json.RawMessage `json:"patternProperties"`
	Additional        json.RawMessage            `json:"additionalProperties"`
	Required          json.RawMessage            `json:"required"`
	Items             json.RawMessage            `json:"items"`
	AdditionalItems   json.RawMessage            `json:"additionalItems"`
}

// rawKeywords are the keywords of rawSchema; all others are rules.
var rawKeywords = []string{"type", "properties", "patternProperties", "additionalProperties", "required", "items", "additionalItems"}

// parseSchema compiles a schema for validating only.
func parseSchema(text string) (*Node, error) {
	var s rawSchema
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, err
	}
	n := &Node{Types: jsontext.AnyType}
	if s.Type != nil {
		if err := n.applyType(string(s.Type)); err != nil {
			return nil, err
		}
	}
	if err := s.members(n); err != nil {
		return nil, err
	}
	if err := s.elements(n); err != nil {
		return nil, err
	}
	for keyword, value := range all {
		if slices.Contains(rawKeywords, keyword) {
			continue
		}
		if err := n.applyRule(keyword, string(value)); err != nil {
			return nil, fmt.Errorf("%s: %w", keyword, err)
		}
	}
	return n, nil
}

// members compiles what the schema says of an object's members.
func (s *rawSchema) members(n *Node) error {
	if s.Properties == nil && s.PatternProperties == nil && s.Additional == nil && s.Required == nil {
		return nil
	}
	o := emptyObject()
	n.Object = o
	o.Members = o.Members[:0]
	var required []string
	if s.Required != nil {
		if err := json.Unmarshal(s.Required, &required); err != nil {
			return err
		}
	}
	names := slices.Sorted(maps.Keys(s.Properties))
	for i, name := range names {
		child, err := parseSchema(string(s.Properties[name]))
		if err != nil {
			return fmt.Errorf("properties: %w", err)
		}
		r := Member{Node: child}
		if slices.Contains(required, name) {
			r.Flags |= Required
			o.require(i)
		}
		o.append(r, name, i)
	}
	for _, name := range required {
		if !slices.Contains(names, name) {
			o.requireUndeclared(name)
		}
	}
	o.finish()
	return s.otherMembers(n)
}

func (s *rawSchema) otherMembers(n *Node) error {
	if err := n.Object.setPatterns(s.PatternProperties); err != nil || s.Additional == nil {
		return err
	}
	return n.applyAdditional(string(s.Additional))
}

// setPatterns compiles patternProperties. Every member is matched against them,
// so none takes the short way any more.
func (o *Object) setPatterns(schemas map[string]json.RawMessage) error {
	for _, expr := range slices.Sorted(maps.Keys(schemas)) {
		re, err := regexp.Compile(expr)
		if err != nil {
			return err
		}
		child, err := parseSchema(string(schemas[expr]))
		if err != nil {
			return fmt.Errorf("patternProperties: %w", err)
		}
		o.Patterns = append(o.Patterns, Pattern{Name: re, Node: child})
	}
	if o.Patterns != nil {
		for i := range o.Members {
			o.Members[i].First = ' '
		}
	}
	return nil
}

// elements compiles what the schema says of an array's elements.
func (s *rawSchema) elements(n *Node) error {
	if s.Items == nil {
		return nil
	}
	if s.Items[0] == '{' {
		elem, err := parseSchema(string(s.Items))
		n.Elem = elem
		return err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(s.Items, &list); err != nil {
		return err
	}
	t := &Tuple{Rest: AnyNode}
	for _, item := range list {
		elem, err := parseSchema(string(item))
		if err != nil {
			return err
		}
		t.Items = append(t.Items, elem)
	}
	switch string(s.AdditionalItems) {
	case "", "true":
	case "false":
		t.Rest = nil
	default:
		rest, err := parseSchema(string(s.AdditionalItems))
		if err != nil {
			return err
		}
		t.Rest = rest
	}
	n.Tuple = t
	return nil
}

func emptyObject() *Object {
	o := &Object{Lenient: true}
	o.finish()
	return o
}
