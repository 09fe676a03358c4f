package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
)

// settle turns shapes into structs: fields in order, each of one kind.
func (b *builder) settle() {
	for _, es := range b.events {
		b.settleShape(es.shape)
	}
	// A concept may open others, which only the name lock knows.
	settled := make(map[*shape]bool)
	for before := -1; before < len(settled); {
		before = len(settled)
		for _, key := range sortedKeys(b.concepts) {
			if s := b.concepts[key]; !settled[s] {
				settled[s] = true
				b.settleShape(s)
			}
		}
	}
}

func (b *builder) settleShape(s *shape) {
	slices.SortStableFunc(s.uses, func(x, y use) int { return rank(s, x) - rank(s, y) })
	for _, f := range s.locked {
		b.slot(s, f.JSON)
	}
	s.Source = sourceOf(s)
	for _, u := range s.uses {
		s.Description = cmp.Or(s.Description, u.node.Description)
		for i := range u.node.Properties {
			p := &u.node.Properties[i]
			t := s.slots[p.Name]
			if p.Description == p.Node.Description {
				t.general = cmp.Or(t.general, p.Description)
			} else {
				t.description = cmp.Or(t.description, p.Description)
			}
			t.retired = cmp.Or(t.retired, p.Retired)
		}
	}
	for _, name := range memberOrder(s) {
		t := s.slots[name]
		if f := b.settleSlot(t); f != nil {
			t.field = f
			s.Fields = append(s.Fields, f)
		}
	}
}

// checkTags refuses members of one object whose names are the same up to a
// comma: in a struct tag what follows is an option, and go vet takes them for
// one member.
func (b *builder) checkTags() {
	for _, s := range b.shapes() {
		first := make(map[string]string)
		for _, f := range s.Fields {
			name, _, _ := strings.Cut(f.Name, ",")
			if name == "" {
				continue
			}
			if other, ok := first[name]; ok {
				b.diags.Errorf(b.posOf(s.slots[f.Name]), "same-tag", "rename one of them, or leave it out of the schema: decoding keeps members that it does not know",
					"the members %q and %q of %s are one in a struct tag, where a comma begins an option", other, f.Name, s.Key)
				continue
			}
			first[name] = f.Name
		}
	}
}

// shapes returns all events and concepts, in one order.
func (b *builder) shapes() []*shape {
	shapes := make([]*shape, 0, len(b.events)+len(b.concepts))
	for _, es := range b.events {
		shapes = append(shapes, es.shape)
	}
	for _, key := range sortedKeys(b.concepts) {
		shapes = append(shapes, b.concepts[key])
	}
	return shapes
}

// posOf is where diagnostics about a member point.
func (b *builder) posOf(t *slot) diag.Pos {
	if len(t.uses) == 0 {
		return diag.Pos{File: b.in.LockName}
	}
	return t.uses[0].node.Pos
}

// sourceOf returns the main form of a concept, and without one its first use.
func sourceOf(s *shape) *schema.Node {
	for _, u := range s.uses {
		if isMain(s, u.node) {
			return u.node
		}
	}
	if len(s.uses) == 0 {
		return nil
	}
	return s.uses[0].node
}

// isMain reports whether n is the definition that is named like the concept.
func isMain(s *shape, n *schema.Node) bool {
	return strings.HasSuffix(n.Pos.Pointer, "/definitions/"+s.Word)
}

// rank puts schemas that only lend their words last, and the main form first
// among its like.
func rank(s *shape, u use) int {
	r := 0
	if !u.live {
		r = 2
	}
	if !isMain(s, u.node) {
		r++
	}
	return r
}

// memberOrder is the order of the lock, into which each schema's own members
// are inserted after the member that they follow there.
func memberOrder(s *shape) []string {
	order := make([]string, 0, len(s.slots))
	known := make(map[string]bool, len(s.slots))
	for _, f := range s.locked {
		order = append(order, f.JSON)
		known[f.JSON] = true
	}
	for _, u := range s.uses {
		after := ""
		for i := range u.node.Properties {
			name := u.node.Properties[i].Name
			if !known[name] {
				known[name] = true
				at := 0
				if i > 0 {
					at = slices.Index(order, after) + 1
				}
				order = slices.Insert(order, at, name)
			}
			after = name
		}
	}
	return order
}

// settleSlot decides the kind of a member, or returns nil for one that no schema
// has and the user's code does not know.
func (b *builder) settleSlot(t *slot) *Field {
	f := &Field{
		Name:        t.name,
		Description: cmp.Or(t.description, t.general),
		Retired:     t.retired,
	}
	live := t.liveNodes()
	switch {
	case len(live) > 0:
		f.Kind = b.decide(t, live)
	case t.locked != nil && t.isOwn():
		f.Kind, f.Deprecated, f.Reported = *t.locked, true, t.owner.own[t.name].Removed
	default:
		return nil
	}
	return f
}

func (t *slot) liveNodes() []*schema.Node {
	var nodes []*schema.Node
	for _, u := range t.uses {
		if u.live {
			nodes = append(nodes, u.node)
		}
	}
	return nodes
}

// decide returns the kind that stands for all schemas of a member. What the
// name lock says holds as long as one of them can still be seen that way.
func (b *builder) decide(t *slot, nodes []*schema.Node) Kind {
	if t.locked == nil {
		return b.decideFresh(t, nodes)
	}
	misfit := slices.IndexFunc(nodes, func(n *schema.Node) bool { return !t.locked.Fits(n) })
	if misfit < 0 {
		return *t.locked
	}
	if slices.ContainsFunc(nodes, func(n *schema.Node) bool { return t.locked.Fits(n) }) {
		b.diags.Warnf(nodes[misfit].Pos, "mixed-kinds", "decoding keeps such values, but the field cannot show them",
			"%s of %s is %s elsewhere and so in Go; here it is %s",
			t.name, t.owner.Key, *t.locked, describeKind(nodes[misfit], t.name))
		return *t.locked
	}
	if !t.isOwn() {
		b.released = append(b.released, b.member(t))
		return b.decideFresh(t, nodes)
	}
	d := diag.Diagnostic{Pos: nodes[0].Pos, Code: "changed-kind"}
	d.Message = fmt.Sprintf("%s of %s changed its type from %s to %s, which is not an additive change",
		t.name, t.owner.Key, *t.locked, describeKind(nodes[0], t.name))
	if !b.in.AllowBreaking {
		d.Hint = "correct the schema, or generate with " + string(diag.AllowBreaking) + " to change the field's Go type"
		b.diags.Add(d)
		return *t.locked
	}
	d.Severity = diag.Warning
	b.diags.Add(d)
	b.released = append(b.released, b.member(t))
	return b.decideFresh(t, nodes)
}

// describeKind names the kind that n suggests, for a message.
func describeKind(n *schema.Node, name string) string {
	k := natural(n, name)
	if k.Base == Concept {
		return strings.Repeat("[]", k.Slices) + "object"
	}
	return k.String()
}

// decideFresh decides the kind of a member that has none yet.
func (b *builder) decideFresh(t *slot, nodes []*schema.Node) Kind {
	var kinds []Kind
	for _, n := range nodes {
		if k := natural(n, t.name); !isOpen(n) && !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	// The most telling kind first: a date rather than text, an array of
	// strings rather than one of anything.
	slices.SortStableFunc(kinds, func(x, y Kind) int { return tells(y) - tells(x) })
	for _, k := range kinds {
		if k.Base == Concept && (t.target == nil || t.slices != k.Slices) {
			continue
		}
		if slices.ContainsFunc(nodes, func(n *schema.Node) bool { return !k.Fits(n) }) {
			continue
		}
		if k.Base == Concept {
			k.Concept = t.target.Struct
		}
		return k
	}
	if len(kinds) > 1 {
		b.diags.Warnf(nodes[0].Pos, "mixed-kinds", "values decode as redox.Raw",
			"the schemas disagree on what %s of %s is", t.name, t.owner.Key)
	}
	return Kind{}
}

func tells(k Kind) int {
	switch {
	case k.Base == Raw:
		return 0
	case k.Base == String:
		return 1
	default:
		return 2
	}
}
