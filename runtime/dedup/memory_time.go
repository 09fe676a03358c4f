package dedup

import (
	"cmp"
	"context"
	"time"
)

var _ Timeline = (*Memory)(nil)

// Advance implements Timeline. The time is remembered as a done key is: for the
// retention since it was asked for last, and as long as there is room for it. The
// error is ErrFull where Claim's would be.
func (m *Memory) Advance(ctx context.Context, key Key, at time.Time) (latest time.Time, err error) {
	if err := cmp.Or(m.err, ctx.Err()); err != nil {
		return time.Time{}, err
	}
	s, h := m.shard(key.Sub("time:")) // apart from claims of the key
	s.mu.Lock()
	defer s.mu.Unlock()
	now := m.elapsed()
	s.expire(now, m.retention)
	e, known := s.entries[h]
	switch {
	case known && now-e.until <= m.retention:
		latest = time.UnixMicro(e.fence).UTC()
	case known:
		e.seen = now
		s.queue.push(queueEntry{h, now})
	case s.admit(h, now, m.retention):
		e.seen = now
	default:
		return time.Time{}, ErrFull
	}
	if latest.IsZero() || at.After(latest) {
		e.fence = at.UnixMicro()
	}
	e.state, e.until = Done, now
	s.entries[h] = e
	return latest, nil
}
