package dev

import (
	"context"
	"slices"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redoxsim"
)

// lane is the queue of a subscription: first in first out, and what is not accepted
// stops it.
type lane struct {
	name   string
	feed   *feed
	wake   chan struct{} // something changed that the lane has to look at
	queue  []*delivery
	paused bool

	stopped  time.Time // since when the first message is not accepted; zero: it is not stopped
	failures int       // attempts at the first message that were not accepted
	next     time.Time // of the next attempt, when it is stopped
}

// delivery is a message that waits in a lane.
type delivery struct {
	message  *redoxsim.Message
	id       int64 // in the store
	size     int
	times    int  // how often it is still to be accepted
	loseNext bool // the answer of the next attempt gets lost
}

// run delivers what is in the lane until the context ends.
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
	}
}

// first returns the delivery to attempt now, or how long to wait for one; 0 is until
// the lane is woken.
func (l *lane) first() (*delivery, time.Duration) {
	l.feed.mu.Lock()
	defer l.feed.mu.Unlock()
	if l.paused || len(l.queue) == 0 {
		return nil, 0
	}
	if wait := time.Until(l.next); wait > 0 {
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
	lose := d.loseNext
	d.loseNext = false
	f.mu.Unlock()
	deliver := f.sender.Deliver
	if lose {
		deliver = f.sender.DeliverUnanswered
	}
	a := deliver(ctx, d.message, f.sender.Token)
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
		if d.times--; d.times > 0 {
			state = stateQueued
			break
		}
		state = stateDelivered
		l.remove(at)
	case at == 0:
		if l.failures == 0 {
			l.stopped = a.At
		}
		l.failures++
		l.next = time.Now().Add(time.Duration(float64(redoxsim.RetryDelay(l.failures)) / f.speed))
	}
	f.store.update(d.id, func(m *message) {
		m.State, m.Tried = state, m.Tried+1
		m.Attempts = append(m.Attempts, a)
	})
}

// goOn ends a stop. feed.mu is held.
func (l *lane) goOn() { l.stopped, l.failures, l.next = time.Time{}, 0, time.Time{} }

// remove takes a message out of the queue. feed.mu is held.
func (l *lane) remove(at int) {
	l.feed.queued--
	l.feed.bytes -= l.queue[at].size
	l.queue = slices.Delete(l.queue, at, at+1)
}

// tell wakes the lane.
func (l *lane) tell() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}
