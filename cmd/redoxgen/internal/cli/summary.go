package cli

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator"
)

// summary describes what generate did.
type summary struct {
	result   *generator.Result
	changes  *generator.Changes
	lockPath string
	previous []byte // the name lock before; nil for none
	dryRun   bool
}

// mostNames is how many names are listed that are new, or that go.
const mostNames = 20

// String returns lines such as
//
//	wrote  order (1 event, 9 types), patientadmin (15, 21), common (14 types), all
//	       24 files new, 3 changed, 112 as before
//	added  event order.New
//	pruned event results.New
//	locked 55 names in models/redoxgen.lock
func (s *summary) String() string {
	var b strings.Builder
	head := "wrote"
	switch {
	case len(s.changes.Changes) == 0:
		head = "kept"
	case s.dryRun:
		head = "would write"
	}
	writeItems(&b, head, s.packages(), ", ")
	writeItems(&b, "", s.counts(), ", ")
	if s.previous != nil {
		writeNames(&b, "added", generator.Added(s.previous, s.result.Lock))
	}
	writeNames(&b, "pruned", s.changes.Pruned)
	locked := map[bool]string{false: "locked", true: "would lock"}[s.dryRun]
	writeItems(&b, locked, []string{fmt.Sprintf("%d names in %s", s.result.LockedNames, s.lockPath)}, "")
	return b.String()
}

// packages lists the packages with their numbers of events and types, the
// first of them in words.
func (s *summary) packages() []string {
	var events, others []string
	for _, p := range s.result.Packages {
		switch {
		case p.Events == 0:
			others = append(others, fmt.Sprintf("%s (%s)", p.Name, count(p.Types, "type")))
		case len(events) == 0:
			events = append(events, fmt.Sprintf("%s (%s, %s)", p.Name, count(p.Events, "event"), count(p.Types, "type")))
		default:
			events = append(events, fmt.Sprintf("%s (%d, %d)", p.Name, p.Events, p.Types))
		}
	}
	if slices.ContainsFunc(s.result.Files, func(f generator.File) bool { return path.Dir(f.Path) == "all" }) {
		others = append(others, "all")
	}
	return append(events, others...)
}

// counts returns how many files are new, changed, removed and as before.
func (s *summary) counts() []string {
	n := countChanges(s.changes.Changes)
	var list []string
	for _, c := range []struct {
		n    int
		what string
	}{{n.added, "new"}, {n.changed, "changed"}, {n.removed, "removed"}, {s.changes.Unchanged, "as before"}} {
		switch {
		case c.n == 0:
		case len(list) == 0:
			list = append(list, count(c.n, "file")+" "+c.what)
		default:
			list = append(list, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	return list
}

// changeCounts are numbers of files.
type changeCounts struct{ added, changed, removed int }

func countChanges(changes []generator.Change) changeCounts {
	var n changeCounts
	for _, c := range changes {
		switch {
		case c.Old == nil:
			n.added++
		case c.New == nil:
			n.removed++
		default:
			n.changed++
		}
	}
	return n
}

// count returns the number with the noun in singular or plural.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Lines of a summary have a head, and wrap at a readable width.
const (
	headWidth = 7
	lineWidth = 100
)

// writeNames writes a line for each name, up to a point.
func writeNames(b *strings.Builder, head string, names []string) {
	shown := names[:min(len(names), mostNames)]
	if more := len(names) - len(shown); more > 0 {
		shown = append(slices.Clone(shown), fmt.Sprintf("and %d more", more))
	}
	for _, line := range shown {
		writeItems(b, head, []string{line}, "")
		head = ""
	}
}

// writeItems writes a head and items behind it, wrapped and aligned.
func writeItems(b *strings.Builder, head string, items []string, separator string) {
	if len(items) == 0 {
		return
	}
	line := fmt.Sprintf("%-*s", max(headWidth, len(head)+1), head)
	for i, item := range items {
		if i < len(items)-1 {
			item += separator
		}
		if len(line)+len(item) > lineWidth && i > 0 {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = strings.Repeat(" ", headWidth)
		}
		line += item
	}
	b.WriteString(line + "\n")
}
