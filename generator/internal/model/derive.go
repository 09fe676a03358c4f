package model

import (
	"maps"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/lock"
)

// deriveConcepts gives a concept to every object member that neither the name
// lock nor its schema assigns to one. Doing so may bring up further members.
func (b *builder) deriveConcepts() {
	for len(b.pending) > 0 {
		fd := b.pending[0]
		b.pending = b.pending[1:]
		if fd.target != nil {
			continue
		}
		v := vocabularyOf(fd)
		b.setTarget(fd, b.choose(fd, v), v.slices)
		for _, o := range fd.occurrences {
			b.addToTarget(fd, o)
		}
		b.assignVariants()
	}
}

// vocabulary is the union of the members of the objects that a member holds.
type vocabulary struct {
	slices int
	kinds  map[string]Kind
}

func vocabularyOf(fd *fieldDraft) vocabulary {
	v := vocabulary{kinds: make(map[string]Kind)}
	first := true
	for _, o := range fd.occurrences {
		k := natural(o.node, fd.name)
		if k.Base != Concept || !first && k.Slices != v.slices {
			continue
		}
		v.slices, first = k.Slices, false
		object := Element(o.node, k.Slices)
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

// choose finds or adds the concept for fd: common vocabulary under the same
// member name, a concept of the singular of the name, or one qualified by its
// owner. Names are words, never numbered.
func (b *builder) choose(fd *fieldDraft, v vocabulary) *structDraft {
	if s := b.findExisting(fd, v); s != nil {
		return s
	}
	word := fd.name
	if v.slices > 0 {
		word = Singular(word)
	}
	if word = Word(word); word == "" {
		word = "Member"
	}
	pkg := fd.owner.Package
	for i, name := range qualified(fd.owner, word) {
		key := pkg.Key + "." + name
		s := b.concepts[key]
		switch {
		case s == nil && b.free(pkg, name) && (b.lockedTypes[key] == nil || b.matchesLocked(fd, v, key)):
			return b.concept(key, reasonByName[min(i, 1)])
		case s != nil && b.isCompatible(fd, v, s):
			return s
		}
	}
	b.diags.Errorf(fd.occurrences[0].node.Pos, "no-name", `give the schema an "x-redox-concept"`,
		"there is no free name for the object %s of %s", fd.name, fd.owner.Key)
	return b.concept(pkg.Key+"."+fd.owner.Word+word, reasonByName[1])
}

var reasonByName = [...]string{
	"it is named after the member",
	"it is named after the member and its owner, since it differs from what the member's name alone means",
}

// qualified lists the names to try, plainest first. The last ones are for
// members of one object whose names mean the same word, as Patient and Patients.
func qualified(owner *structDraft, word string) []string {
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

// findExisting returns the concept that members of the same name elsewhere hold, in
// the common package or in the same one: that which shares most with fd.
func (b *builder) findExisting(fd *fieldDraft, v vocabulary) *structDraft {
	var best *structDraft
	most := 0
	for _, key := range slices.Sorted(maps.Keys(b.concepts)) {
		s := b.concepts[key]
		if s.Package.Key != CommonPackage && s.Package != fd.owner.Package {
			continue
		}
		if !slices.ContainsFunc(s.incoming, func(in *fieldDraft) bool { return in.name == fd.name }) {
			continue
		}
		if shared, _ := overlap(v, s); shared > most && b.isCompatible(fd, v, s) {
			best, most = s, shared
		}
	}
	return best
}

// isCompatible reports whether the objects of fd mean the concept s: at least 60 % of
// the smaller one's members shared, none contradicting, and fd no part of s.
func (b *builder) isCompatible(fd *fieldDraft, v vocabulary, s *structDraft) bool {
	shared, conflict := overlap(v, s)
	smaller := min(len(v.kinds), len(s.fields))
	return !conflict && shared*10 >= smaller*6 && !b.contains(s, fd.owner)
}

// overlap counts the members that v and s share, and reports whether one of them
// is of different kinds.
func overlap(v vocabulary, s *structDraft) (shared int, conflict bool) {
	for name, fd := range s.fields {
		k, ok := v.kinds[name]
		if !ok {
			continue
		}
		shared++
		if k != (Kind{}) && !slices.ContainsFunc(fd.occurrences, func(o occurrence) bool { return isOpen(o.node) || natural(o.node, name).like(k) }) {
			conflict = true
		}
	}
	return shared, conflict
}

// contains reports whether inner is outer or lies within it; sharing a concept
// between an object and its own part would make the type recursive.
func (b *builder) contains(outer, inner *structDraft) bool {
	seen := make(map[*structDraft]bool)
	var visit func(s *structDraft) bool
	visit = func(s *structDraft) bool {
		if s == inner {
			return true
		}
		if seen[s] {
			return false
		}
		seen[s] = true
		return slices.ContainsFunc(s.order, func(fd *fieldDraft) bool { return fd.target != nil && visit(fd.target) })
	}
	return visit(outer)
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

// matchesLocked reports whether the objects of fd are what the lock calls key, though
// the lock has no event any more that leads there: that was removed, and may now be
// back. The same holds for them as for joining an open concept.
func (b *builder) matchesLocked(fd *fieldDraft, v vocabulary, key string) bool {
	locked := b.lockedTypes[key].Fields
	shared := 0
	for _, f := range locked {
		k, ok := v.kinds[f.JSON]
		if !ok {
			continue
		}
		shared++
		if locked := lockedBase(f.Kind); k != (Kind{}) && locked != (Kind{}) && !locked.like(k) {
			return false
		}
	}
	return shared*10 >= min(len(v.kinds), len(locked))*6 && !b.lockLeads(key, fd.owner.Key, make(map[string]bool))
}

// lockedBase returns a locked kind without opening the concept that it may name.
func lockedBase(locked lock.Kind) Kind {
	k := Kind{Base: Concept, Slices: locked.Slices()}
	if i := slices.Index(lockedScalars[:], locked.Base()); i >= 0 {
		k.Base = Base(i)
	}
	return k
}

// lockLeads reports whether the concept to is a part of from, as the lock says.
func (b *builder) lockLeads(from, to string, seen map[string]bool) bool {
	if from == to {
		return true
	}
	if seen[from] || b.lockedTypes[from] == nil {
		return false
	}
	seen[from] = true
	return slices.ContainsFunc(b.lockedTypes[from].Fields, func(f lock.Field) bool {
		key, ok := b.keys[f.Kind.Base()]
		return ok && b.lockLeads(key, to, seen)
	})
}
