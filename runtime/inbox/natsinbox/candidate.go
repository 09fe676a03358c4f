package natsinbox

import (
	"time"
)

// candidate is what is known of a message whose turn it is.
type candidate struct {
	id, position int64
	rev          uint64
	attempt      int
	replay       bool
	handler      string
	run          int64
}

// take takes up to n messages whose turn it is. Each is followed by set or release.
func (v *view) take(n int) []candidate {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.seen < v.until {
		return nil // what is unknown yet may have to come first
	}
	var taken []candidate
	for _, it := range v.queue.take(n, v.spread, time.Now()) {
		taken = append(taken, candidate{it.id, it.position, it.rev, it.attempt, it.replay, it.handler, it.run})
	}
	return taken
}

// set makes a message be in a state that this process knows from the server.
func (v *view) set(id int64, seq uint64, s stateRecord) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.apply(id, seq, s, time.Now().Add(s.For))
	v.wake()
}

// asked notes whether the server gave a message to this process. One that lost to another
// chooses among more of them from then on, and goes back to the first that came little
// by little: so processes seldom ask for the same messages.
func (v *view) asked(won bool) {
	const most = 64
	v.mu.Lock()
	defer v.mu.Unlock()
	if won {
		v.spread = max(v.spread-1, 0)
	} else {
		v.spread = most
	}
}

// release gives back a message that was taken and whose state is unknown.
func (v *view) release(id int64, until time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if it := v.queue.items[id]; it != nil && it.trying {
		it.trying, it.until = false, until
		v.queue.changed(it, time.Now())
	}
}

// abandon gives back a message that a claim of this process may have got, of which
// nobody makes use. It can be claimed at once: the server gives a message only to who
// knows its last state.
func (v *view) abandon(id int64, claim string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	it := v.queue.items[id]
	if it == nil {
		return
	}
	it.abandoned = append(it.abandoned, claim)
	now := time.Now()
	if it.trying || it.claimed && it.claim == claim {
		it.trying, it.until = false, now.Add(pause)
		v.queue.changed(it, now)
	}
	v.wake()
}

// next reports whether there is a message whose turn it is, or else when to look again,
// and returns what is closed at the next change.
func (v *view) next() (free bool, again time.Time, changed <-chan struct{}) {
	v.mu.Lock()
	defer v.mu.Unlock()
	it, again := v.queue.next(time.Now())
	return it != nil && v.seen >= v.until, again, v.changed
}

func (v *view) wake() {
	close(v.changed)
	v.changed = make(chan struct{})
}
