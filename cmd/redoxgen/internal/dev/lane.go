package dev

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redoxsim"
)

// lane is the queue of a subscription, or one of its child queues: first in first out,
// and what is not accepted stops it.
type lane struct {
	laneState
	subscription string
	child        int
	feed         *feed
	wake         chan struct{} // something changed that the lane has to look at
	queue        []*delivery
}

// name is what pages call the lane.
func (l *lane) name() string {
	if l.feed.children == 1 && l.child == 0 {
		return l.subscription
	}
	return fmt.Sprintf("%s, queue %d", l.subscription, l.child+1)
}

// run delivers what is in the lane until the context ends, or nothing more can be saved.
func (l *lane) run(ctx context.Context) {
	for ctx.Err() == nil {
		d, wait := l.first()
		if d == nil {
			if !l.sleep(ctx, wait) {
				return
			}
			continue
		}
		l.attempt(ctx, d)
		if l.feed.store.save() != nil {
			return // the server ends
		}
	}
}

// first returns the delivery to attempt now, or how long to wait for one; 0 is until
// the lane is woken.
func (l *lane) first() (*delivery, time.Duration) {
	l.feed.mu.Lock()
	defer l.feed.mu.Unlock()
	if !l.Paused.IsZero() || len(l.queue) == 0 || l.feed.queued[l.queue[0].after] {
		return nil, 0
	}
	if wait := time.Until(l.Next); wait > 0 {
		return nil, wait
	}
	return l.queue[0], 0
}

func (l *lane) sleep(ctx context.Context, wait time.Duration) bool {
	var timer <-chan time.Time
	if wait > 0 {
		timer = time.After(wait)
	}
	select {
	case <-ctx.Done():
		return false
	case <-l.wake:
	case <-timer:
	}
	return true
}

func (l *lane) attempt(ctx context.Context, d *delivery) {
	f := l.feed
	f.mu.Lock()
	deliver := f.sender.Deliver
	if d.AnswerLost {
		deliver = f.sender.DeliverUnanswered
	}
	d.AnswerLost = false
	m := *d.message
	m.NewerSchema = d.NewerSchema
	f.mu.Unlock()
	a := deliver(ctx, &m, f.sender.Token)
	if ctx.Err() != nil {
		return
	}
	l.attempted(d, a)
}

// attempted moves the queue on, or stops it.
func (l *lane) attempted(d *delivery, a redoxsim.Attempt) {
	f := l.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	state := stateRetrying
	switch at := slices.Index(l.queue, d); {
	case at < 0 && a.Accepted():
		state = stateDelivered
	case at < 0:
		state = stateSkipped
	case a.Accepted():
		l.goOn()
		if d.Times--; d.Times > 0 {
			state = stateQueued
			break
		}
		state = stateDelivered
		l.remove(at)
	case at == 0:
		if l.Failures == 0 {
			l.Stopped = a.At
		}
		l.Failures++
		l.Next = time.Now().Add(time.Duration(float64(redoxsim.RetryDelay(l.Failures)) / f.speed))
	}
	l.changed()
	f.store.update(d.id, func(m *message) {
		m.State, m.Tried, m.order = state, m.Tried+1, d.order
		m.Attempts = append(m.Attempts, a)
	})
}

// goOn ends a stop. feed.mu is held.
func (l *lane) goOn() { l.Stopped, l.Failures, l.Next = time.Time{}, 0, time.Time{} }

// remove takes a message out of the queue. feed.mu is held.
func (l *lane) remove(at int) {
	f, d := l.feed, l.queue[at]
	delete(f.queued, d.id)
	f.bytes -= d.size
	l.queue = slices.Delete(l.queue, at, at+1)
	for _, other := range f.lanes {
		if len(other.queue) > 0 && other.queue[0].after == d.id {
			other.tell()
		}
	}
}

// changed notes that the lane is to be saved, and wakes it. feed.mu is held.
func (l *lane) changed() {
	saved := savedLane{l.laneState, l.subscription, l.child}
	l.feed.store.set(fmt.Sprintf("%s%d/%s", keyLane, l.child, l.subscription), saved)
	l.tell()
}

// tell wakes the lane.
func (l *lane) tell() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}
