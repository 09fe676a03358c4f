package emit

import (
	"slices"
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/internal/fieldpath"
)

// outline states the schema of an event over the structs that its objects
// decode into: which members each object carries, and, as rules, whatever
// differs from what the fields' kinds imply. See redoximpl.Outline.
type outline struct {
	file  string // of the event
	root  *object
	rules []rule

	documented []rule // of the concepts' fields, which generated concepts state themselves
}

// object is one object of an event's schema: a row of the outline.
type object struct {
	at      string // below the object that it is part of
	has     string // its members, as redoximpl.Outline lists them
	concept *model.Struct
	parts   []*object
}

func outlineOf(ev *model.Event) outline {
	o := outline{file: ev.Schema.File}
	root := ev.Schema.Root
	o.types(root, "", schema.Object)
	o.limits(root, "", schema.Object) // decoding refuses all else
	o.root = o.object(root, ev.Struct, "")
	return o
}

func (o *outline) rule(at, keyword, value string) {
	o.rules = append(o.rules, rule{at, keyword, value})
}

// object describes an object and everything below it; at is its path in the event.
func (o *outline) object(n *schema.Node, s *model.Struct, at string) *object {
	members := make([]string, len(n.Properties))
	for i := range n.Properties {
		p := &n.Properties[i]
		members[i] = quoteName(p.Name)
		if n.IsRequired(p.Name) {
			members[i] += "!"
		}
	}
	described := &object{has: strings.Join(members, " "), concept: s}
	if !s.IsEvent {
		for _, r := range conceptRules(s) {
			o.documented = append(o.documented, rule{fieldpath.Join(at, r.at), r.keyword, r.value})
		}
	}
	extra := slices.DeleteFunc(slices.Clone(n.Required), func(name string) bool { return n.Property(name) != nil })
	if len(extra) > 0 {
		o.rule(at, "required", quoteJSON(extra))
	}
	for i := range n.Properties {
		p := &n.Properties[i]
		f := s.Field(p.Name)
		if part := o.value(p.Node, f.Kind, fieldpath.Member(at, p.Name), n.IsRequired(p.Name)); part != nil {
			part.at = fieldpath.Member("", p.Name) + part.at
			described.parts = append(described.parts, part)
		}
		for _, v := range f.ValueSets {
			if slices.Contains(v.Events, o.file) {
				o.rules = append(o.rules, valuesRule(fieldpath.Member(at, p.Name)+brackets(f.Kind.Slices), v))
			}
		}
	}
	return described
}

// value adds the rules on a value that a field of kind k holds, and describes
// the object that it is or has as elements, if it does.
func (o *outline) value(n *schema.Node, k model.Kind, at string, required bool) *object {
	if k.Base == model.Raw && k.Slices == 0 || !k.Fits(n) || !k.Covers(n) {
		if string(n.Raw) != "{}" {
			o.rule(at, "schema", string(n.Raw))
		}
		return nil
	}
	o.types(n, at, defaultTypes(k, required))
	o.limits(n, at, n.Allowed())
	switch {
	case k.Slices > 0 && n.Items != nil:
		k.Slices--
		part := o.value(n.Items, k, at+"[]", false)
		if part != nil {
			part.at = "[]" + part.at
		}
		return part
	case k.Slices > 0:
		k.Slices--
		if k.Base != model.Raw || k.Slices > 0 {
			o.rule(at+"[]", "type", "[]")
		}
	case k.Base == model.Concept && len(n.Properties) > 0:
		return o.object(n, k.Concept, at)
	}
	return nil
}

// defaultTypes are the types that a kind allows without a rule.
func defaultTypes(k model.Kind, required bool) schema.Types {
	var t schema.Types
	switch {
	case k.Slices > 0:
		return schema.Array
	case k.Base == model.Concept:
		return schema.Object
	case k.Base == model.Number:
		t = schema.Number
	case k.Base == model.Bool:
		t = schema.Boolean
	default:
		t = schema.String
	}
	if !required {
		t |= schema.Null
	}
	return t
}

// types adds a rule where a schema's types are not the default ones.
func (o *outline) types(n *schema.Node, at string, byDefault schema.Types) {
	t := n.Types
	if t.Has(schema.Number) {
		t &^= schema.Integer
	}
	if t == byDefault {
		return
	}
	o.rule(at, "type", quoteJSON(t.Names()))
}

// limits adds the keywords that a schema states besides type and structure, as
// far as values of the types have something to do with them.
func (o *outline) limits(n *schema.Node, at string, types schema.Types) {
	for _, r := range n.Rules {
		if r.Keyword == "additionalProperties" && r.Value == "true" || r.Types()&types == 0 {
			continue
		}
		o.rule(at, r.Keyword, r.Value)
	}
}

func brackets(slices int) string { return strings.Repeat("[]", slices) }

// quoteName returns a name as the members of an outline have it: in quotes if it needs them.
func quoteName(name string) string {
	if fieldpath.IsPlain(name) {
		return name
	}
	return strconv.Quote(name)
}
