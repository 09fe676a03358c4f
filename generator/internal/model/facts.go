package model

import (
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/schema"
)

// gatherFacts walks every event through the settled structs: where members are
// required, and how much of each struct the objects use.
func (b *builder) gatherFacts() Stats {
	g := gatherer{
		fields: make(map[*Field]*fieldFacts),
		fill:   make(map[*shape]*fill),
		shapes: make(map[*Struct]*shape, len(b.concepts)),
	}
	for _, s := range b.concepts {
		g.shapes[s.Struct] = s
	}
	for _, es := range b.events {
		g.event = wire(es.event).String()
		g.object(es.shape, es.event.Root)
	}
	for f, facts := range g.fields {
		f.Required.Always = facts.required == facts.uses
		if !f.Required.Always {
			f.Required.In = facts.events
		}
	}
	return g.stats(b.shapes())
}

type gatherer struct {
	event  string
	fields map[*Field]*fieldFacts
	fill   map[*shape]*fill
	shapes map[*Struct]*shape
}

type fieldFacts struct {
	uses, required int
	events         []string // that require the field somewhere
}

type fill struct {
	uses  int
	share float64
}

func (g *gatherer) object(s *shape, n *schema.Node) {
	f := g.fill[s]
	if f == nil {
		f = new(fill)
		g.fill[s] = f
	}
	f.uses++
	f.share += float64(len(n.Properties)) / float64(max(1, len(s.Fields)))
	for i := range n.Properties {
		p := &n.Properties[i]
		t := s.slots[p.Name]
		if t == nil || t.field == nil {
			continue
		}
		g.member(t.field, n.IsRequired(p.Name))
		if k := t.field.Kind; k.Base == Concept && k.Fits(p.Node) {
			if object := element(p.Node, k.Slices); object != nil && len(object.Properties) > 0 {
				g.object(g.shapes[k.Concept], object)
			}
		}
	}
}

func (g *gatherer) member(f *Field, required bool) {
	facts := g.fields[f]
	if facts == nil {
		facts = new(fieldFacts)
		g.fields[f] = facts
	}
	facts.uses++
	if !required {
		return
	}
	facts.required++
	if !slices.Contains(facts.events, g.event) {
		facts.events = append(facts.events, g.event)
	}
}

// stats sums up in the order of shapes, so that rounding is the same in every run.
func (g *gatherer) stats(shapes []*shape) Stats {
	var st Stats
	var uses int
	for _, s := range shapes {
		f := g.fill[s]
		if f == nil {
			continue
		}
		if s.IsEvent {
			st.Events++
		} else {
			st.Concepts++
		}
		uses += f.uses
		st.FillByUse += f.share
		st.FillByType += f.share / float64(f.uses)
	}
	if uses > 0 {
		st.FillByUse /= float64(uses)
		st.FillByType /= float64(st.Events + st.Concepts)
	}
	return st
}
