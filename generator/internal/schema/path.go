package schema

import (
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/source"
)

// matcher follows the pointers of corrections down a tree, all at once. A
// state stands for the set of pointer positions that a path has reached, so
// two paths in the same state need the same corrections below them: what is
// shared between events stays shared.
type matcher struct {
	patterns [][]string
	states   [][]position
	ids      map[string]state
	steps    map[step]state
}

type state int

// nowhere is the state in which no correction can match any more.
const nowhere state = 0

// position says that the first i segments of a pattern have matched.
type position struct{ pattern, i uint16 }

type step struct {
	from    state
	segment string
}

func newMatcher(pointers []string) *matcher {
	m := &matcher{ids: map[string]state{}, steps: map[step]state{}}
	m.intern(nil)
	for _, p := range pointers {
		var segments []string
		for segment := range strings.SplitSeq(strings.TrimPrefix(p, "/"), "/") {
			segments = append(segments, source.UnescapeSegment(segment))
		}
		m.patterns = append(m.patterns, segments)
	}
	return m
}

// start returns the state at the root of an event that the given patterns concern.
func (m *matcher) start(patterns []int) state {
	var set []position
	for _, p := range patterns {
		set = m.reach(set, position{uint16(p), 0})
	}
	return m.intern(set)
}

// reach adds a position, and what it reaches without a segment: ** may stand for none.
func (m *matcher) reach(set []position, p position) []position {
	if slices.Contains(set, p) {
		return set
	}
	set = append(set, p)
	if pattern := m.patterns[p.pattern]; int(p.i) < len(pattern) && pattern[p.i] == "**" {
		set = m.reach(set, position{p.pattern, p.i + 1})
	}
	return set
}

// next returns the state after one more segment.
func (m *matcher) next(from state, segment string) state {
	if from == nowhere {
		return nowhere
	}
	key := step{from, segment}
	if to, ok := m.steps[key]; ok {
		return to
	}
	var set []position
	for _, p := range m.states[from] {
		pattern := m.patterns[p.pattern]
		switch {
		case int(p.i) == len(pattern):
		case pattern[p.i] == "**":
			set = m.reach(set, p)
		case pattern[p.i] == "*" || pattern[p.i] == segment:
			set = m.reach(set, position{p.pattern, p.i + 1})
		}
	}
	to := m.intern(set)
	m.steps[key] = to
	return to
}

// matched returns the patterns that match a path in this state, lowest first.
func (m *matcher) matched(s state) []int {
	var patterns []int
	for _, p := range m.states[s] {
		if int(p.i) == len(m.patterns[p.pattern]) {
			patterns = append(patterns, int(p.pattern))
		}
	}
	return patterns
}

// intern returns the one state of a set.
func (m *matcher) intern(set []position) state {
	slices.SortFunc(set, func(a, b position) int { return (int(a.pattern)-int(b.pattern))<<16 + int(a.i) - int(b.i) })
	key := make([]byte, 0, 4*len(set))
	for _, p := range set {
		key = append(key, byte(p.pattern>>8), byte(p.pattern), byte(p.i>>8), byte(p.i))
	}
	if id, ok := m.ids[string(key)]; ok {
		return id
	}
	id := state(len(m.states))
	m.states = append(m.states, set)
	m.ids[string(key)] = id
	return id
}
