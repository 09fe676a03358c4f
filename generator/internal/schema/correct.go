package schema

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/source"
	"github.com/redoxgen/redoxgen/schemas"
)

// catalogCorrections returns the corrections that come with the program.
func catalogCorrections() ([]Correction, error) {
	var list []Correction
	if err := json.Unmarshal(schemas.Corrections(), &list); err != nil {
		return nil, fmt.Errorf("corrections.json: %w", err)
	}
	return list, nil
}

// corrector applies corrections. Nodes are shared between events and between
// places of one event, so a corrected node is a copy, made once for all places
// below which the same corrections are pending.
type corrector struct {
	list []Correction
	from []string // what a node must be, in the form of Node.Raw
	to   []*Node  // what it becomes

	progress map[string]*progress // by what is pending
	done     map[visited]*Node
}

type visited struct {
	node     *Node
	progress *progress
}

func newCorrector(list []Correction, table map[string]*keyword) (*corrector, error) {
	c := &corrector{list: list, progress: map[string]*progress{}, done: map[visited]*Node{}}
	for i := range list {
		from, err := standalone(list[i].From, table)
		if err != nil {
			return nil, fmt.Errorf("correction of %s: from: %w", list[i].Pointer, err)
		}
		to, err := standalone(list[i].To, table)
		if err != nil {
			return nil, fmt.Errorf("correction of %s: to: %w", list[i].Pointer, err)
		}
		c.from = append(c.from, string(from.Raw))
		c.to = append(c.to, to)
	}
	return c, nil
}

// standalone returns the node of a schema that is no part of a file.
func standalone(text json.RawMessage, table map[string]*keyword) (*Node, error) {
	f := &source.File{Path: "corrections.json", Name: "corrections.json", Key: "corrections.json"}
	diags := new(diag.List)
	if source.Parse(f, text, diags); f.Root != nil {
		checkFile(table, f, diags)
	}
	if diags.HasErrors() {
		return nil, fmt.Errorf("%s", diags.Sorted()[0].Message)
	}
	b := &builder{diags: diags, keywords: table}
	n := b.node(f.Root)
	finish(n)
	return n, nil
}

// event corrects one event.
func (c *corrector) event(e *Event) {
	var list []pending
	for i := range c.list {
		if ok, err := path.Match(c.list[i].File, e.File); ok && err == nil {
			list = append(list, pending{i, c.list[i].Pointer})
		}
	}
	e.Root = c.node(e.Root, c.intern(list))
}

// node returns n with all corrections that apply to it or below it.
func (c *corrector) node(n *Node, at *progress) *Node {
	if len(at.pending) == 0 {
		return n
	}
	key := visited{n, at}
	if corrected, ok := c.done[key]; ok {
		return corrected
	}
	corrected := c.replaced(n, at)
	if corrected == nil {
		corrected = c.below(n, at)
	}
	c.done[key] = corrected
	return corrected
}

// replaced returns what n itself becomes, or nil when no correction applies to it.
func (c *corrector) replaced(n *Node, at *progress) *Node {
	for _, p := range at.pending {
		if !p.matched() {
			continue
		}
		if finish(n); string(n.Raw) != c.from[p.correction] {
			continue
		}
		corrected := *c.to[p.correction]
		corrected.Pos, corrected.File = n.Pos, n.File
		corrected.Title, corrected.Description = n.Title, n.Description
		corrected.Concept, corrected.Date, corrected.Values = n.Concept, n.Date, n.Values
		corrected.Overlaid = n.Overlaid
		corrected.Corrected = &c.list[p.correction]
		return &corrected
	}
	return nil
}

// below returns n with everything below it corrected: n itself if nothing was.
func (c *corrector) below(n *Node, at *progress) *Node {
	changed := n
	change := func() *Node {
		if changed == n {
			node := *n
			node.Properties, node.more = slices.Clone(n.Properties), slices.Clone(n.more)
			node.finished = false
			changed = &node
		}
		return changed
	}
	inProperties := c.descend(at, "properties")
	for i := range n.Properties {
		p := &n.Properties[i]
		if to := c.node(p.Node, c.descend(inProperties, p.Name)); to != p.Node {
			change().Properties[i].Node = to
		}
	}
	if n.Items != nil {
		if to := c.node(n.Items, c.descend(at, "items")); to != n.Items {
			change().Items = to
		}
	}
	for i, inside := range n.more {
		below := c.descend(at, inside.keyword)
		if inside.keyword != "additionalProperties" && inside.keyword != "additionalItems" {
			below = c.descend(below, inside.key)
		}
		if to := c.node(inside.node, below); to != inside.node {
			change().more[i].node = to
		}
	}
	return changed
}

// pending is a correction, by its index, and the rest of its pointer that is
// still to be matched.
type pending struct {
	correction int
	pointer    string
}

// progress is what is pending at a path, the same for all paths at which that is so.
type progress struct {
	pending []pending
	next    map[string]*progress // by segment, filled in as paths go there
}

// intern returns the one progress with the pending corrections of list.
func (c *corrector) intern(list []pending) *progress {
	key := fmt.Sprint(list)
	if c.progress[key] == nil {
		c.progress[key] = &progress{pending: list, next: map[string]*progress{}}
	}
	return c.progress[key]
}

// descend returns the progress after one more segment of a path.
func (c *corrector) descend(from *progress, segment string) *progress {
	if from.next[segment] == nil {
		from.next[segment] = c.intern(descend(from.pending, segment))
	}
	return from.next[segment]
}

// matched reports whether nothing of the pointer is left.
func (p pending) matched() bool { return p.pointer == "" || p.pointer == "/**" }

// descend returns what is left of each pointer after one more segment of a path.
func descend(list []pending, segment string) []pending {
	segment = source.EscapeSegment(segment)
	var next []pending
	for _, p := range list {
		next = p.descend(segment, next)
	}
	return next
}

func (p pending) descend(segment string, next []pending) []pending {
	if p.pointer == "" {
		return next
	}
	head, tail, more := strings.Cut(p.pointer[1:], "/")
	if more {
		tail = "/" + tail
	}
	rest := pending{p.correction, tail}
	switch {
	case head == "**":
		if !slices.Contains(next, p) {
			next = append(next, p)
		}
		return rest.descend(segment, next) // ** stands for no segment, too
	case (head == "*" || head == segment) && !slices.Contains(next, rest):
		next = append(next, rest)
	}
	return next
}
