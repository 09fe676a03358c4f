package model

import (
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
)

// newEvent opens the shape of an event.
func (b *builder) newEvent(e *schema.Event) *eventShape {
	pkg := b.pkg(EventPackage(e.Info.DataModel))
	if pkg.DataModel == "" {
		pkg.DataModel = e.Info.DataModel
	}
	s := b.newShape(pkg, e.Info.EventType)
	s.IsEvent = true
	s.Source = e.Root
	s.Reason = "it is an event"
	if l := b.lockedEvents[e.Info.Wire()]; l != nil {
		s.locked = l.Fields
		s.own = b.ownMembers(lock.Member{Event: l.Wire()})
	}
	es := &eventShape{shape: s, event: e, live: true}
	b.events = append(b.events, es)
	return es
}

// concept returns the shape of a concept, opened if need be.
func (b *builder) concept(key, reason string) *shape {
	if s := b.concepts[key]; s != nil {
		return s
	}
	pkg, word, _ := strings.Cut(key, ".")
	s := b.newShape(b.pkg(pkg), word)
	s.Reason = reason
	if l := b.lockedTypes[key]; l != nil {
		s.locked = l.Fields
		s.own = b.ownMembers(lock.Member{Type: key})
	}
	b.concepts[key] = s
	return s
}

// addUse makes s stand for one more schema.
func (b *builder) addUse(s *shape, u use) {
	if s.seen[u.node] {
		return
	}
	s.seen[u.node] = true
	s.uses = append(s.uses, u)
	for i := range u.node.Properties {
		p := &u.node.Properties[i]
		b.addSlotUse(b.slot(s, p.Name), use{node: p.Node, live: u.live})
	}
}

func (b *builder) slot(s *shape, name string) *slot {
	if t := s.slots[name]; t != nil {
		return t
	}
	t := &slot{owner: s, name: name, seen: make(map[*schema.Node]bool)}
	s.slots[name] = t
	s.order = append(s.order, t)
	if i := slices.IndexFunc(s.locked, func(f lock.Field) bool { return f.JSON == name }); i >= 0 {
		t.locked = b.lockedKind(s.locked[i].Kind)
	}
	if t.locked != nil && t.locked.Base == Concept {
		b.aim(t, b.concepts[t.locked.Concept.Key], t.locked.Slices)
	}
	return t
}

// addSlotUse records one more schema of a member and follows it to the concept
// that the name lock, the schema itself or an earlier use assigns.
func (b *builder) addSlotUse(t *slot, u use) {
	if t.seen[u.node] {
		return
	}
	t.seen[u.node] = true
	t.uses = append(t.uses, u)

	k := natural(u.node, t.name)
	object := element(u.node, k.Slices)
	switch {
	case t.target != nil:
		b.follow(t, u)
	case t.locked != nil, k.Base != Concept:
	case object.Concept != "" && isVariant(object):
		b.variants = append(b.variants, variant{t, object, k.Slices})
	case object.Concept != "":
		b.assign(t, object, k.Slices)
	case !slices.Contains(b.pending, t):
		b.pending = append(b.pending, t)
	}
}

// variant is a member whose schema is a variant of the concept that it names.
type variant struct {
	slot   *slot
	object *schema.Node
	slices int
}

// isVariant reports whether another definition states the main form of the
// concept that n names.
func isVariant(n *schema.Node) bool {
	_, word, _ := strings.Cut(n.Concept, ".")
	return !strings.HasSuffix(n.Pos.Pointer, "/definitions/"+word)
}

// assignVariants assigns what was put off until all main forms had their
// concepts, so that a main form is never the one that has to give way.
func (b *builder) assignVariants() {
	for len(b.variants) > 0 {
		v := b.variants[0]
		b.variants = b.variants[1:]
		if v.slot.target == nil {
			b.assign(v.slot, v.object, v.slices)
		}
	}
}

// assign gives t the concept that its schema names, unless that would
// contradict the kinds that the name lock records for the concept, or make the
// concept a part of itself: t then gets a concept of its own.
func (b *builder) assign(t *slot, object *schema.Node, depth int) {
	pkg, word, _ := strings.Cut(object.Concept, ".")
	s := b.concept(PackageKey(pkg)+"."+Word(word), "the schema names it")
	why := ""
	if name := b.contradiction(s, object); name != "" {
		why = "its member " + name + " is not what it is elsewhere in " + s.Key
	} else if b.reaches(s, t.owner) {
		why = "it is a part of " + s.Key
	}
	if why != "" {
		b.diags.Warnf(object.Pos, "concept-conflict", "rename the definition, or give it another x-redox-concept",
			"member %s of %s becomes a concept of its own: %s", t.name, t.owner.Key, why)
		b.pending = append(b.pending, t)
		return
	}
	b.aim(t, s, depth)
	for _, u := range t.uses {
		b.follow(t, u)
	}
}

// contradiction returns a member of object that the locked kind in s rules out.
func (b *builder) contradiction(s *shape, object *schema.Node) string {
	for _, f := range s.locked {
		p := object.Property(f.JSON)
		if p == nil {
			continue
		}
		if k := b.lockedKind(f.Kind); k != nil && !k.Fits(p.Node) {
			return f.JSON
		}
	}
	return ""
}

func (b *builder) aim(t *slot, s *shape, depth int) {
	t.target, t.slices = s, depth
	s.incoming = append(s.incoming, t)
}

// follow makes the concept of t stand for the objects that u describes.
func (b *builder) follow(t *slot, u use) {
	if object := element(u.node, t.slices); object != nil && t.kindOfTarget().Fits(u.node) && len(object.Properties) > 0 {
		b.addUse(t.target, use{node: object, live: u.live})
	}
}

func (t *slot) kindOfTarget() Kind {
	return Kind{Base: Concept, Slices: t.slices, Concept: t.target.Struct}
}
