package model

import (
	"fmt"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/internal/fieldpath"
)

// mostMissing is how many members a warning lists.
const mostMissing = 5

// reportReplaced warns of schemas that replace one of the catalog's and lack
// members that it requires: who wanted to add a member may have removed all
// others.
func (b *builder) reportReplaced() {
	for _, old := range b.replaced {
		for _, e := range b.in.Events {
			if e.Root.Pos == old.Root.Pos || // the catalog's own, perhaps with overlays
				e.Info.Wire() != old.Info.Wire() || !b.selected(e.Info.Wire()) {
				continue
			}
			missing := requiredBut(old.Root, e.Root, "", nil)
			if len(missing) == 0 {
				continue
			}
			list := strings.Join(missing[:min(len(missing), mostMissing)], ", ")
			if more := len(missing) - mostMissing; more > 0 {
				list += fmt.Sprintf(" and %d more", more)
			}
			members := "1 member"
			if len(missing) > 1 {
				members = fmt.Sprintf("%d members", len(missing))
			}
			b.diags.Add(diag.Diagnostic{Severity: diag.Warning, Pos: e.Root.Pos, Code: "replaced-event",
				Message: fmt.Sprintf("the file replaces the catalog's schema of %s, and lacks %s of those required there: %s", e.Info.Wire(), members, list),
				Hint:    "a file laid over the catalog replaces the whole schema of its event: state all members, those of the catalog's definitions by $ref"})
		}
	}
}

// requiredBut appends the paths of members that old requires and now does not
// have at all.
func requiredBut(old, now *schema.Node, at string, paths []string) []string {
	for i := range old.Properties {
		p := &old.Properties[i]
		path := fieldpath.Member(at, p.Name)
		switch q := now.Property(p.Name); {
		case q != nil:
			paths = requiredBut(p.Node, q.Node, path, paths)
		case old.IsRequired(p.Name) && !now.IsRequired(p.Name):
			paths = append(paths, path)
		}
	}
	if old.Items != nil && now.Items != nil {
		paths = requiredBut(old.Items, now.Items, at+"[]", paths)
	}
	return paths
}
