package generator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
)

// explanation gathers what is known of a location.
func (x *Inspection) explanation(p location) *Explanation {
	e := &Explanation{
		Event:   x.describe(p.in),
		Path:    p.path,
		GoExpr:  p.goExpr,
		Carried: p.field == nil || p.property != nil,
	}
	node := p.in.Schema.Root
	overlaid := p.overlaid
	if p.field == nil {
		overlaid = node.Overlaid
		e.Description, e.GoType = p.in.Description, x.names.Ident(p.in.Struct).String()
	} else {
		node = x.explainField(e, p)
	}
	if e.Carried {
		e.JSON, e.Defined = jsonTypes(node), node.Pos.String()
		for _, s := range overlaid {
			e.Overlaid = append(e.Overlaid, s.Keyword+" at "+s.Pos.String())
		}
		for _, r := range node.Rules {
			e.Rules = append(e.Rules, r.Keyword+" "+r.Value)
		}
		if c := cmp.Or(node.Corrected, corrected(p.node)); c != nil {
			e.Corrected = fmt.Sprintf("%s instead of %s: %s", c.To, c.From, c.Reason)
		}
	}
	x.explainConcept(e, p)
	if p.object != nil {
		for _, f := range p.object.Fields {
			e.Members = append(e.Members, x.member(f, p.node))
		}
	}
	return e
}

// corrected returns the correction of what an array holds, if any.
func corrected(n *schema.Node) *schema.Correction {
	if n == nil {
		return nil
	}
	return n.Corrected
}

// explainField fills in what a field is, and returns its schema, nil unless carried.
func (x *Inspection) explainField(e *Explanation, p location) *schema.Node {
	e.Description, e.GoType = p.field.Description, x.goType(p.field.Kind)
	if p.property != nil && p.property.Overlays("description") {
		e.Description = p.property.Description
	}
	if e.Description == "" && p.object != nil {
		e.Description = p.object.Description
	}
	e.Required, e.Retired = p.required, p.field.Retired
	if p.object == nil {
		e.Class = p.field.Class.String()
	}
	e.HL7, e.FHIR = p.counterpart.HL7, p.counterpart.FHIR
	for _, v := range p.field.ValueSets {
		if len(v.Events) == 0 && !v.Enum || slices.Contains(v.Events, p.in.Schema.File) {
			e.ValueSets = append(e.ValueSets, x.values(v))
		}
	}
	if p.property == nil {
		x.uses(p.owner, func(in *model.Event, n *schema.Node) {
			if name := x.describe(in); n.Property(p.field.Name) != nil && !slices.Contains(e.CarriedBy, name.Name()) {
				e.CarriedBy = append(e.CarriedBy, name.Name())
			}
		})
		return nil
	}
	return p.property.Node
}

func (x *Inspection) values(v *model.ValueSet) DocumentedValues {
	d := DocumentedValues{Values: v.Values}
	for _, p := range x.model.Packages {
		if p.Key == v.Package {
			for _, c := range x.names.Constants(v) {
				d.Constants = append(d.Constants, x.names.Package(p)+"."+c)
			}
		}
	}
	return d
}

// explainConcept fills in the type of the object, or of the object that the field is
// in, and why it is that.
func (x *Inspection) explainConcept(e *Explanation, p location) {
	s, n := p.object, p.node
	if s == nil {
		s, n = p.owner, nil
	}
	c := Concept{GoType: x.names.Ident(s).String(), Why: s.Reason}
	seen := make(map[*model.Event]bool)
	x.uses(s, func(in *model.Event, use *schema.Node) {
		c.Objects++
		seen[in] = true
		if n == nil {
			n = use // any of them says by which definition
		}
	})
	c.Events = len(seen)
	if n != nil && n.Concept != "" && model.ConceptKey(n.Concept) == s.Key {
		c.Why = "the schema says so, at " + n.Pos.String()
	}
	e.Concept = c
}

func (x *Inspection) member(f *model.Field, object *schema.Node) Member {
	m := Member{Name: f.Name, GoType: x.goType(f.Kind)}
	if object == nil {
		return m
	}
	if p := object.Property(f.Name); p != nil {
		m.Carried, m.Required, m.JSON = true, object.IsRequired(f.Name), jsonTypes(p.Node)
	}
	return m
}

// jsonTypes words the types that a schema allows.
func jsonTypes(n *schema.Node) string {
	names := n.Types.Names()
	if i := slices.Index(names, "array"); i >= 0 && n.Items != nil {
		items := jsonTypes(n.Items)
		if strings.Contains(items, " or ") {
			items = "(" + items + ")"
		}
		names[i] = "array of " + items
	}
	return cmp.Or(strings.Join(names, " or "), "any value")
}
