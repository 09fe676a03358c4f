// Package eventset holds sets of events that are written as patterns, such as
// "PatientAdmin.*" or "Results.New".
package eventset

import (
	"errors"
	"fmt"
	"strings"
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
	v := newVocabulary(known)
	var errs []error
	for _, p := range patterns {
		errs = append(errs, s.add(p, v))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Set) add(pattern string, v *vocabulary) error {
	model, event, dotted := strings.Cut(fold(pattern), ".")
	switch {
	case strings.TrimSpace(pattern) == "*" || model == "*" && event == "*":
		s.all = true
	case !dotted || model == "" || event == "":
		return fmt.Errorf("%q is no event: write DataModel.EventType, DataModel.* or *", pattern)
	case event == "*":
		s.models[model] = true
		if !v.models[model] {
			return fmt.Errorf("%q: there is no such data model%s", pattern, v.suggestModel(model))
		}
	default:
		s.events[model+"."+event] = true
		if !v.events[model+"."+event] {
			return fmt.Errorf("%q: there is no such event%s", pattern, v.suggestEvent(model+"."+event))
		}
	}
	return nil
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
