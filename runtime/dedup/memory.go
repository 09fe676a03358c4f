package dedup

import (
	"cmp"
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/redoxgen/redoxgen/runtime/internal/duration"
)

// MemoryConfig are the bounds of a Memory store.
type MemoryConfig struct {
	// MaxKeys is how many keys are remembered; beyond that the oldest done keys
	// give way, and when there are none, the oldest of those that are being
	// retried. It is spread over 64 parts, of which each holds its share and at
	// least one key. Default 500,000, which take about 60 MB.
	MaxKeys int
	// Retention is how long a key is remembered after it was committed or
	// released, or its lease ended. Default 24 hours. One that is negative, or less
	// than a millisecond and so without its unit, is an error of Ping and every Claim.
	Retention time.Duration
	// Now is the clock. Default time.Now, of which the monotonic part is used:
	// setting the machine's clock changes nothing.
	Now func() time.Time
}

// Memory is a store in the process's memory. It does not survive the process
// and is not shared: a redelivery after a restart is taken as new. It starts
// no goroutine and needs no closing.
type Memory struct {
	shards    [shardCount]shard
	start     time.Time
	now       func() time.Time
	retention time.Duration
	fence     atomic.Int64
	err       error // what cannot be meant in the configuration
}

var (
	_ Store  = (*Memory)(nil)
	_ Pinger = (*Memory)(nil)
)

// shardCount lets as many workers as machines have cores claim at once.
const shardCount = 64

// NewMemory returns an empty store.
func NewMemory(c MemoryConfig) *Memory {
	c.MaxKeys, c.Retention = cmp.Or(c.MaxKeys, 500_000), cmp.Or(c.Retention, 24*time.Hour)
	if c.Now == nil {
		c.Now = time.Now
	}
	m := &Memory{
		now: c.Now, start: c.Now(), retention: c.Retention,
		err: c.check(),
	}
	for i := range m.shards {
		// The keys spread evenly but not exactly; rounding up keeps MaxKeys
		// small enough to be a bound and every shard able to hold a key.
		m.shards[i].max = (c.MaxKeys + shardCount - 1) / shardCount
	}
	return m
}

// check returns what cannot be meant in the configuration.
func (c MemoryConfig) check() error {
	switch {
	case c.MaxKeys < 0:
		return errors.New("dedup: MemoryConfig.MaxKeys is negative: leave it out for the default")
	case c.Retention < 0:
		return errors.New("dedup: MemoryConfig.Retention is negative: leave it out for the default")
	}
	return duration.Check("dedup: MemoryConfig.Retention", c.Retention)
}

// Ping implements Pinger. The error states what cannot be meant in the
// configuration; a Memory has no other reason to take no claims.
func (m *Memory) Ping(context.Context) error { return m.err }

// Claim implements Store. It returns ErrFull when every key of the part of the
// store that the key belongs to is in flight, and that part is full.
func (m *Memory) Claim(ctx context.Context, key Key, lease time.Duration) (Claim, error) {
	if err := cmp.Or(m.err, ctx.Err()); err != nil {
		return Claim{}, err
	}
	s, h := m.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := m.elapsed()
	s.expire(now, m.retention)
	e, known := s.entries[h]
	switch {
	case known && e.busy(now):
		return Claim{Key: key, State: InFlight}, nil
	case known && now-e.until > m.retention:
		e = entry{seen: now}
		s.queue.push(queueEntry{h, now})
	case known && e.state == Done:
		return Claim{Key: key, State: Done}, nil
	case !known && !s.admit(h, now, m.retention):
		return Claim{}, ErrFull
	case !known:
		e.seen = now
	}
	e.state, e.until, e.fence = InFlight, now+lease, m.fence.Add(1)
	e.attempts++
	s.entries[h] = e
	return Claim{Key: key, State: New, Fence: e.fence, Attempt: int(e.attempts)}, nil
}

// Extend implements Store.
func (m *Memory) Extend(ctx context.Context, c Claim, lease time.Duration) error {
	return m.update(ctx, c, func(e entry) (entry, error) {
		if e.state != InFlight {
			return e, ErrLost
		}
		e.until = m.elapsed() + lease
		return e, nil
	})
}

// Commit implements Store.
func (m *Memory) Commit(ctx context.Context, c Claim) error {
	return m.update(ctx, c, func(e entry) (entry, error) {
		if e.state != InFlight && e.state != Done {
			return e, ErrLost
		}
		if e.state == InFlight {
			e.state, e.until = Done, m.elapsed()
		}
		return e, nil
	})
}

// Release implements Store.
func (m *Memory) Release(ctx context.Context, c Claim) error {
	return m.update(ctx, c, func(e entry) (entry, error) {
		if e.state != InFlight {
			return e, ErrLost
		}
		e.state, e.until = New, m.elapsed()
		return e, nil
	})
}

// Len returns the number of keys that are remembered.
func (m *Memory) Len() int {
	n := 0
	for i := range m.shards {
		s := &m.shards[i]
		s.mu.Lock()
		n += len(s.entries)
		s.mu.Unlock()
	}
	return n
}

// update changes the entry of a claim that c still holds.
func (m *Memory) update(ctx context.Context, c Claim, change func(entry) (entry, error)) error {
	if c.State != New {
		return ErrNotClaimed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s, h := m.shard(c.Key)
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.entries[h]
	if !ok || e.fence != c.Fence {
		return ErrLost
	}
	e, err := change(e)
	if err == nil {
		s.entries[h] = e
	}
	return err
}

func (m *Memory) shard(key Key) (*shard, Hash) {
	h := key.Hash()
	return &m.shards[int(h[0])%shardCount], h
}

// elapsed is the time since the store was made, by the monotonic clock.
func (m *Memory) elapsed() time.Duration { return m.now().Sub(m.start) }
