package model

import (
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
)

// newEvent adds the draft of an event.
func (b *builder) newEvent(e *schema.Event) *eventDraft {
	pkg := b.pkg(EventPackage(e.Info.DataModel))
	if pkg.DataModel == "" {
		pkg.DataModel = e.Info.DataModel
	}
	s := b.newStruct(pkg, e.Info.EventType)
	s.IsEvent = true
	s.Source = e.Root
	s.Reason = "it is an event"
	if l := b.lockedEvents[e.Info.Wire()]; l != nil {
		s.locked = l.Fields
		s.own = b.ownMembers(lock.Member{Event: l.Wire()})
	}
	es := &eventDraft{structDraft: s, event: e}
	b.events = append(b.events, es)
	return es
}

// concept returns the draft of a concept, which it adds if there is none.
func (b *builder) concept(key, reason string) *structDraft {
	if s := b.concepts[key]; s != nil {
		return s
	}
	pkg, word, _ := strings.Cut(key, ".")
	s := b.newStruct(b.pkg(pkg), word)
	s.Reason = reason
	if l := b.lockedTypes[key]; l != nil {
		s.locked = l.Fields
		s.own = b.ownMembers(lock.Member{Type: key})
	}
	b.concepts[key] = s
	return s
}

// addOccurrence makes s stand for one more schema.
func (b *builder) addOccurrence(s *structDraft, o occurrence) {
	if s.seen[o.node] {
		return
	}
	s.seen[o.node] = true
	s.occurrences = append(s.occurrences, o)
	for i := range o.node.Properties {
		p := &o.node.Properties[i]
		b.addFieldOccurrence(b.field(s, p.Name), occurrence{node: p.Node, current: o.current})
	}
}

func (b *builder) field(s *structDraft, name string) *fieldDraft {
	if fd := s.fields[name]; fd != nil {
		return fd
	}
	fd := &fieldDraft{owner: s, name: name, seen: make(map[*schema.Node]bool)}
	s.fields[name] = fd
	s.order = append(s.order, fd)
	if i := slices.IndexFunc(s.locked, func(f lock.Field) bool { return f.JSON == name }); i >= 0 {
		fd.locked = b.lockedKind(s.locked[i].Kind)
	}
	if fd.locked != nil && fd.locked.Base == Concept {
		b.setTarget(fd, b.concepts[fd.locked.Concept.Key], fd.locked.Slices)
	}
	return fd
}

// addFieldOccurrence adds one more schema of a member, to the concept as well that
// the name lock, the schema itself or an earlier occurrence assigns.
func (b *builder) addFieldOccurrence(fd *fieldDraft, o occurrence) {
	if fd.seen[o.node] {
		return
	}
	fd.seen[o.node] = true
	fd.occurrences = append(fd.occurrences, o)

	k := natural(o.node, fd.name)
	object := Element(o.node, k.Slices)
	switch {
	case fd.target != nil:
		b.addToTarget(fd, o)
	case fd.locked != nil, k.Base != Concept:
	case object.Concept != "" && isVariant(object):
		b.variants = append(b.variants, variant{fd, object, k.Slices})
	case object.Concept != "":
		b.assign(fd, object, k.Slices)
	case !slices.Contains(b.pending, fd):
		b.pending = append(b.pending, fd)
	}
}

// variant is a member whose schema is a variant of the concept that it names.
type variant struct {
	field  *fieldDraft
	object *schema.Node
	slices int
}

// isVariant reports whether another definition states the main form of the
// concept that n names.
func isVariant(n *schema.Node) bool {
	_, word, _ := strings.Cut(n.Concept, ".")
	return !strings.HasSuffix(n.Pos.Pointer, "/definitions/"+word)
}

// assignVariants assigns variants, once all main forms have their concepts, so
// that a main form is never the one that has to give way.
func (b *builder) assignVariants() {
	for len(b.variants) > 0 {
		v := b.variants[0]
		b.variants = b.variants[1:]
		if v.field.target == nil {
			b.assign(v.field, v.object, v.slices)
		}
	}
}

// assign gives fd the concept that its schema names, unless that would
// contradict the kinds that the name lock records for the concept, or make the
// concept a part of itself: fd then gets a concept of its own.
func (b *builder) assign(fd *fieldDraft, object *schema.Node, depth int) {
	s := b.concept(ConceptKey(object.Concept), "the schema names it")
	why := ""
	if name := b.contradiction(s, object); name != "" {
		why = "its member " + name + " is not what it is elsewhere in " + s.Key
	} else if b.contains(s, fd.owner) {
		why = "it is a part of " + s.Key
	}
	if why != "" {
		b.diags.Warnf(object.Pos, "concept-conflict", "rename the definition, or give it another x-redox-concept",
			"member %s of %s becomes a concept of its own: %s", fd.name, fd.owner.Key, why)
		b.pending = append(b.pending, fd)
		return
	}
	b.setTarget(fd, s, depth)
	for _, o := range fd.occurrences {
		b.addToTarget(fd, o)
	}
}

// contradiction returns a member of object that the locked kind in s rules out.
func (b *builder) contradiction(s *structDraft, object *schema.Node) string {
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

func (b *builder) setTarget(fd *fieldDraft, s *structDraft, depth int) {
	fd.target, fd.slices = s, depth
	s.incoming = append(s.incoming, fd)
}

// addToTarget makes the concept of fd stand for the objects that o describes.
func (b *builder) addToTarget(fd *fieldDraft, o occurrence) {
	if object := Element(o.node, fd.slices); object != nil && fd.kindOfTarget().Fits(o.node) && len(object.Properties) > 0 {
		b.addOccurrence(fd.target, occurrence{node: object, current: o.current})
	}
}

func (fd *fieldDraft) kindOfTarget() Kind {
	return Kind{Base: Concept, Slices: fd.slices, Concept: fd.target.Struct}
}
