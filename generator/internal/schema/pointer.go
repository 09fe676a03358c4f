package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/source"
)

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
