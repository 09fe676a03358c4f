package dev

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redoxsim"
)

// maxLanes is how many lanes there can be: each has a goroutine.
const maxLanes = 200

// MaxChildren is into how many child queues a subscription can be split at most.
const MaxChildren = 16

// maxPatients is of how many patients a subscription knows the child queue.
const maxPatients = 10_000

// subscription is a data model to a destination. As with redoxsim.Feed, new patients get
// its child queues in turn, and then stay in theirs.
type subscription struct {
	lanes    map[int]*lane // by number of the child queue
	patients map[string]int
	next     int // child queue of the next patient, before it is reduced to those there are
}

// delivery is a message that waits in a lane.
type delivery struct {
	order
	message *redoxsim.Message
	id      int64 // in the store
	size    int
	after   int64 // ID of the message that is delivered before it; 0: none
	lane    *lane
}

func newDelivery(body []byte, logID string, o order) (*delivery, error) {
	m, err := redoxsim.NewMessage(body)
	if err != nil {
		return nil, err
	}
	m.LogID = cmp.Or(logID, m.LogID)
	return &delivery{order: o, message: m, size: len(body)}, nil
}

// laneOf returns the lane for a message. f.mu is held.
func (f *feed) laneOf(d *delivery) (*lane, error) {
	name := d.message.Subscription()
	s := f.subscriptionOf(name)
	if f.children == 1 && len(s.patients) == 0 {
		return f.lane(name, 0)
	}
	patient := d.message.Patient()
	child, known := s.patients[patient]
	if !known {
		child = s.next % f.children
		s.next++
		if len(s.patients) >= maxPatients {
			s.forgetPatients()
		}
		s.patients[patient] = child
	}
	return f.lane(name, child)
}

func (f *feed) subscriptionOf(name string) *subscription {
	s := f.subscriptions[name]
	if s == nil {
		s = &subscription{lanes: map[int]*lane{}, patients: map[string]int{}}
		f.subscriptions[name] = s
	}
	return s
}

// forgetPatients forgets the patients without a message that waits.
func (s *subscription) forgetPatients() {
	clear(s.patients)
	for child, l := range s.lanes {
		for _, d := range l.queue {
			s.patients[d.message.Patient()] = child
		}
	}
}

// lane returns a lane of a subscription, or makes it. f.mu is held.
func (f *feed) lane(name string, child int) (*lane, error) {
	s := f.subscriptionOf(name)
	if l := s.lanes[child]; l != nil {
		return l, nil
	}
	if len(f.lanes) >= maxLanes {
		return nil, fmt.Errorf("there are %d lanes already", maxLanes)
	}
	l := &lane{subscription: name, child: child, feed: f, wake: make(chan struct{}, 1)}
	s.lanes[child] = l
	f.lanes = append(f.lanes, l)
	if ctx := f.running; ctx != nil {
		f.work.Go(func() { l.run(ctx) })
	}
	return l, nil
}

// savedLane is a lane in the file.
type savedLane struct {
	laneState
	Subscription string
	Child        int
}

// restoreLane takes up a lane as it was saved.
func (f *feed) restoreLane(value []byte) error {
	var saved savedLane
	if err := json.Unmarshal(value, &saved); err != nil {
		return err
	}
	l, err := f.lane(saved.Subscription, saved.Child)
	if err == nil {
		l.laneState = saved.laneState
	}
	return err
}

// restoreQueues takes up the messages that wait, as the store has loaded them.
func (f *feed) restoreQueues() error {
	var waiting []*message
	for _, m := range f.store.messages {
		if m.waits() {
			waiting = append(waiting, m)
		}
	}
	slices.SortStableFunc(waiting, func(a, b *message) int { return cmp.Compare(a.Place, b.Place) })
	for _, m := range waiting {
		d, err := newDelivery(m.Body, m.LogID, m.order)
		if err != nil {
			return err
		}
		name := d.message.Subscription()
		if d.lane, err = f.lane(name, m.Child); err != nil {
			return err
		}
		s := f.subscriptions[name]
		if _, known := s.patients[d.message.Patient()]; !known {
			s.patients[d.message.Patient()] = m.Child
			s.next++
		}
		d.id, d.after = m.ID, m.After
		f.append(d)
	}
	for _, l := range f.lanes {
		if len(l.queue) == 0 {
			l.goOn()
		}
	}
	return nil
}

// laneState is how a lane is, beside what is in it.
type laneState struct {
	Paused   time.Time // since when; zero: it is not
	Stopped  time.Time // since when the first message is not accepted; zero: it is not stopped
	Failures int       // attempts at the first message that were not accepted
	Next     time.Time // of the next attempt, when it is stopped
}
