package redoxapi

import (
	"fmt"

	"github.com/redoxgen/redoxgen/runtime/internal/eventset"
)

// Destination is a system behind the server. It accepts every message unless its
// methods say otherwise. They return the destination, so that calls can be chained.
type Destination struct {
	server *Server
	id     string

	// Guarded by server.mu.
	name      string
	supported *eventset.Set // nil: everything
	script    script
	byEvent   map[string]*script
}

// Named sets the name that answers give the destination.
func (d *Destination) Named(name string) *Destination {
	d.server.mu.Lock()
	defer d.server.mu.Unlock()
	d.name = name
	return d
}

// Supports restricts the destination to events, written as for
// client.Destinations: "PatientAdmin.*", "Results.New". There is no route for
// others. Supports panics on a name that no event has: a mistake in the test.
func (d *Destination) Supports(patterns ...string) *Destination {
	d.server.mu.Lock()
	defer d.server.mu.Unlock()
	var known []string
	for name := range d.server.events {
		known = append(known, name)
	}
	set, err := eventset.Compile(patterns, known)
	if err != nil {
		panic(fmt.Sprintf("redoxapi: %v", err))
	}
	d.supported = set
	return d
}

// Answers makes the destination give one answer after the other, and repeat the
// last one.
func (d *Destination) Answers(answers ...Answer) *Destination {
	d.server.mu.Lock()
	defer d.server.mu.Unlock()
	d.script = script{answers: answers}
	return d
}

// AnswersTo is Answers for one event, such as "PatientSearch.Query".
func (d *Destination) AnswersTo(event string, answers ...Answer) *Destination {
	d.server.mu.Lock()
	defer d.server.mu.Unlock()
	d.byEvent[event] = &script{answers: answers}
	return d
}

// next returns the answer to an event, if one is scripted. server.mu is held.
func (d *Destination) next(event string) (Answer, bool) {
	if s := d.byEvent[event]; s != nil {
		return s.next()
	}
	return d.script.next()
}

// script is a sequence of answers.
type script struct {
	answers []Answer
	used    int  // of the first one
	once    bool // the last one is not repeated for ever
}

func (s *script) next() (Answer, bool) {
	if len(s.answers) == 0 {
		return Answer{}, false
	}
	a := s.answers[0]
	s.used++
	if s.used >= max(a.times, 1) && (len(s.answers) > 1 || s.once) {
		s.answers, s.used = s.answers[1:], 0
	}
	return a, true
}
