package schema

import (
	"context"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/source"
	"github.com/redoxgen/redoxgen/schemas"
)

// Options say what Load reads.
type Options struct {
	// Layers are where the schemas come from; files of later ones replace
	// files of earlier ones, and overlays are merged into them. None: the
	// embedded catalog.
	Layers []source.Layer
	// Catalog is what Load returned for the catalog. It names the events whose
	// files do not; those that it does not know are called after their files.
	Catalog *Set
	// Literal takes the schemas as they were published, without corrections.
	Literal bool
}

// Limits of one event with all definitions expanded: definitions that refer
// to each other can double at every level.
const (
	maxNodes         = 200_000
	maxExpandedDepth = 100
)

// Load reads the schemas of all layers and returns their events:
//
//	set, diags := schema.Load(ctx, schema.Options{})                                       // the catalog
//	set, diags := schema.Load(ctx, schema.Options{Layers: []source.Layer{
//		schema.Catalog(), source.Path("my-schemas")}})                                     // laid over it
//
// Everything that is wrong is in the list, all at once. The set is never nil;
// it is complete and may be used only if the list has no errors.
func Load(ctx context.Context, o Options) (*Set, *diag.List) {
	layers := o.Layers
	if len(layers) == 0 {
		layers = []source.Layer{Catalog()}
	}
	table := newKeywords()
	tree, diags := source.Read(ctx, layers, func(f *source.File, diags *diag.List) bool {
		if isOverlay(f) {
			return true // and checked when merged
		}
		if r := roleOf(f); r == eventFile || r == definitionsFile {
			checkFile(table, f, diags)
		}
		return false
	})
	set := new(Set)
	if ctx.Err() != nil {
		return set, diags
	}
	b := &builder{tree: tree, diags: diags, keywords: table, infos: o.Catalog.infos(),
		overlaid: map[*source.Value]*source.Value{}, resolved: map[*source.Value]*Node{}}
	b.overlay()
	set.Events = b.events()
	if !o.Literal {
		correct(set.Events, table, diags)
	}
	for _, e := range set.Events {
		finishEvent(e, diags)
	}
	reportOnlyNull(set.Events, o.Literal, diags)
	return set, diags
}

// correct applies the catalog's corrections, whatever source the events come from.
func correct(events []*Event, table map[string]*keyword, diags *diag.List) {
	list, err := catalogCorrections()
	if err != nil {
		diags.Errorf(diag.Pos{File: "schemas/corrections.json"}, "invalid-correction", "", "%v", err)
		return
	}
	c, err := newCorrector(list, table)
	if err != nil {
		diags.Errorf(diag.Pos{File: "schemas/corrections.json"}, "invalid-correction", "", "%v", err)
		return
	}
	for _, e := range events {
		c.event(e)
	}
}

// finishEvent completes the nodes of an event, unless it expands beyond all measure.
func finishEvent(e *Event, diags *diag.List) {
	finish(e.Root)
	const hint = "share less: every use of a definition counts"
	switch {
	case e.Root.nodes > maxNodes:
		diags.Errorf(e.Root.Pos, "too-large", hint, "with all definitions expanded the event has more than %d schemas", maxNodes)
	case e.Root.depth > maxExpandedDepth:
		diags.Errorf(e.Root.Pos, "too-deep", hint, "with all definitions expanded the event is nested deeper than %d levels", maxExpandedDepth)
	}
}

// visit calls f for n and every node below it, shared ones once for all calls with the same seen.
func visit(n *Node, seen map[*Node]bool, f func(*Node)) {
	if seen[n] {
		return
	}
	seen[n] = true
	f(n)
	for i := range n.Properties {
		visit(n.Properties[i].Node, seen, f)
	}
	if n.Items != nil {
		visit(n.Items, seen, f)
	}
	for _, c := range n.more {
		visit(c.node, seen, f)
	}
}

// reportOnlyNull warns of ["null","null"] where no correction says what is meant.
func reportOnlyNull(events []*Event, literal bool, diags *diag.List) {
	severity := diag.Warning
	if literal {
		severity = diag.Note // Literal asks for it
	}
	seen := map[*Node]bool{}
	for _, e := range events {
		visit(e.Root, seen, func(n *Node) {
			if n.onlyNull {
				diags.Add(diag.Diagnostic{Severity: severity, Pos: n.Pos, Code: "only-null",
					Message: `the type ["null","null"] is read as "null": no value but null is valid`,
					Hint:    `if it stands for any text, write ["string","null"]`})
			}
		})
	}
}

// Catalog is the layer of the schemas that come with the program.
func Catalog() source.Layer { return source.FS("schemas", schemas.FS()) }

// infos returns what events are called, by file; a nil set has none.
func (s *Set) infos() map[string]Info {
	infos := make(map[string]Info)
	if s != nil {
		for _, e := range s.Events {
			infos[e.File] = e.Info
		}
	}
	return infos
}
