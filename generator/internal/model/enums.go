package model

import (
	"encoding/json"
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/schemas"
)

// gatherStatedValues adds to the documented value sets what schemas say of
// single members by "x-redox-values". It is documentation as the catalog's is:
// it holds for the member of a concept in all events.
func (b *builder) gatherStatedValues() {
	b.in.ValueSets = slices.Clone(b.in.ValueSets)
	for _, s := range b.drafts() {
		for _, f := range s.Fields {
			var stated []string
			for _, n := range s.fields[f.Name].currentNodes() {
				if n = Element(n, f.Kind.Slices); n != nil {
					stated = appendNew(stated, n.Values)
				}
			}
			if len(stated) > 0 && f.Kind.Base == String {
				b.addValues(s, f, stated)
			}
		}
	}
}

// addValues adds values to the set that is documented for f in all events, or
// else documents a set of f's own.
func (b *builder) addValues(s *structDraft, f *Field, values []string) {
	path := s.Key + "." + f.Name
	for i, v := range b.in.ValueSets {
		if len(v.Events) == 0 && slices.Contains(v.Fields, path) && !s.IsEvent {
			more := *v
			more.Values = appendNew(slices.Clone(v.Values), values)
			b.in.ValueSets[i] = &more
			return
		}
	}
	set := &ValueSet{ValueSet: schemas.ValueSet{
		Name: Word(s.Word) + Word(f.Name), Package: s.Package.Key, Description: f.Description, Values: values, Fields: []string{path},
	}}
	for _, es := range b.events {
		if es.structDraft == s {
			set.Events = []string{es.event.File}
			f.ValueSets = append(f.ValueSets, set)
		}
	}
	b.in.ValueSets = append(b.in.ValueSets, set)
}

// appendNew appends those of more that list lacks.
func appendNew(list, more []string) []string {
	for _, v := range more {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// attachEnums gives the text that schemas limit by "enum" a value set, and so
// constants, unless one is documented. Values that go from an enum keep theirs.
func (b *builder) attachEnums() {
	taken := make(map[string]bool)
	for _, v := range b.in.ValueSets {
		taken[v.Package+"."+v.Name] = true
	}
	for _, s := range b.drafts() {
		for _, f := range s.Fields {
			if f.Kind.Base != String || len(f.ValueSets) > 0 {
				continue
			}
			name := Word(s.Word) + Word(f.Name)
			values := enumValues(s.fields[f.Name], f.Kind.Slices)
			values = appendNew(values, b.lockedValues(s, name))
			if key := s.Package.Key + "." + name; len(values) > 0 && !taken[key] {
				taken[key] = true
				set := &ValueSet{schemas.ValueSet{Name: name, Package: s.Package.Key, Values: values, Fields: []string{s.Key + "." + f.Name}}, true}
				f.ValueSets = append(f.ValueSets, set)
				b.enums = append(b.enums, set)
			}
		}
	}
}

// enumValues returns the texts, other than the empty one, that the schemas of a
// member list, in their order.
func enumValues(fd *fieldDraft, depth int) []string {
	var values []string
	for _, n := range fd.currentNodes() {
		n = Element(n, depth)
		if n == nil {
			continue
		}
		i := slices.IndexFunc(n.Rules, func(r schema.Rule) bool { return r.Keyword == "enum" })
		if i < 0 {
			continue
		}
		var list []any
		if json.Unmarshal([]byte(n.Rules[i].Value), &list) != nil {
			continue // the rule was written by us
		}
		for _, v := range list {
			if text, ok := v.(string); ok && text != "" && !slices.Contains(values, text) {
				values = append(values, text)
			}
		}
	}
	return values
}

// lockedValues returns the values of a set that the user's own code has.
func (b *builder) lockedValues(s *structDraft, name string) []string {
	previous := orEmpty(b.in.Previous)
	pkg := ""
	for _, t := range previous.Types {
		if t.Key == s.Key {
			pkg = t.Go.Package
		}
	}
	for _, e := range previous.Events {
		if s.IsEvent && EventPackage(e.DataModel) == s.Package.Key {
			pkg = e.Go.Package
		}
	}
	i := slices.IndexFunc(previous.Sets, func(set lock.Set) bool { return set.Go == lock.Ident{Package: pkg, Name: name} })
	if i < 0 {
		return nil
	}
	var values []string
	for _, v := range previous.Sets[i].Values {
		values = append(values, v.JSON)
	}
	return values
}
