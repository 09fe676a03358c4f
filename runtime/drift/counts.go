package drift

import (
	"maps"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// The bounds on what is kept of reports and of other tallies.
const (
	maxEvents   = 1000
	maxFindings = 5000 // of an event
)

// ruleEnum is the keyword of draft-04 for a value outside of a set.
const ruleEnum report.Rule = "enum"

// rules are what drift is: a message that lacks something, or breaks a rule of text, is
// as wrong by the schema that there is.
var rules = map[redox.Rule]bool{
	redox.RuleUnknown: true, redox.RuleNotInEvent: true, redox.Rule(report.RuleAdditional): true,
	redox.Rule(report.RuleType): true, redox.RuleDate: true, redox.RuleValueSet: true, redox.Rule(ruleEnum): true,
}

// isLacking reports whether a finding is of a member that the schema lacks.
func isLacking(r redox.Rule) bool {
	return r == redox.RuleUnknown || r == redox.RuleNotInEvent || r == redox.Rule(report.RuleAdditional)
}

// Rules returns the rules by which the message of a report drifts, each once.
func Rules(r redox.Report) []redox.Rule {
	var list []redox.Rule
	for v := range r.All() {
		if rules[v.Rule] && !slices.Contains(list, v.Rule) {
			list = append(list, v.Rule)
		}
	}
	return list
}

// eventCounts is an EventTally that grows. The zero value has no messages.
type eventCounts struct {
	messages, reports, partly int
	findings                  map[findingKey]*Finding
	absent                    map[string]bool // in all of messages
}

type findingKey struct {
	path string
	rule redox.Rule
}

// finding returns the finding of that path and rule; nil if there are too many.
func (c *eventCounts) finding(path string, rule redox.Rule, want string) *Finding {
	k := findingKey{path, rule}
	f := c.findings[k]
	if f == nil && len(c.findings) < maxFindings {
		f = &Finding{Path: path, Rule: rule, Want: want, Kinds: make(map[Kind]int)}
		if c.findings == nil {
			c.findings = make(map[findingKey]*Finding)
		}
		c.findings[k] = f
	}
	return f
}

// findingsOf returns what a report holds.
func findingsOf(r redox.Report) report.Findings { return report.Report(r).Findings() }

// report counts what a report says, each path and rule once.
func (c *eventCounts) report(r redox.Report) {
	c.reports++
	if r.Len() == 0 {
		return
	}
	type what struct {
		findingKey
		kind kind
	}
	counted := make(map[what]bool)
	partly := r.Truncated()
	for v := range r.All() {
		if !rules[v.Rule] {
			continue
		}
		k := what{findingKey: findingKey{pattern(v.Path, isLacking(v.Rule)), v.Rule}}
		k.kind = anyText // of dates and value sets, of which reports do not say it
		if v.Got != "" {
			k.kind, _ = reported(v.Got)
		}
		if counted[k] {
			continue
		}
		f := c.finding(k.path, v.Rule, v.Want)
		if f == nil {
			partly = true
			continue
		}
		if of := (what{k.findingKey, kindsOfValues}); !counted[of] {
			counted[of] = true
			f.Messages++
		}
		counted[k] = true
		f.Kinds[kinds[k.kind]]++
	}
	if partly {
		c.partly++
	}
}

// merge adds an EventTally.
func (c *eventCounts) merge(t *EventTally) {
	for i := range t.Findings {
		from := &t.Findings[i]
		f := c.finding(from.Path, from.Rule, from.Want)
		if f == nil {
			c.partly++
			continue
		}
		f.Messages += from.Messages
		for k, n := range from.Kinds {
			f.Kinds[k] += n
		}
	}
	if t.Messages > 0 {
		absent := make(map[string]bool, len(t.Absent))
		for _, path := range t.Absent {
			absent[path] = true
		}
		if c.messages > 0 {
			absent = absentInBoth(c.absent, absent)
		}
		c.absent = absent
	}
	c.messages += t.Messages
	c.reports += t.Reports
	c.partly += t.Partly
}

// absentInBoth returns the paths that are in both sets, or inside of one in the other.
func absentInBoth(a, b map[string]bool) map[string]bool {
	both := make(map[string]bool)
	for path := range a {
		both[path] = within(path, b)
	}
	for path := range b {
		both[path] = within(path, a)
	}
	maps.DeleteFunc(both, func(_ string, is bool) bool { return !is })
	return both
}

// within reports whether a path is in a set, or inside of one that is.
func within(path string, set map[string]bool) bool {
	for !set[path] {
		end := strings.LastIndexAny(path, ".[")
		if end < 0 {
			return false
		}
		path = path[:end]
	}
	return true
}

func (c *eventCounts) clone() *eventCounts {
	n := *c
	n.absent = maps.Clone(c.absent)
	n.findings = make(map[findingKey]*Finding, len(c.findings))
	for k, f := range c.findings {
		of := *f
		of.Kinds = maps.Clone(f.Kinds)
		n.findings[k] = &of
	}
	return &n
}

// tally returns the counts, without names that may be data. Those that are known are
// none.
func (c *eventCounts) tally(n name, known map[string]bool) EventTally {
	t := EventTally{
		DataModel: n.dataModel, EventType: n.eventType, Messages: c.messages, Reports: c.reports, Partly: c.partly,
		Findings: []Finding{}, Absent: []string{},
	}
	for _, f := range c.findings {
		t.Findings = append(t.Findings, *f)
	}
	t.Findings = withhold(t.Findings, c.messages+c.reports, known)
	t.Absent = append(t.Absent, slices.Sorted(maps.Keys(c.absent))...)
	return t
}
