package dev

import (
	"slices"
	"sync"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Bounds of what is remembered; the oldest messages that wait for nothing make room.
const (
	maxMessages = 10_000
	maxBytes    = 64 << 20 // of messages and answers
	maxAttempts = 100      // of a message, the last ones
)

// store remembers messages, in the order in which they came, tells who listens, and
// keeps a copy in a file if there is one.
type store struct {
	saver
	mu        sync.Mutex
	messages  []*message // by ID, ascending
	bytes     int
	lastID    int64
	changes   int64
	listeners map[chan struct{}]bool
}

// newStore returns a store that counts its changes on from those of any before it, so
// that browsers which listened to one before a restart learn of what comes after it.
func newStore() *store {
	return &store{changes: time.Now().UnixMicro(), listeners: map[chan struct{}]bool{}}
}

// add remembers a message and returns its ID.
func (s *store) add(m message) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastID++
	m.ID = s.lastID
	if m.State == stateQueued {
		m.Place = m.ID
	}
	s.messages = append(s.messages, &m)
	s.bytes += m.size()
	s.changed(&m)
	return m.ID
}

// update changes a message that is still remembered.
func (s *store) update(id int64, change func(*message)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.find(id); m != nil {
		s.bytes -= m.size()
		change(m)
		if extra := len(m.Attempts) - maxAttempts; extra > 0 {
			m.Attempts = slices.Delete(m.Attempts, 0, extra)
		}
		s.bytes += m.size()
		s.changed(m)
	}
}

// changed forgets what is too much, and tells who listens. s.mu is held.
func (s *store) changed(m *message) {
	s.changes++
	m.change = s.changes
	s.touch(m.ID)
	for len(s.messages) > maxMessages || s.bytes > maxBytes {
		oldest := slices.IndexFunc(s.messages[:len(s.messages)-1], func(m *message) bool { return !m.waits() })
		if oldest < 0 {
			break
		}
		s.bytes -= s.messages[oldest].size()
		s.forget(s.messages[oldest].ID)
		s.messages = slices.Delete(s.messages, oldest, oldest+1)
	}
	for l := range s.listeners {
		select {
		case l <- struct{}{}:
		default: // it was told already, and has not looked yet
		}
	}
}

func (s *store) find(id int64) *message {
	i, found := slices.BinarySearchFunc(s.messages, id, func(m *message, id int64) int { return int(m.ID - id) })
	if !found {
		return nil
	}
	return s.messages[i]
}

// get returns a copy of a message.
func (s *store) get(id int64) (message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.find(id)
	if m == nil {
		return message{}, false
	}
	c := *m
	c.Attempts = slices.Clone(m.Attempts)
	return c, true
}

// lastOf returns the newest message of a lane.
func (s *store) lastOf(lane string) (message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range slices.Backward(s.messages) {
		if m.Direction == fromRedox && m.Lane == lane {
			return *m, true
		}
	}
	return message{}, false
}

// list returns up to n messages, the newest first: of an event unless that is "", and
// older than before unless that is 0. more says that there are others.
func (s *store) list(event string, before int64, n int) (list []message, more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range slices.Backward(s.messages) {
		if event != "" && m.Event != event || before != 0 && m.ID >= before {
			continue
		}
		if len(list) == n {
			return list, true
		}
		list = append(list, *m)
	}
	return list, false
}

// since returns the messages that changed after a change, up to the newest n in the
// order of their changes, and the number of the last change.
func (s *store) since(change int64, n int) ([]message, int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []message
	for _, m := range s.messages {
		if m.change > change {
			list = append(list, *m)
		}
	}
	slices.SortFunc(list, func(a, b message) int { return int(a.change - b.change) })
	return list[max(0, len(list)-n):], s.changes
}

// listen returns a channel on which something comes after changes, until stop is called.
func (s *store) listen() (changes chan struct{}, stop func()) {
	l := make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners[l] = true
	return l, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.listeners, l)
	}
}

// count returns how many violations a report has of each severity.
func count(r redox.Report) (errors, warnings int) {
	for v := range r.All() {
		if v.Severity == redox.SeverityError {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}
