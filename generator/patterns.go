package generator

import (
	"path"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/internal/spelling"
)

// selection returns the function that reports whether the patterns choose an event.
// A pattern that chooses none is an error.
func (o *Options) selection(in model.Input, diags *diag.List) func(lock.Wire) bool {
	var patterns []string
	for _, list := range o.Events {
		for p := range strings.SplitSeq(list, ",") {
			if p = strings.TrimSpace(p); p != "" {
				patterns = append(patterns, p)
			}
		}
	}
	if len(patterns) == 0 {
		return nil
	}
	goNames := make(map[lock.Wire]lock.Ident, len(in.Lock.Events))
	for i := range in.Lock.Events {
		goNames[in.Lock.Events[i].Wire()] = in.Lock.Events[i].Go
	}
	matches := func(pattern string, e lock.Wire) bool {
		return slices.ContainsFunc(spellings(e, goNames), func(s string) bool {
			ok, _ := path.Match(fold(pattern), fold(s))
			return ok
		})
	}
	for _, p := range patterns {
		if _, err := path.Match(p, ""); err != nil {
			diags.Errorf(diag.Pos{File: string(diag.Events)}, "bad-pattern", "use * for any text, as in PatientAdmin.*", "pattern %q cannot be read", p)
		} else if !o.eventsMayLack && !slices.ContainsFunc(in.Events, func(e *schema.Event) bool { return matches(p, e.Info.Wire()) }) {
			diags.Errorf(diag.Pos{File: string(diag.Events)}, "no-such-event", suggestion(p, in.Events), "pattern %q matches no event", p)
		}
	}
	return func(e lock.Wire) bool {
		return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, e) })
	}
}

// spellings are the names that a pattern may use for an event.
func spellings(e lock.Wire, goNames map[lock.Wire]lock.Ident) []string {
	list := []string{e.String()}
	if id, ok := goNames[e]; ok {
		return append(list, id.String())
	}
	return append(list, model.PackageKey(e.DataModel)+"."+model.Word(e.EventType))
}

// fold makes comparisons blind to case, spaces and slashes, which path.Match
// would take for separators.
func fold(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(s), " ", ""), "/", "\x00")
}

// suggestion names the event that is spelled most like the pattern.
func suggestion(pattern string, events []*schema.Event) string {
	var names []string
	for _, e := range events {
		names = append(names, e.Info.Wire().String(), e.Info.DataModel+".*")
	}
	return nearest(pattern, names)
}

// nearest names what word is most likely a misspelling of.
func nearest(word string, names []string) string {
	if name := spelling.Nearest(word, names); name != "" {
		return "did you mean " + name + "?"
	}
	return "redoxgen list shows the names"
}
