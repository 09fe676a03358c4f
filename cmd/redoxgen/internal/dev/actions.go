package dev

import (
	"errors"
	"slices"
	"time"
)

// The actions on a lane. feed.mu is held.
var actions = map[string]func(*lane) error{
	"pause": func(l *lane) error {
		if l.Paused.IsZero() {
			l.Paused = time.Now()
		}
		return nil
	},
	"resume": func(l *lane) error {
		l.Paused, l.Next = time.Time{}, time.Time{}
		return nil
	},
	"retry": func(l *lane) error {
		l.Next = time.Time{}
		return nil
	},
	"reverse": (*lane).reverse,
	"skip":    (*lane).skip,
	"lose":    func(l *lane) error { return l.disturb(func(o *order) { o.AnswerLost = true }) },
	"twice":   func(l *lane) error { return l.disturb(func(o *order) { o.Times = 2 }) },
	"newer":   func(l *lane) error { return l.disturb(func(o *order) { o.NewerSchema = true }) },
}

var errNothingWaits = errors.New("nothing waits in that lane")

// act does something to a lane.
func (f *feed) act(name, action string) error {
	if err := f.actNow(name, action); err != nil {
		return err
	}
	return f.store.save()
}

func (f *feed) actNow(name, action string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, do := slices.IndexFunc(f.lanes, func(l *lane) bool { return l.name() == name }), actions[action]
	switch {
	case do == nil:
		return errors.New("there is no such action")
	case at < 0:
		return errors.New("there is no such subscription")
	}
	if err := do(f.lanes[at]); err != nil {
		return err
	}
	f.lanes[at].changed()
	return nil
}

// disturb changes how the first message is delivered. feed.mu is held.
func (l *lane) disturb(change func(*order)) error {
	if len(l.queue) == 0 {
		return errNothingWaits
	}
	d := l.queue[0]
	change(&d.order)
	l.feed.store.update(d.id, func(m *message) { m.order = d.order })
	return nil
}

// skip gives up the first message. feed.mu is held.
func (l *lane) skip() error {
	if len(l.queue) == 0 {
		return errNothingWaits
	}
	l.feed.store.update(l.queue[0].id, func(m *message) { m.State = stateSkipped })
	l.remove(0)
	l.goOn()
	return nil
}

// reverse delivers out of order: what came last comes first, and no message waits for
// another one any more. feed.mu is held.
func (l *lane) reverse() error {
	if len(l.queue) == 0 {
		return errNothingWaits
	}
	places := make([]int64, len(l.queue))
	for i, d := range l.queue {
		l.feed.store.update(d.id, func(m *message) { places[i] = m.Place })
	}
	slices.Reverse(l.queue)
	for i, d := range l.queue {
		d.after = 0
		l.feed.store.update(d.id, func(m *message) { m.Place, m.After = places[i], 0 })
	}
	l.goOn()
	return nil
}

// burst is how many messages a burst from the page of the feed has.
const burst = 100

// repeat delivers the last message of a lane again: once with its log ID, as when Redox
// got no answer, or as a burst of messages of their own.
func (f *feed) repeat(name string, inBurst bool, describe func(*message)) error {
	last, ok := f.store.lastOf(name)
	if !ok {
		return errors.New("no message of that lane is remembered")
	}
	b := batch{order: order{Times: 1}, logID: last.LogID, bodies: [][]byte{last.Body}}
	if inBurst {
		b.logID, b.bodies = "", slices.Repeat(b.bodies, burst)
	}
	_, err := f.deliver(b, describe)
	return err
}
