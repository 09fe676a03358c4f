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
// a member, and where it is required.
func (b *builder) gatherFacts() {
	g := gatherer{fields: make(map[*Field]*fieldFacts), events: make(map[*Struct][]string)}
	for _, es := range b.events {
		g.event = es.event.Info.Wire().String()
		Walk(es.Struct, es.event.Root, g.object)
	}
	for s, events := range g.events {
		for _, f := range s.Fields {
			if facts := g.fields[f]; facts != nil {
				facts.state(f, events)
			}
		}
	}
}

type gatherer struct {
	event  string
	fields map[*Field]*fieldFacts
	events map[*Struct][]string // that use a struct
}

type fieldFacts struct {
	uses, required int
	carriedBy      []string // events that carry the field somewhere
	requiredBy     []string // events that require it somewhere
}

// state sets what was found of a field; events are those that use its struct.
func (facts *fieldFacts) state(f *Field, events []string) {
	f.Required.Always = facts.required == facts.uses
	if !f.Required.Always {
		f.Required.In = facts.requiredBy
	}
	if len(facts.carriedBy) < len(events) {
		f.OnlyIn, f.NotIn = facts.carriedBy, without(events, facts.carriedBy)
	}
}

func (g *gatherer) object(s *Struct, n *schema.Node) {
	g.events[s] = addEvent(g.events[s], g.event)
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
