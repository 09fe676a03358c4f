// Package eventset holds sets of events that are written as patterns, such as
// "PatientAdmin.*" or "Results.New".
package eventset

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/internal/spelling"
)

// Set is a set of events.
type Set struct {
	all    bool
	models map[string]bool // folded names of data models all of whose events are in
	events map[string]bool // folded "model.event"
}

// Compile reads patterns: "*", "DataModel.*" and "DataModel.EventType", in any
// case, with or without the spaces and hyphens of the names on the wire. Every
// pattern must name something in known, which lists events as
// "DataModel.EventType"; the error names all that do not, with suggestions.
func Compile(patterns, known []string) (*Set, error) {
	s := &Set{models: map[string]bool{}, events: map[string]bool{}}
	var errs []error
	for _, p := range patterns {
		errs = append(errs, s.add(p, known))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Set) add(pattern string, known []string) error {
	model, event, dotted := strings.Cut(fold(pattern), ".")
	switch {
	case strings.TrimSpace(pattern) == "*" || model == "*" && event == "*":
		s.all = true
	case !dotted || model == "" || event == "":
		return fmt.Errorf("%q is no event: write DataModel.EventType, DataModel.* or *", pattern)
	case event == "*":
		s.models[model] = true
		if !slices.ContainsFunc(known, func(name string) bool { return strings.HasPrefix(fold(name), model+".") }) {
			return fmt.Errorf("%q: there is no such data model%s", pattern, suggestion(pattern, known))
		}
	default:
		s.events[model+"."+event] = true
		if !slices.ContainsFunc(known, func(name string) bool { return fold(name) == model+"."+event }) {
			return fmt.Errorf("%q: there is no such event%s", pattern, suggestion(pattern, known))
		}
	}
	return nil
}

// suggestion returns " (did you mean …?)" with the event or data model that is
// spelled most like the pattern; "" if none is near.
func suggestion(pattern string, known []string) string {
	var folded []string
	meant := make(map[string]string)
	for _, name := range slices.Sorted(slices.Values(known)) {
		model, _, _ := strings.Cut(name, ".")
		for _, candidate := range []string{model + ".*", name} {
			folded = append(folded, fold(candidate))
			meant[fold(candidate)] = candidate
		}
	}
	near := spelling.Nearest(fold(pattern), folded)
	if near == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", meant[near])
}

// Has reports whether the event, given as "DataModel.EventType", is in the set.
// A nil set has none.
func (s *Set) Has(event string) bool {
	if s == nil {
		return false
	}
	folded := fold(event)
	model, _, _ := strings.Cut(folded, ".")
	return s.all || s.models[model] || s.events[folded]
}

// fold makes "Clinical Summary.PatientPush" and "clinicalsummary.patientpush"
// the same.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == ' ' || r == '-' || r == '_':
			return -1
		default:
			return r
		}
	}, name)
}
