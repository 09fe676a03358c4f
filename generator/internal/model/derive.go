package model

import (
	"cmp"
	"slices"
	"strings"
)

// deriveConcepts gives a concept to every object member that neither the name
// lock nor its schema assigns to one. Doing so may bring up further members.
func (b *builder) deriveConcepts() {
	for len(b.pending) > 0 {
		t := b.pending[0]
		b.pending = b.pending[1:]
		if t.target != nil {
			continue
		}
		v := vocabularyOf(t)
		b.aim(t, b.choose(t, v), v.slices)
		for _, u := range t.uses {
			b.follow(t, u)
		}
		b.assignVariants()
	}
}

// vocabulary is the union of the members of the objects that a slot holds.
type vocabulary struct {
	slices int
	kinds  map[string]Kind
}

func vocabularyOf(t *slot) vocabulary {
	v := vocabulary{kinds: make(map[string]Kind)}
	first := true
	for _, u := range t.uses {
		k := natural(u.node, t.name)
		if k.Base != Concept || !first && k.Slices != v.slices {
			continue
		}
		v.slices, first = k.Slices, false
		object := element(u.node, k.Slices)
		for i := range object.Properties {
			p := &object.Properties[i]
			if !isOpen(p.Node) {
				v.kinds[p.Name] = natural(p.Node, p.Name)
			} else if _, ok := v.kinds[p.Name]; !ok {
				v.kinds[p.Name] = Kind{}
			}
		}
	}
	return v
}

// choose finds or opens the concept for t: common vocabulary under the same
// member name, a concept of the singular of the name, or one qualified by its
// owner. Names are words, never numbered.
func (b *builder) choose(t *slot, v vocabulary) *shape {
	if s := b.known(t, v); s != nil {
		return s
	}
	word := t.name
	if v.slices > 0 {
		word = Singular(word)
	}
	if word = Word(word); word == "" {
		word = "Member"
	}
	pkg := t.owner.Package
	for i, name := range qualified(t.owner, word) {
		key := pkg.Key + "." + name
		s := b.concepts[key]
		switch {
		case s == nil && b.free(pkg, name) && (b.lockedTypes[key] == nil || b.reopens(t, v, key)):
			return b.concept(key, reasonByName[min(i, 1)])
		case s != nil && b.joins(t, v, s):
			return s
		}
	}
	b.diags.Errorf(t.uses[0].node.Pos, "no-name", `give the schema an "x-redox-concept"`,
		"there is no free name for the object %s of %s", t.name, t.owner.Key)
	return b.concept(pkg.Key+"."+t.owner.Word+word, reasonByName[1])
}

var reasonByName = [...]string{
	"it is named after the member",
	"it is named after the member and its owner, since it differs from what the member's name alone means",
}

// qualified lists the names to try, plainest first. The last ones are for
// members of one object whose names mean the same word, as Patient and Patients.
func qualified(owner *shape, word string) []string {
	own := owner.Word + word
	names := []string{word, own}
	if len(owner.incoming) > 0 {
		names = append(names, owner.incoming[0].owner.Word+own)
	}
	for _, kind := range []string{"Detail", "Entry", "Record", "Data"} {
		names = append(names, word+kind, own+kind)
	}
	return names
}

// known returns the concept that members of the same name elsewhere hold, in
// the common package or in the same one: that which shares most with t.
func (b *builder) known(t *slot, v vocabulary) *shape {
	var best *shape
	most := 0
	for _, key := range sortedKeys(b.concepts) {
		s := b.concepts[key]
		if s.Package.Key != CommonPackage && s.Package != t.owner.Package {
			continue
		}
		if !slices.ContainsFunc(s.incoming, func(in *slot) bool { return in.name == t.name }) {
			continue
		}
		if shared, _ := overlap(v, s); shared > most && b.joins(t, v, s) {
			best, most = s, shared
		}
	}
	return best
}

// joins reports whether the objects of t mean the concept s: at least 60 % of
// the smaller one's members shared, none contradicting, and t no part of s.
func (b *builder) joins(t *slot, v vocabulary, s *shape) bool {
	shared, conflict := overlap(v, s)
	smaller := min(len(v.kinds), len(s.slots))
	return !conflict && shared*10 >= smaller*6 && !b.reaches(s, t.owner)
}

// overlap counts the members that v and s share, and tells whether one of them
// is of different kinds.
func overlap(v vocabulary, s *shape) (shared int, conflict bool) {
	for name, t := range s.slots {
		k, ok := v.kinds[name]
		if !ok {
			continue
		}
		shared++
		if k != (Kind{}) && !slices.ContainsFunc(t.uses, func(u use) bool { return isOpen(u.node) || natural(u.node, name).like(k) }) {
			conflict = true
		}
	}
	return shared, conflict
}

// reaches reports whether to lies within from; sharing a concept between an
// object and its own part would make the type recursive.
func (b *builder) reaches(from, to *shape) bool {
	seen := make(map[*shape]bool)
	var visit func(s *shape) bool
	visit = func(s *shape) bool {
		if s == to {
			return true
		}
		if seen[s] {
			return false
		}
		seen[s] = true
		return slices.ContainsFunc(s.order, func(t *slot) bool { return t.target != nil && visit(t.target) })
	}
	return visit(from)
}

// free reports whether nothing else in the package is called word, in whatever case.
func (b *builder) free(pkg *Package, word string) bool {
	for _, es := range b.events {
		if es.Package == pkg && strings.EqualFold(Word(es.Word), word) {
			return false
		}
	}
	for _, s := range b.concepts {
		if s.Package == pkg && strings.EqualFold(s.Word, word) {
			return false
		}
	}
	return true
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, cmp.Compare[string])
	return keys
}
