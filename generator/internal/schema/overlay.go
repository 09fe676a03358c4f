package schema

import (
	"fmt"
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/source"
	"github.com/redoxgen/redoxgen/internal/spelling"
)

// The annotations of overlays, which are files that state only what they add to
// the file of an earlier layer, or correct, as a JSON Merge Patch (RFC 7396).
const (
	keyOverlay  = "x-redox-overlay"  // true, at the root: the file is an overlay
	keyRequired = "x-redox-required" // at a member: whether its object requires it
)

// isOverlay reports whether a file is an overlay.
func isOverlay(f *source.File) bool { return f.Root.Get(keyOverlay) != nil }

// overlay merges all overlays into the files that they are laid over: first
// what they say of definitions, which holds for all that refer to these, then
// what they say of single events.
func (b *builder) overlay() {
	m := &merger{builder: b, effect: map[*source.File]bool{}, gone: map[fact]*source.Value{}}
	var merged, overlays []*source.File
	for _, f := range b.tree.Files {
		switch {
		case f.Root == nil:
		case isOverlay(f):
			b.nothingBelow(f)
			f.Root = nil
		case len(f.Overlays) > 0:
			merged, overlays = append(merged, f), append(overlays, f.Overlays...)
		}
	}
	for _, m.definitions = range []bool{true, false} {
		for _, f := range merged {
			for _, o := range f.Overlays {
				m.file(f, o)
			}
		}
	}
	for _, o := range overlays {
		if !m.effect[o] {
			b.diags.Warnf(o.Root.Get(keyOverlay).Pos(), "overlay-nothing", "remove the file, or state what it was meant to change",
				"the overlay changes nothing: it is empty, or all it says is so without it")
		}
	}
	for _, f := range merged {
		checkFile(b.keywords, f, b.diags)
	}
	for _, t := range m.targets {
		(&checker{keywords: b.keywords, diags: b.diags, root: t.File().Root}).schema(t)
	}
}

// nothingBelow reports an overlay of a file that no earlier layer has.
func (b *builder) nothingBelow(f *source.File) {
	var known []string
	for _, other := range b.tree.Files {
		if other.Root != nil && !isOverlay(other) {
			known = append(known, other.Key)
		}
	}
	hint := `name the source that has the file before this one, such as catalog; a file that states a whole schema has no "` + keyOverlay + `"`
	if near := spelling.Nearest(f.Key, known); near != "" {
		hint = fmt.Sprintf("did you mean %s?", near)
	}
	b.diags.Errorf(f.Root.Get(keyOverlay).Pos(), "overlay-nothing", hint, "the file is an overlay, and no source before it has %s", f.Key)
}

// overlaid returns what overlays say of the merged schema v itself.
func overlaid(v *source.Value) []Statement {
	var list []Statement
	for _, m := range v.Members {
		switch m.Name {
		case "properties", "required", "definitions":
			continue // each member says for itself
		}
		if m.Value.File() != v.File() {
			list = append(list, Statement{m.Name, m.Value.Pos()})
		}
	}
	return list
}

// merger merges overlays into schemas. Its values stand where they were
// written, so that whatever is wrong later is reported there.
type merger struct {
	*builder
	definitions bool // merges what overlays say of definitions, or all else

	from    *source.File // the overlay that is being merged
	key     string       // of the file that it is laid over
	effect  map[*source.File]bool
	gone    map[fact]*source.Value // what an overlay removed: the null that did
	targets []*source.Value        // what a $ref names, as one event has it
}

// fact is a keyword of a schema, or a member of an object, that an overlay can remove.
type fact struct{ file, path, name string }

// file merges what overlay o says into f.
func (m *merger) file(f, o *source.File) {
	patch := o.Root.Copy()
	patch.Members = slices.DeleteFunc(patch.Members, func(p source.Member) bool {
		return p.Name == keyOverlay || (p.Name == "definitions") != m.definitions
	})
	m.from, m.key = o, f.Key
	if mark := o.Root.Get(keyOverlay); !isTrue(mark) && m.definitions {
		m.errorf(mark.Pos(), "invalid-keyword", "write true; a file that states a whole schema does not have it",
			"the value of %q must be true, not %s", keyOverlay, describe(mark))
	}
	f.Root = m.schema(f.Root, patch, "")
}

// errorf reports an error, which is effect enough of an overlay.
func (m *merger) errorf(pos diag.Pos, code, hint, format string, args ...any) {
	m.changed()
	m.diags.Errorf(pos, code, hint, format, args...)
}

// changed notes that the overlay has an effect.
func (m *merger) changed() { m.effect[m.from] = true }

// removed notes that the overlay has removed something.
func (m *merger) removed(path, name string, by *source.Value) {
	m.changed()
	m.gone[fact{m.key, path, name}] = by
}

// conflict reports two overlays that say different things of the same.
func (m *merger) conflict(what string, before, now *source.Value) {
	m.errorf(now.Pos(), "overlay-conflict", "remove one of the two, or make them agree",
		"two overlays disagree on %s: here it is %s, and %s at %s", what, state(now), state(before), before.Pos())
}

// state words what an overlay says.
func state(v *source.Value) string {
	if v.Kind == source.Null {
		return "removed"
	}
	if text := compact(v); len(text) <= 60 {
		return text
	}
	return describe(v)
}
