package dedup

import (
	"sync"
	"time"
)

// shard is a part of the keys under a lock of its own. Neither its map nor its
// queue holds pointers, so that millions of keys cost the garbage collector
// nothing.
type shard struct {
	mu      sync.Mutex
	max     int
	entries map[Hash]entry
	queue   ring
}

// entry is what the store knows of a key. Its state is InFlight or Done, or New once
// a claim was released.
type entry struct {
	seen     time.Duration // when it came into the queue; times count from when the store was made
	until    time.Duration // end of the lease; of a key that is free or done, since when
	fence    int64
	attempts int32
	state    State
}

// busy reports whether a worker holds the key.
func (e entry) busy(now time.Duration) bool { return e.state == InFlight && now < e.until }

// waiting reports whether the key's message is to come again: it was released,
// or its worker died. What is known of it is how far it got.
func (e entry) waiting(now, retention time.Duration) bool {
	return e.state != Done && now-e.until <= retention
}

// expire forgets keys that nobody has held for longer than the retention.
func (s *shard) expire(now, retention time.Duration) {
	// Two keys per claim: more than come in, so the queue shrinks, and never
	// so many that one claim pays for all.
	for range 2 {
		oldest, ok := s.queue.front()
		if !ok || now-oldest.seen <= retention {
			return
		}
		e := s.entries[oldest.key]
		spare := now-e.until <= retention
		if spare && !e.busy(now) && retention-(now-e.until) < retention/64 {
			return // its time comes soon; most keys are done soon after their claim
		}
		s.dropOldest(oldest, now, spare)
	}
}

// admit makes room for a new key and queues it, false if no key can give way.
// First those do whose message is done: without the others, the handlers of a
// message that is being retried would be called again that have succeeded.
func (s *shard) admit(h Hash, now, retention time.Duration) bool {
	if s.entries == nil {
		s.entries = make(map[Hash]entry)
	}
	for _, spareWaiting := range []bool{true, false} {
		for range s.queue.n {
			if len(s.entries) < s.max {
				break
			}
			oldest, _ := s.queue.front()
			s.dropOldest(oldest, now, spareWaiting && s.entries[oldest.key].waiting(now, retention))
		}
	}
	if len(s.entries) >= s.max {
		return false
	}
	s.queue.push(queueEntry{h, now})
	return true
}

// dropOldest forgets the key at the front of the queue. A key that a worker
// holds, or that is to be spared, goes to the end instead.
func (s *shard) dropOldest(oldest queueEntry, now time.Duration, spare bool) {
	s.queue.pop()
	e := s.entries[oldest.key]
	switch {
	case e.seen != oldest.seen:
		// The key was claimed again after its retention and is in the queue once more.
	case spare || e.busy(now):
		e.seen = now
		s.entries[oldest.key] = e
		s.queue.push(queueEntry{oldest.key, now})
	default:
		delete(s.entries, oldest.key)
	}
}

// queueEntry is a key in the queue, and when it came there.
type queueEntry struct {
	key  Hash
	seen time.Duration
}

// ring is a queue that reuses its memory.
type ring struct {
	buf  []queueEntry
	head int
	n    int
}

func (r *ring) front() (queueEntry, bool) {
	if r.n == 0 {
		return queueEntry{}, false
	}
	return r.buf[r.head], true
}

func (r *ring) pop() {
	r.head = (r.head + 1) % len(r.buf)
	r.n--
}

func (r *ring) push(e queueEntry) {
	if r.n == len(r.buf) {
		r.grow()
	}
	r.buf[(r.head+r.n)%len(r.buf)] = e
	r.n++
}

func (r *ring) grow() {
	bigger := make([]queueEntry, max(16, 2*len(r.buf)))
	for i := range r.n {
		bigger[i] = r.buf[(r.head+i)%len(r.buf)]
	}
	r.buf, r.head = bigger, 0
}
