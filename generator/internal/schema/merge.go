package schema

import (
	"fmt"
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/source"
	"github.com/redoxgen/redoxgen/internal/spelling"
)

// schema returns base with what patch says of it. A patch that is no object
// takes its place, and is reported when the result is checked.
func (m *merger) schema(base, patch *source.Value, path string) *source.Value {
	if patch.Kind != source.Object || base.Kind != source.Object {
		m.changed()
		return patch
	}
	if base.Get("$ref") != nil || patch.Get("$ref") != nil {
		return m.reference(base, patch, path)
	}
	if m.pastItems(base, patch, path) {
		return base
	}
	out := base.Copy()
	for _, p := range patch.Members {
		m.keyword(out, p, path)
	}
	m.typed(out)
	return out
}

// added returns what patch says of a schema that was not there.
func (m *merger) added(patch *source.Value, path string) *source.Value {
	m.changed()
	base := patch.Copy()
	base.Members = nil
	return m.schema(base, patch, path)
}

// reference merges where a schema is a $ref before or after. What is said of
// the schema that the $ref names holds in this place only.
func (m *merger) reference(base, patch *source.Value, path string) *source.Value {
	use, below := patch.Copy(), patch.Copy()
	annotation := func(p source.Member) bool { return p.Name == "$ref" || m.isAnnotation(p.Name) }
	use.Members = slices.DeleteFunc(use.Members, func(p source.Member) bool { return !annotation(p) })
	below.Members = slices.DeleteFunc(below.Members, annotation)

	out := base.Copy()
	if patch.Get("$ref") != nil { // in place of all that was said
		out.Members = slices.DeleteFunc(out.Members, func(p source.Member) bool { return !annotation(p) })
	}
	for _, p := range use.Members {
		m.keyword(out, p, path)
	}
	ref := out.Get("$ref")
	if len(below.Members) == 0 {
		return out
	}
	if ref == nil || ref.Kind != source.String { // taken away, or reported later
		for _, p := range below.Members {
			m.keyword(out, p, path)
		}
		return out
	}
	target := m.target(ref)
	switch {
	case target == nil:
		return out
	case m.definitions:
		m.errorf(below.Pos(), "overlay-through-ref", fmt.Sprintf("say it in an overlay of %s, under %s, where it holds for all that refer to it; or in overlays of events", target.File().Key, target.Pointer()),
			"a definition is patched through the $ref %q", ref.Text)
		return out
	}
	at := out.Index("$ref")
	ref = ref.Copy()
	out.Members[at].Value = ref
	m.overlaid[ref] = m.schema(target, below, path)
	m.targets = append(m.targets, m.overlaid[ref])
	return out
}

// isAnnotation reports whether a keyword may stand beside $ref.
func (m *merger) isAnnotation(name string) bool {
	k := m.keywords[name]
	return k != nil && k.build == nil && k.refused == "" && name != "definitions"
}

// keyword merges one keyword into the schema out.
func (m *merger) keyword(out *source.Value, p source.Member, path string) {
	at := out.Index(p.Name)
	switch {
	case p.Value.Kind == source.Null && p.Name != "default":
		m.remove(out, p, path)
	case p.Value.Kind != source.Object || p.Name == "default":
		m.replace(out, p, path)
	case p.Name == "properties":
		m.properties(out, p, path)
	case at < 0:
		p.Value = m.added(p.Value, path)
		out.Members = append(out.Members, p)
	case p.Name == "items":
		out.Members[at].Value = m.schema(out.Members[at].Value, p.Value, path+"[]")
	default: // an object of schemas, or x-redox-event
		out.Members[at].Value = m.object(out.Members[at].Value, p.Value, path+"/"+p.Name)
	}
}

// object merges objects whose members are schemas or texts.
func (m *merger) object(base, patch *source.Value, path string) *source.Value {
	if base.Kind != source.Object {
		m.changed()
		return patch
	}
	out := base.Copy()
	for _, p := range patch.Members {
		at := out.Index(p.Name)
		switch {
		case p.Value.Kind == source.Null:
			m.remove(out, p, path)
		case p.Value.Kind != source.Object:
			m.replace(out, p, path)
		case at < 0:
			p.Value = m.added(p.Value, path)
			out.Members = append(out.Members, p)
		default:
			out.Members[at].Value = m.schema(out.Members[at].Value, p.Value, path+"/"+p.Name)
		}
	}
	return out
}

// replace puts p in the place of what out has by its name.
func (m *merger) replace(out *source.Value, p source.Member, path string) {
	at := out.Index(p.Name)
	if null := m.gone[fact{m.key, path, p.Name}]; null != nil && null.File() != m.from {
		m.conflict(fmt.Sprintf("%q", p.Name), null, p.Value)
	}
	if at < 0 {
		m.changed()
		out.Members = append(out.Members, p)
		return
	}
	old := out.Members[at].Value
	if canonical(old) == canonical(p.Value) {
		return
	}
	m.changed()
	if m.overlays(old) && !isText(p.Name) {
		m.conflict(fmt.Sprintf("%q", p.Name), old, p.Value)
	}
	if p.Name == "required" {
		m.noLongerRequired(old, p.Value)
	}
	out.Members[at] = p
}

// overlays reports whether v was written in another overlay than the one that is being merged.
func (m *merger) overlays(v *source.Value) bool { return v.File() != m.from && isOverlay(v.File()) }

// isText reports whether a keyword is words for people, of which the last count.
func isText(name string) bool { return name == "title" || name == "description" || name == "default" }

// remove takes what out has by p's name away.
func (m *merger) remove(out *source.Value, p source.Member, path string) {
	at := out.Index(p.Name)
	if at < 0 {
		hint := "remove it from the overlay"
		if near := spelling.Nearest(p.Name, memberNames(out)); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		m.diags.Warnf(p.NamePos(), "overlay-nothing", hint, "null removes nothing: there is no %q", p.Name)
		return
	}
	if old := out.Members[at].Value; m.overlays(old) {
		m.conflict(fmt.Sprintf("%q", p.Name), old, p.Value)
	}
	m.removed(path, p.Name, p.Value)
	out.Members = slices.Delete(out.Members, at, at+1)
}

// pastItems reports members that are said of an array rather than of its items.
func (m *merger) pastItems(base, patch *source.Value, path string) bool {
	properties := patch.Get("properties")
	if properties == nil || len(properties.Members) == 0 || base.Get("items") == nil || base.Get("properties") != nil {
		return false
	}
	m.errorf(properties.Pos(), "overlay-path", fmt.Sprintf("write %q, which leads through the items", path+"[]."+properties.Members[0].Name),
		"%s is an array, and has no members", path)
	return true
}

// typed reports keywords of one layer that have no effect on the type of
// another, such as the members of an object that an overlay turns into a
// string, and drops them.
func (m *merger) typed(out *source.Value) {
	t, types := out.Get("type"), statedTypes(out)
	if types == 0 {
		return
	}
	out.Members = slices.DeleteFunc(out.Members, func(p source.Member) bool {
		k := m.keywords[p.Name]
		if k == nil || k.types == 0 || types&k.types != 0 || t.File() == p.Value.File() {
			return false
		}
		hint := `correct "type"`
		if t.File() == m.from {
			m.errorf(t.Pos(), "overlay-type", fmt.Sprintf(`%s; if messages do have it so, add %q: null beside it`, hint, p.Name),
				"the type becomes %s, on which %q at %s has no effect", types.JSON(), p.Name, p.NamePos())
		} else {
			m.errorf(p.NamePos(), "overlay-type", fmt.Sprintf("remove it, or %s", hint), "%q has no effect on the type %s at %s", p.Name, types.JSON(), t.Pos())
		}
		return true
	})
}
