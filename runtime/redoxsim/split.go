package redoxsim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// split returns the queues of each subscription, in the order of their first messages.
func (f *Feed) split(messages []*Queued) [][][]*Queued {
	type name struct {
		subscription string
		backfill     int
	}
	var order []name
	subscriptions := map[name]*subscription{}
	for _, m := range messages {
		m.waits, m.finished = nil, make(chan struct{})
		at := name{m.Subscription(), m.Backfill}
		s := subscriptions[at]
		if s == nil {
			queues := f.ChildQueues
			if m.Backfill > 0 {
				queues = m.Backfill
			}
			s = &subscription{queues: make([][]*Queued, max(1, queues)), patients: map[string]int{}}
			subscriptions[at] = s
			order = append(order, at)
		}
		s.add(m, f.MergesFirst)
	}
	split := make([][][]*Queued, len(order))
	for i, at := range order {
		split[i] = subscriptions[at].queues
	}
	return split
}

// subscription is the child queues of a subscription.
type subscription struct {
	queues   [][]*Queued
	patients map[string]int // the queue of each patient, by identifier
}

// add puts the message at the end of its patient's queue. New patients get the queues
// in turn, so that as many as there are queues never share one.
func (s *subscription) add(m *Queued, mergesFirst bool) {
	at := 0
	if len(s.queues) > 1 {
		m.patient, m.previous = patients(m.raw)
		var known bool
		if at, known = s.patients[m.patient]; !known {
			at = len(s.patients) % len(s.queues)
			s.patients[m.patient] = at
		}
	}
	if mergesFirst && len(m.previous) > 0 && !slices.ContainsFunc(s.queues[at], isHeld) {
		s.hold(m, at)
	}
	s.queues[at] = append(s.queues[at], m)
}

// hold makes the last messages of a merge's previous patient wait for it. The merge
// itself stands behind nothing that waits, and what stands before another merge is left
// alone: so waiting always ends.
func (s *subscription) hold(merge *Queued, at int) {
	for i, queue := range s.queues {
		if i == at {
			continue
		}
		for _, m := range slices.Backward(queue) {
			if len(m.previous) > 0 || isHeld(m) {
				break
			}
			if slices.Contains(merge.previous, m.patient) {
				m.waits = merge.finished
			}
		}
	}
}

func isHeld(m *Queued) bool { return m.waits != nil }

// patients returns the first identifier of a message's patient, "" if it has none, and
// those that a merge makes obsolete, each with its type.
func patients(raw []byte) (patient string, previous []string) {
	type identifier struct {
		ID     any
		IDType string
	}
	var body struct {
		Patient struct{ Identifiers, PreviousIdentifiers []identifier }
	}
	_ = json.Unmarshal(raw, &body) // what is of another type, or no JSON, names nobody
	text := func(i identifier) string { return fmt.Sprintf("%s %v", strings.ToUpper(i.IDType), i.ID) }
	if len(body.Patient.Identifiers) > 0 {
		patient = text(body.Patient.Identifiers[0])
	}
	for _, i := range body.Patient.PreviousIdentifiers {
		previous = append(previous, text(i))
	}
	return patient, previous
}
