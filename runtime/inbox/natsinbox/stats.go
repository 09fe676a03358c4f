package natsinbox

import (
	"context"
	"time"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// Stats implements inbox.Box.
func (b *Box) Stats(ctx context.Context) (inbox.Stats, error) {
	if err := b.view.caughtUp(ctx); err != nil {
		return inbox.Stats{}, failed("Stats", err)
	}
	return b.view.stats(time.Now()), nil
}

func (v *view) stats(now time.Time) inbox.Stats {
	v.mu.Lock()
	defer v.mu.Unlock()
	var s inbox.Stats
	failed := map[uint64]bool{}
	for _, it := range v.queue.items {
		s.Depth++
		s.Attempts = max(s.Attempts, it.attempt)
		if received := time.Unix(0, it.received); s.Oldest.IsZero() || received.Before(s.Oldest) {
			s.Oldest = received
		}
		switch {
		case it.outcome == inbox.Held:
			s.Held++
		case it.claimed:
			s.Running++
			continue
		case it.until.After(now):
			s.Waiting++
		case it.ahead > 0:
			s.Blocked++
			continue
		default:
			continue
		}
		for _, key := range it.lanes {
			failed[key] = true
		}
	}
	s.HeldKeys = len(failed)
	return s
}
