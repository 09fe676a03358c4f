package model

import (
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/schema"
)

// Walk visits an object and all objects in it, with the structs that stand for them.
func Walk(s *Struct, n *schema.Node, visit func(*Struct, *schema.Node)) {
	visit(s, n)
	for i := range n.Properties {
		p := &n.Properties[i]
		f := s.Field(p.Name)
		if f == nil || f.Kind.Base != Concept || !f.Kind.Fits(p.Node) {
			continue
		}
		if object := Element(p.Node, f.Kind.Slices); object != nil && len(object.Properties) > 0 {
			Walk(f.Kind.Concept, object, visit)
		}
	}
}

// gatherFacts walks every event through the resolved structs: which events carry
// a member, where it is required, and how much of each struct the objects use.
func (b *builder) gatherFacts() Stats {
	g := gatherer{fields: make(map[*Field]*fieldFacts), fill: make(map[*Struct]*fill)}
	for _, es := range b.events {
		g.event = es.event.Info.Wire().String()
		Walk(es.Struct, es.event.Root, g.object)
	}
	for s, use := range g.fill {
		for _, f := range s.Fields {
			if facts := g.fields[f]; facts != nil {
				facts.state(f, use)
			}
		}
	}
	return g.stats(b.drafts())
}

type gatherer struct {
	event  string
	fields map[*Field]*fieldFacts
	fill   map[*Struct]*fill
}

type fieldFacts struct {
	uses, required int
	carriedBy      []string // events that carry the field somewhere
	requiredBy     []string // events that require it somewhere
}

// state sets what was found of a field; use is how its struct is used.
func (facts *fieldFacts) state(f *Field, use *fill) {
	f.Required.Always = facts.required == facts.uses
	if !f.Required.Always {
		f.Required.In = facts.requiredBy
	}
	if len(facts.carriedBy) < len(use.events) {
		f.OnlyIn, f.NotIn = facts.carriedBy, without(use.events, facts.carriedBy)
	}
}

type fill struct {
	uses   int
	events []string // that use the struct
	share  float64
}

func (g *gatherer) object(s *Struct, n *schema.Node) {
	f := g.fill[s]
	if f == nil {
		f = new(fill)
		g.fill[s] = f
	}
	f.uses++
	f.events = addEvent(f.events, g.event)
	f.share += float64(len(n.Properties)) / float64(max(1, len(s.Fields)))
	for i := range n.Properties {
		if field := s.Field(n.Properties[i].Name); field != nil {
			g.member(field, n.IsRequired(field.Name))
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
	facts.carriedBy = addEvent(facts.carriedBy, g.event)
	if required {
		facts.required++
		facts.requiredBy = addEvent(facts.requiredBy, g.event)
	}
}

// addEvent adds an event to a list of events in the order in which they are walked.
func addEvent(list []string, event string) []string {
	if len(list) > 0 && list[len(list)-1] == event {
		return list
	}
	return append(list, event)
}

// without returns what is in list and not in other.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

// stats sums up in the order of drafts, so that rounding is the same in every run.
func (g *gatherer) stats(drafts []*structDraft) Stats {
	var st Stats
	var uses int
	for _, s := range drafts {
		f := g.fill[s.Struct]
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
