package model

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
)

// resolve turns drafts into structs: fields in order, each of one kind.
func (b *builder) resolve() {
	for _, es := range b.events {
		b.resolveStruct(es.structDraft)
	}
	// A concept may open others, which only the name lock knows.
	resolved := make(map[*structDraft]bool)
	for before := -1; before < len(resolved); {
		before = len(resolved)
		for _, key := range slices.Sorted(maps.Keys(b.concepts)) {
			if s := b.concepts[key]; !resolved[s] {
				resolved[s] = true
				b.resolveStruct(s)
			}
		}
	}
}

func (b *builder) resolveStruct(s *structDraft) {
	slices.SortStableFunc(s.occurrences, func(x, y occurrence) int { return rank(s, x) - rank(s, y) })
	for _, f := range s.locked {
		b.field(s, f.JSON)
	}
	s.Source = sourceOf(s)
	for _, o := range s.occurrences {
		s.Description = cmp.Or(s.Description, o.node.Description)
		for i := range o.node.Properties {
			p := &o.node.Properties[i]
			fd := s.fields[p.Name]
			switch {
			case p.Overlays("description"):
				fd.overlaid = cmp.Or(fd.overlaid, p.Description)
			case p.Description == p.Node.Description:
				fd.general = cmp.Or(fd.general, p.Description)
			default:
				fd.description = cmp.Or(fd.description, p.Description)
			}
			fd.retired = cmp.Or(fd.retired, p.Retired)
			fd.class = moreCareful(fd.class, p.Class)
		}
	}
	for _, name := range memberOrder(s) {
		fd := s.fields[name]
		if f := b.resolveField(fd); f != nil {
			s.Fields = append(s.Fields, f)
		}
	}
}

// checkTags refuses members of one object whose names are the same up to a
// comma: in a struct tag what follows is an option, and go vet takes them for
// one member.
func (b *builder) checkTags() {
	for _, s := range b.drafts() {
		first := make(map[string]string)
		for _, f := range s.Fields {
			name, _, _ := strings.Cut(f.Name, ",")
			if name == "" {
				continue
			}
			if other, ok := first[name]; ok {
				b.diags.Errorf(b.posOf(s.fields[f.Name]), "same-tag", "rename one of them, or leave it out of the schema: decoding keeps members that it does not know",
					"the members %q and %q of %s are one in a struct tag, where a comma begins an option", other, f.Name, s.Key)
				continue
			}
			first[name] = f.Name
		}
	}
}

// drafts returns all events and concepts, in one order.
func (b *builder) drafts() []*structDraft {
	drafts := make([]*structDraft, 0, len(b.events)+len(b.concepts))
	for _, es := range b.events {
		drafts = append(drafts, es.structDraft)
	}
	for _, key := range slices.Sorted(maps.Keys(b.concepts)) {
		drafts = append(drafts, b.concepts[key])
	}
	return drafts
}

// posOf is where diagnostics about a member point.
func (b *builder) posOf(fd *fieldDraft) diag.Pos {
	if len(fd.occurrences) == 0 {
		return diag.Pos{File: b.in.LockName}
	}
	return fd.occurrences[0].node.Pos
}

// sourceOf returns the main form of a concept, and without one its first occurrence.
func sourceOf(s *structDraft) *schema.Node {
	for _, o := range s.occurrences {
		if isMain(s, o.node) {
			return o.node
		}
	}
	if len(s.occurrences) == 0 {
		return nil
	}
	return s.occurrences[0].node
}

// isMain reports whether n is the definition that is named like the concept.
func isMain(s *structDraft, n *schema.Node) bool {
	return strings.HasSuffix(n.Pos.Pointer, "/definitions/"+s.Word)
}

// rank puts schemas that only lend their words last, and the main form first
// among its like.
func rank(s *structDraft, o occurrence) int {
	r := 0
	if !o.current {
		r = 2
	}
	if !isMain(s, o.node) {
		r++
	}
	return r
}

// memberOrder is the order of the lock, into which each schema's own members
// are inserted after the member that they follow there.
func memberOrder(s *structDraft) []string {
	order := make([]string, 0, len(s.fields))
	known := make(map[string]bool, len(s.fields))
	for _, f := range s.locked {
		order = append(order, f.JSON)
		known[f.JSON] = true
	}
	for _, o := range s.occurrences {
		after := ""
		for i := range o.node.Properties {
			name := o.node.Properties[i].Name
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

// resolveField decides the kind of a member, or returns nil for one that no schema
// has and the user's code does not know.
func (b *builder) resolveField(fd *fieldDraft) *Field {
	f := &Field{
		Name:        fd.name,
		Description: cmp.Or(fd.overlaid, fd.description, fd.general),
		Retired:     fd.retired,
	}
	current := fd.currentNodes()
	switch {
	case len(current) > 0:
		f.Kind = b.resolveKind(fd, current)
	case fd.locked != nil && fd.isOwn():
		f.Kind, f.Deprecated, f.Reported = *fd.locked, true, fd.owner.own[fd.name].Removed
	default:
		return nil
	}
	return f
}

func (fd *fieldDraft) currentNodes() []*schema.Node {
	var nodes []*schema.Node
	for _, o := range fd.occurrences {
		if o.current {
			nodes = append(nodes, o.node)
		}
	}
	return nodes
}

// resolveKind returns the kind that stands for all schemas of a member. What the
// name lock says holds as long as one of them can still be seen that way.
func (b *builder) resolveKind(fd *fieldDraft, nodes []*schema.Node) Kind {
	if fd.locked == nil {
		return b.resolveNewKind(fd, nodes)
	}
	misfit := slices.IndexFunc(nodes, func(n *schema.Node) bool { return !fd.locked.Fits(n) })
	if misfit < 0 {
		return *fd.locked
	}
	if slices.ContainsFunc(nodes, func(n *schema.Node) bool { return fd.locked.Fits(n) }) {
		b.diags.Warnf(nodes[misfit].Pos, "mixed-kinds", "decoding keeps such values, but the field cannot show them",
			"%s of %s is %s elsewhere and so in Go; here it is %s",
			fd.name, fd.owner.Key, *fd.locked, describeKind(nodes[misfit], fd.name))
		return *fd.locked
	}
	if !fd.isOwn() {
		b.released = append(b.released, b.member(fd))
		return b.resolveNewKind(fd, nodes)
	}
	d := diag.Diagnostic{Pos: nodes[0].Pos, Code: "changed-kind"}
	d.Message = fmt.Sprintf("%s of %s changed its type from %s to %s, which is not an additive change",
		fd.name, fd.owner.Key, *fd.locked, describeKind(nodes[0], fd.name))
	if !b.in.AllowBreaking {
		d.Hint = "correct the schema, or generate with " + string(diag.AllowBreaking) + " to change the field's Go type"
		b.diags.Add(d)
		return *fd.locked
	}
	d.Severity = diag.Warning
	b.diags.Add(d)
	b.released = append(b.released, b.member(fd))
	return b.resolveNewKind(fd, nodes)
}

// describeKind names the kind that n suggests, for a message.
func describeKind(n *schema.Node, name string) string {
	k := natural(n, name)
	if k.Base == Concept {
		return strings.Repeat("[]", k.Slices) + "object"
	}
	return k.String()
}

// resolveNewKind decides the kind of a member that has none yet.
func (b *builder) resolveNewKind(fd *fieldDraft, nodes []*schema.Node) Kind {
	var kinds []Kind
	for _, n := range nodes {
		if k := natural(n, fd.name); !isOpen(n) && !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	// The most telling kind first: a date rather than text, an array of
	// strings rather than one of anything.
	slices.SortStableFunc(kinds, func(x, y Kind) int { return specificity(y) - specificity(x) })
	for _, k := range kinds {
		if k.Base == Concept && (fd.target == nil || fd.slices != k.Slices) {
			continue
		}
		if slices.ContainsFunc(nodes, func(n *schema.Node) bool { return !k.Fits(n) }) {
			continue
		}
		if k.Base == Concept {
			k.Concept = fd.target.Struct
		}
		return k
	}
	if len(kinds) > 1 {
		b.diags.Warnf(nodes[0].Pos, "mixed-kinds", "values decode as redox.Raw",
			"the schemas disagree on what %s of %s is", fd.name, fd.owner.Key)
	}
	return Kind{}
}

func specificity(k Kind) int {
	switch {
	case k.Base == Raw:
		return 0
	case k.Base == String:
		return 1
	default:
		return 2
	}
}
