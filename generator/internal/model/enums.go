package model

import (
	"encoding/json"
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/schemas"
)

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
			for _, v := range b.lockedValues(s, name) {
				if !slices.Contains(values, v) {
					values = append(values, v)
				}
			}
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
