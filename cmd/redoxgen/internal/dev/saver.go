package dev

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/datafile"
	"github.com/redoxgen/redoxgen/runtime/redoxsim"
)

// saver keeps a copy of a store in a file: what changes is noted, and save writes it.
type saver struct {
	file   *datafile.File // nil: there is none
	failed func(error)    // called when the file can no longer be written

	writing sync.Mutex // held while the file is written

	// Guarded by store.mu.
	touched map[int64]*onFile // messages that changed
	known   map[int64]*onFile // messages that were saved or touched
	values  []datafile.Change // of what is no message
}

// onFile is what the file has of a message.
type onFile struct {
	body  bool
	tried int // attempts
}

// The keys of the file. Numbers have as many digits as the largest, so that they sort.
const (
	keyMessage     = "message/"
	keyBody        = "/body"
	keyAttempt     = "/attempt/"
	keyLane        = "lane/"
	keyDestination = "destination/"
	keyClientKey   = "key/"
)

func messageKey(id int64) string { return fmt.Sprintf("%s%019d", keyMessage, id) }
func attemptKey(id int64, n int) string {
	return fmt.Sprintf("%s%s%019d", messageKey(id), keyAttempt, n)
}

// touch notes that a message changed. store.mu is held.
func (s *store) touch(id int64) {
	if s.file == nil {
		return
	}
	if s.known[id] == nil {
		s.known[id] = &onFile{}
	}
	s.touched[id] = s.known[id]
}

// forget notes that a message is no longer remembered. store.mu is held.
func (s *store) forget(id int64) {
	if s.file == nil {
		return
	}
	delete(s.known, id)
	delete(s.touched, id)
	s.values = append(s.values, datafile.Change{Key: messageKey(id)})
}

// set notes the value of a key; nil removes it.
func (s *store) set(key string, value any) {
	if s.file == nil {
		return
	}
	c := datafile.Change{Key: key}
	if value != nil {
		c.Value = encoded(value)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values = append(s.values, c)
}

// encoded is for values that always encode.
func encoded(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

// save writes what changed to the file, if there is one. When it returns without an
// error, all that changed before it was called is there.
func (s *store) save() error {
	if s.file == nil {
		return nil
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	changes := s.unsaved()
	if len(changes) == 0 {
		return nil
	}
	// An interrupt does not cut this short: it would lose what was answered.
	if err := s.file.Write(context.Background(), changes); err != nil {
		err = fmt.Errorf("nothing more can be saved: %w", err)
		s.failed(err)
		return err
	}
	return nil
}

// unsaved returns what changed since the last call.
func (s *store) unsaved() []datafile.Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	changes := s.values
	s.values = nil
	for id, saved := range s.touched {
		m := s.find(id)
		changes = append(changes, datafile.Change{Key: messageKey(id), Value: encoded(m)})
		if !saved.body {
			saved.body = true
			body := m.Body
			if body == nil {
				body = []byte{} // nil would remove it
			}
			changes = append(changes, datafile.Change{Key: messageKey(id) + keyBody, Value: body})
		}
		for n := max(saved.tried, m.Tried-len(m.Attempts)) + 1; n <= m.Tried; n++ {
			a := m.Attempts[len(m.Attempts)-1-(m.Tried-n)]
			changes = append(changes, datafile.Change{Key: attemptKey(id, n), Value: encoded(attemptOf(a))})
			if n > maxAttempts {
				changes = append(changes, datafile.Change{Key: attemptKey(id, n-maxAttempts)})
			}
		}
		saved.tried = m.Tried
	}
	clear(s.touched)
	return changes
}

// savedAttempt is an attempt as it is saved.
type savedAttempt struct {
	redoxsim.Attempt
	Err string // in place of Attempt.Err
}

func attemptOf(a redoxsim.Attempt) savedAttempt {
	s := savedAttempt{Attempt: a}
	if a.Err != nil {
		s.Err, s.Attempt.Err = a.Err.Error(), nil
	}
	return s
}

// load fills the store, which is new, from the file, and gives other what is of no message.
func (s *store) load(file *datafile.File, failed func(error), other func(key string, value []byte) error) error {
	s.file, s.failed = file, failed
	s.touched, s.known = map[int64]*onFile{}, map[int64]*onFile{}
	err := file.Each(context.Background(), func(key string, value []byte) error {
		rest, found := strings.CutPrefix(key, keyMessage)
		if !found {
			return other(key, value)
		}
		number, part, _ := strings.Cut(rest, "/")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return err
		}
		return s.loadPart(id, part, value)
	})
	for _, m := range s.messages {
		s.bytes += m.size()
		s.known[m.ID] = &onFile{body: true, tried: m.Tried}
	}
	return err
}

// loadPart takes a message, whose parts follow it.
func (s *store) loadPart(id int64, part string, value []byte) error {
	if part == "" {
		m := &message{}
		if err := json.Unmarshal(value, m); err != nil {
			return err
		}
		s.changes++
		m.change, s.lastID = s.changes, id
		s.messages = append(s.messages, m)
		return nil
	}
	m := s.find(id)
	switch {
	case m == nil:
		return errors.New("a part of a message that is not there")
	case part == keyBody[1:]:
		m.Body = value
		return nil
	}
	var a savedAttempt
	if err := json.Unmarshal(value, &a); err != nil {
		return err
	}
	if a.Err != "" {
		a.Attempt.Err = errors.New(a.Err)
	}
	m.Attempts = append(m.Attempts, a.Attempt)
	return nil
}
