package inbox

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// Memory is a Box that forgets everything when the process ends, for tests. It looks
// through all of its messages for each claim.
type Memory struct {
	now func() time.Time

	mu      sync.Mutex
	last    int64 // position, and ID of what was appended
	fence   int64
	entries map[int64]*Entry
	keys    map[dedup.Key]int64
	work    map[int64]*work // by position
	changed chan struct{}   // closed when there may be something to claim
}

// work is a message that is to be handled.
type work struct {
	entry   *Entry
	attempt int
	replay  bool
	run     int64
	handler string
	fence   int64         // of the claim, 0 without one
	due     time.Time     // when it may be claimed
	after   time.Duration // due was so long after it was set
}

// NewMemory returns an empty Memory. Nil stands for time.Now.
func NewMemory(now func() time.Time) *Memory {
	if now == nil {
		now = time.Now
	}
	return &Memory{
		now: now, entries: map[int64]*Entry{}, keys: map[dedup.Key]int64{},
		work: map[int64]*work{}, changed: make(chan struct{}),
	}
}

var _ Box = (*Memory)(nil)

// Append implements Box.
func (b *Memory) Append(ctx context.Context, m Message) (added bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, there := b.keys[m.Key]; there || ctx.Err() != nil {
		return false, ctx.Err()
	}
	m.Raw, m.Order = slices.Clone(m.Raw), slices.Clone(m.Order)
	b.last++
	e := &Entry{Message: m, ID: b.last, Outcome: Pending, Size: len(m.Raw)}
	b.entries[e.ID], b.keys[m.Key] = e, e.ID
	b.work[b.last] = &work{entry: e}
	b.wake()
	return true, nil
}

func (b *Memory) wake() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// position is the Token of a claim.
type position struct{ at, fence int64 }

// Claim implements Box.
func (b *Memory) Claim(ctx context.Context, n int, lease time.Duration) ([]Claim, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var claims []Claim
	taken := map[string]bool{}
	for _, at := range slices.Sorted(maps.Keys(b.work)) {
		w := b.work[at]
		free := !slices.ContainsFunc(w.entry.Order, func(k string) bool { return taken[k] })
		for _, k := range w.entry.Order {
			taken[k] = true
		}
		if !free || !b.due(w) || len(claims) == n || ctx.Err() != nil {
			continue
		}
		b.fence++
		w.fence = b.fence
		w.attempt++
		w.entry.Attempts = w.attempt
		b.set(w, lease)
		m := w.entry.Message
		m.Order = nil
		claims = append(claims, Claim{Message: m, ID: w.entry.ID, Attempt: w.attempt, Replay: w.replay, Handler: w.handler, Run: w.run, Token: position{at, w.fence}})
	}
	return claims, ctx.Err()
}

// due reports whether w may be claimed. A clock that was set back does not make it wait
// longer than it was to.
func (b *Memory) due(w *work) bool {
	now := b.now()
	if w.due.After(now.Add(w.after)) {
		w.due = now.Add(w.after)
	}
	return !w.due.After(now) && w.entry.Outcome != Held
}

func (b *Memory) set(w *work, after time.Duration) { w.due, w.after = b.now().Add(after), after }

// held returns the work of a claim that is held.
func (b *Memory) held(ctx context.Context, c Claim) (*work, int64, error) {
	if ctx.Err() != nil {
		return nil, 0, ctx.Err()
	}
	p, _ := c.Token.(position)
	if w := b.work[p.at]; w != nil && w.fence == p.fence {
		return w, p.at, nil
	}
	return nil, 0, ErrLost
}

// Extend implements Box.
func (b *Memory) Extend(ctx context.Context, c Claim, lease time.Duration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	w, _, err := b.held(ctx, c)
	if err == nil {
		b.set(w, lease)
	}
	return err
}

// Finish implements Box.
func (b *Memory) Finish(ctx context.Context, c Claim, as Outcome) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	w, at, err := b.held(ctx, c)
	if err != nil {
		if e := b.entries[c.ID]; ctx.Err() == nil && e != nil && e.Outcome == as {
			err = nil
		}
		return err
	}
	w.entry.Outcome, w.entry.Finished = as, b.now()
	if w.fence = 0; as != Held {
		delete(b.work, at)
	}
	b.wake()
	return nil
}

// Retry implements Box.
func (b *Memory) Retry(ctx context.Context, c Claim, after time.Duration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	w, _, err := b.held(ctx, c)
	if err == nil {
		w.fence = 0
		b.set(w, after)
		b.wake()
	}
	return err
}

// Wait implements Box. It looks for what is due by asking often.
func (b *Memory) Wait(ctx context.Context, most time.Duration) error {
	b.mu.Lock()
	changed := b.changed
	b.mu.Unlock()
	timer := time.NewTimer(min(most, 20*time.Millisecond))
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// Find implements Box.
func (b *Memory) Find(ctx context.Context, f Filter) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		b.mu.Lock()
		var found []Entry
		for _, id := range slices.Sorted(maps.Keys(b.entries)) {
			if e := *b.entries[id]; f.matches(e) {
				if w := b.pending(id); w != nil && e.Outcome == Pending {
					e.Due = w.due
				}
				if e.Order = nil; !f.Raw {
					e.Raw = nil
				}
				found = append(found, e)
			}
		}
		b.mu.Unlock()
		if f.Newest {
			slices.Reverse(found)
		}
		for i, e := range found {
			if f.Limit > 0 && i == f.Limit || !yield(e, ctx.Err()) {
				return
			}
		}
	}
}

func (b *Memory) pending(id int64) *work {
	for _, w := range b.work {
		if w.entry.ID == id {
			return w
		}
	}
	return nil
}

func (f Filter) matches(e Entry) bool {
	is := func(want, got string) bool { return want == "" || want == got }
	page := f.After == 0 || e.ID > f.After
	if f.Newest && f.After != 0 {
		page = e.ID < f.After
	}
	return page && (f.ID == 0 || f.ID == e.ID) &&
		is(f.DataModel, e.DataModel) && is(f.EventType, e.EventType) && is(f.Source, e.Source) &&
		is(f.LogID, e.LogID) && is(string(f.Outcome), string(e.Outcome)) &&
		(f.Order == "" || slices.Contains(e.Order, f.Order)) &&
		!e.Received.Before(f.From) && (f.To.IsZero() || e.Received.Before(f.To)) &&
		(f.Finished.IsZero() || !e.Finished.IsZero() && e.Finished.Before(f.Finished))
}

// Replay implements Box.
func (b *Memory) Replay(ctx context.Context, id int64, handler string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.entries[id]
	if e == nil || ctx.Err() != nil {
		return cmp.Or(ctx.Err(), ErrNotFound)
	}
	w := b.pending(id)
	switch {
	case w == nil:
		b.last++
		w = &work{entry: e, replay: true, handler: handler}
		if b.work[b.last] = w; e.Outcome == Handled {
			w.run = b.last
		}
	case e.Outcome == Held:
		*w = work{entry: e, replay: true, handler: handler}
	case w.fence == 0:
		w.due, w.after = time.Time{}, 0
	}
	e.Outcome, e.Finished = Pending, time.Time{}
	b.wake()
	return nil
}

// Purge implements Box.
func (b *Memory) Purge(ctx context.Context, f Filter) (n int64, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, e := range b.entries {
		if ctx.Err() != nil || e.Outcome == Pending || !f.matches(*e) {
			continue
		}
		delete(b.entries, id)
		delete(b.keys, e.Key)
		maps.DeleteFunc(b.work, func(_ int64, w *work) bool { return w.entry == e })
		n++
	}
	b.wake()
	return n, ctx.Err()
}

// Stats implements Box.
func (b *Memory) Stats(ctx context.Context) (Stats, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var s Stats
	seen, failed := map[string]bool{}, map[string]bool{}
	for _, at := range slices.Sorted(maps.Keys(b.work)) {
		w := b.work[at]
		s.Depth++
		s.Attempts = max(s.Attempts, w.attempt)
		if s.Oldest.IsZero() || w.entry.Received.Before(s.Oldest) {
			s.Oldest = w.entry.Received
		}
		waiting := w.fence == 0 && w.due.After(b.now())
		switch {
		case w.entry.Outcome == Held:
			s.Held++
		case w.fence != 0:
			s.Running++
		case waiting:
			s.Waiting++
		case slices.ContainsFunc(w.entry.Order, func(k string) bool { return seen[k] }):
			s.Blocked++
		}
		for _, k := range w.entry.Order {
			if seen[k] = true; waiting || w.entry.Outcome == Held {
				failed[k] = true
			}
		}
	}
	s.HeldKeys = len(failed)
	return s, ctx.Err()
}

// Ping implements Box.
func (b *Memory) Ping(ctx context.Context) error { return ctx.Err() }
