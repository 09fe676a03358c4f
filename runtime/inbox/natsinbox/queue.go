package natsinbox

import (
	"container/heap"
	"math/rand/v2"
	"time"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// item is a message that is not finished.
type item struct {
	id       int64
	position int64 // in the order of all
	lanes    []uint64
	received int64

	outcome inbox.Outcome // Pending or Held
	attempt int
	replay  bool
	handler string
	run     int64
	rev     uint64    // sequence of the state that this is, 0 without one
	claimed bool      // by a worker
	claim   string    // its name
	trying  bool      // this process asks for it
	until   time.Time // when the lease ends, or the retry is due

	ahead   int  // in how many lanes another one is first
	removed bool // finished

	abandoned []string // claims of this process, see view.abandon

	stamp int // counts changes, so that heaps know what is out of date
}

// lane is the messages with a common key, those that are removed among them.
type lane struct {
	items []*item
	head  int
}

// queue is what is not finished, and whose turn it is. It is not safe for concurrent use.
type queue struct {
	items map[int64]*item
	lanes map[uint64]*lane
	free  heapOf // whose turn it is, by position
	timed heapOf // that wait for a time
}

func newQueue() *queue {
	return &queue{
		items: map[int64]*item{}, lanes: map[uint64]*lane{},
		free:  heapOf{less: func(a, b *item) bool { return a.position < b.position }},
		timed: heapOf{less: func(a, b *item) bool { return a.until.Before(b.until) }},
	}
}

// add puts a message last in its lanes.
func (q *queue) add(it *item, now time.Time) {
	q.items[it.id] = it
	for _, key := range it.lanes {
		l := q.lanes[key]
		if l == nil {
			l = &lane{}
			q.lanes[key] = l
		}
		if l.items = append(l.items, it); len(l.items)-l.head > 1 {
			it.ahead++
		}
	}
	q.changed(it, now)
}

// remove takes a message out, and it is the turn of those behind it.
func (q *queue) remove(it *item, now time.Time) {
	it.removed = true
	it.stamp++
	delete(q.items, it.id)
	for _, key := range it.lanes {
		l := q.lanes[key]
		if l.items[l.head] != it {
			continue // it is passed over when those before it are gone
		}
		for l.head < len(l.items) && l.items[l.head].removed {
			l.items[l.head] = nil
			l.head++
		}
		if l.head == len(l.items) {
			delete(q.lanes, key)
			continue
		}
		if l.head > 1000 && l.head > len(l.items)/2 {
			l.items, l.head = append([]*item(nil), l.items[l.head:]...), 0
		}
		first := l.items[l.head]
		first.ahead--
		q.changed(first, now)
	}
}

// changed puts a message where it belongs after a change.
func (q *queue) changed(it *item, now time.Time) {
	it.stamp++
	switch {
	case it.removed || it.ahead > 0 || it.trying || it.outcome == inbox.Held:
	case it.until.After(now):
		heap.Push(&q.timed, entry{it, it.stamp})
	default:
		heap.Push(&q.free, entry{it, it.stamp})
	}
}

// next returns the first message whose turn it is without taking it out, or when to look
// again: zero if only something else can change that.
func (q *queue) next(now time.Time) (*item, time.Time) {
	var again time.Time
	for q.timed.clean() {
		it := q.timed.entries[0].item
		if it.until.After(now) {
			again = it.until
			break
		}
		q.changed(it, now) // its old entry is out of date
	}
	if q.free.clean() {
		return q.free.entries[0].item, time.Time{}
	}
	return nil, again
}

// take takes out up to n messages whose turn it is, to be claimed: the first, or some of
// so many more, chosen at random.
func (q *queue) take(n, more int, now time.Time) []*item {
	var free []entry
	for len(free) < n+more {
		if it, _ := q.next(now); it == nil {
			break
		}
		free = append(free, heap.Pop(&q.free).(entry))
	}
	if more > 0 {
		rand.Shuffle(len(free), func(i, j int) { free[i], free[j] = free[j], free[i] })
	}
	var taken []*item
	for i, e := range free {
		if i >= n {
			heap.Push(&q.free, e)
			continue
		}
		e.trying = true
		e.item.stamp++
		taken = append(taken, e.item)
	}
	return taken
}

// heapOf is a container/heap of messages.
type heapOf struct {
	entries []entry
	less    func(a, b *item) bool
}

type entry struct {
	*item
	as int // the stamp
}

// clean removes what is out of date at the top, and reports whether anything is left.
func (h *heapOf) clean() bool {
	for len(h.entries) > 0 && h.entries[0].as != h.entries[0].stamp {
		heap.Pop(h)
	}
	return len(h.entries) > 0
}

func (h *heapOf) Len() int           { return len(h.entries) }
func (h *heapOf) Less(i, j int) bool { return h.less(h.entries[i].item, h.entries[j].item) }
func (h *heapOf) Swap(i, j int)      { h.entries[i], h.entries[j] = h.entries[j], h.entries[i] }
func (h *heapOf) Push(e any)         { h.entries = append(h.entries, e.(entry)) }
func (h *heapOf) Pop() any {
	last := len(h.entries) - 1
	e := h.entries[last]
	h.entries[last] = entry{}
	h.entries = h.entries[:last]
	return e
}
