package model

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/schemas"
)

// selected reports whether an event is to be generated if its schema is there.
func (b *builder) selected(name lock.Wire) bool { return b.in.Select == nil || b.in.Select(name) }

// selection returns the chosen events with all that they need.
func (b *builder) selection() *Model {
	m := new(Model)
	given := make(map[lock.Wire]bool, len(b.in.Events))
	for _, e := range b.in.Events {
		given[e.Info.Wire()] = true
	}
	needed := make(map[*Struct]bool)
	byWire := make(map[lock.Wire]*Event)
	for _, es := range b.events {
		e := &Event{Struct: es.Struct, Schema: es.event}
		e.Package.Known = append(e.Package.Known, e)
		if !given[es.event.Info.Wire()] || !b.selected(es.event.Info.Wire()) {
			continue
		}
		byWire[es.event.Info.Wire()] = e
		m.Events = append(m.Events, e)
		e.Package.Events = append(e.Package.Events, e)
		need(needed, e.Struct)
	}
	for _, e := range m.Events {
		if r := e.Schema.Info.Response; r != "" {
			e.Response = byWire[lock.Wire{DataModel: e.Schema.Info.DataModel, EventType: r}]
		}
	}
	for _, key := range slices.Sorted(maps.Keys(b.concepts)) {
		if s := b.concepts[key].Struct; needed[s] {
			s.Package.Concepts = append(s.Package.Concepts, s)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(b.packages)) {
		p := b.packages[key]
		if len(p.Events)+len(p.Concepts) == 0 {
			continue
		}
		p.ValueSets = b.valueSetsOf(p)
		m.Packages = append(m.Packages, p)
	}
	b.reportRemovedFields(m)
	b.reportMeta(m)
	return m
}

func need(needed map[*Struct]bool, s *Struct) {
	if needed[s] {
		return
	}
	needed[s] = true
	for _, f := range s.Fields {
		if f.Kind.Base == Concept {
			need(needed, f.Kind.Concept)
		}
	}
}

// reportRemovedFields names the fields that from now on stay in Go although no
// schema has them any more.
func (b *builder) reportRemovedFields(m *Model) {
	for _, p := range m.Packages {
		for _, s := range slices.Concat(structs(p.Events), p.Concepts) {
			var gone []string
			for _, f := range s.Fields {
				if f.Deprecated && !f.Reported {
					gone = append(gone, f.Name)
				}
			}
			if len(gone) > 0 {
				b.diags.Warnf(b.pos(s), "removed-field", "the Go fields stay, marked as deprecated",
					"no schema has these members of %s any more: %s", s.Key, strings.Join(gone, ", "))
			}
		}
	}
}

// pos is where diagnostics about s point: its schema, or the lock when only
// that knows it.
func (b *builder) pos(s *Struct) diag.Pos {
	if s.Source == nil {
		return diag.Pos{File: b.in.LockName}
	}
	return s.Source.Pos
}

// valueSetsOf returns the value sets whose constants belong in p: those of
// fields that are generated.
func (b *builder) valueSetsOf(p *Package) []*ValueSet {
	var sets []*ValueSet
	for _, v := range b.in.ValueSets {
		if v.Package == p.Key {
			sets = append(sets, v)
		}
	}
	for _, s := range slices.Concat(structs(p.Events), p.Concepts) {
		for _, f := range s.Fields {
			for _, v := range f.ValueSets {
				if v.Enum {
					sets = append(sets, v)
				}
			}
		}
	}
	slices.SortFunc(sets, func(x, y *ValueSet) int { return cmp.Compare(x.Name, y.Name) })
	return sets
}

func structs(events []*Event) []*Struct {
	list := make([]*Struct, len(events))
	for i, e := range events {
		list[i] = e.Struct
	}
	return list
}

// attachValueSets gives every field the value sets that are documented for it.
func (b *builder) attachValueSets() {
	for _, v := range b.in.ValueSets {
		for _, path := range v.Fields {
			i := strings.LastIndexByte(path, '.')
			if i < 0 {
				continue
			}
			s := b.concepts[path[:i]]
			if s == nil {
				continue
			}
			if f := s.Field(path[i+1:]); f != nil {
				f.ValueSets = append(f.ValueSets, v)
			}
		}
	}
}

// attachCounterparts gives every field what is known of it in HL7 v2 and FHIR. A name such
// as PhoneNumber.Office is a member of the object that the field PhoneNumber is.
func (b *builder) attachCounterparts() {
	for key, fields := range b.in.Counterparts {
		s := b.concepts[key]
		for name, c := range fields {
			if s == nil {
				break
			}
			name, member, inside := strings.Cut(name, ".")
			f := s.Field(name)
			switch {
			case f == nil:
			case !inside:
				f.Counterpart = c
			case f.Within == nil:
				f.Within = map[string]schemas.Counterpart{member: c}
			default:
				f.Within[member] = c
			}
		}
	}
}

// checkCycles refuses concepts that contain themselves, be it in a slice: no
// event does, and the codec lays out every path beforehand.
func (b *builder) checkCycles() {
	state := make(map[*Struct]int) // 1: open, 2: done
	var chain []string
	var visit func(s *Struct)
	visit = func(s *Struct) {
		chain = append(chain, s.Key)
		defer func() { chain = chain[:len(chain)-1] }()
		state[s] = 1
		for _, f := range s.Fields {
			if f.Kind.Base != Concept {
				continue
			}
			switch c := f.Kind.Concept; state[c] {
			case 0:
				visit(c)
			case 1:
				b.diags.Errorf(b.pos(s), "recursive-concept", `give one of the objects an "x-redox-concept" of its own`,
					"concept %s would contain itself: %s", c.Key, strings.Join(append(chain, c.Key), " → "))
			}
		}
		state[s] = 2
	}
	for _, key := range slices.Sorted(maps.Keys(b.concepts)) {
		if s := b.concepts[key].Struct; state[s] == 0 {
			visit(s)
		}
	}
}
