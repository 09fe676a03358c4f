package sqldedup

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// effect is what runs within Once while its transaction holds SQLite's write
// lock. Nobody can claim a key then, in no process, so that a renewal is granted
// at once and written when the effect is over.
type effect struct {
	mu      sync.Mutex
	running chan struct{} // closed while an effect runs
	on      bool
	asked   map[dedup.Hash]renewal
}

// renewal is what the holder of a claim asked for.
type renewal struct {
	fence int64
	lease time.Duration
}

func newEffect() *effect { return &effect{running: make(chan struct{})} }

func (e *effect) begin() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.on, e.asked = true, map[dedup.Hash]renewal{}
	close(e.running)
}

// end returns the renewals that were asked for, nil if it ended before.
func (e *effect) end() map[dedup.Hash]renewal {
	e.mu.Lock()
	defer e.mu.Unlock()
	asked := e.asked
	if e.on {
		e.on, e.asked, e.running = false, nil, make(chan struct{})
	}
	return asked
}

// started returns a channel that is closed when an effect runs.
func (e *effect) started() <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.running
}

// ask notes a renewal unless no effect runs any more.
func (e *effect) ask(c dedup.Claim, lease time.Duration) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.on {
		e.asked[c.Key.Hash()] = renewal{c.Fence, lease}
	}
	return e.on
}

// Extend implements dedup.Store.
func (s *Store) Extend(ctx context.Context, c dedup.Claim, lease time.Duration) error {
	held, err := s.extend(ctx, c, lease)
	if err == nil && !held {
		return dedup.ErrLost
	}
	return err
}

func (s *Store) extend(ctx context.Context, c dedup.Claim, lease time.Duration) (held bool, err error) {
	if s.effect == nil || c.State != dedup.New {
		return s.update(ctx, s.q.extend, c, sqlkit.Microseconds(lease))
	}
	for {
		done, err := s.db.Turn.TakeUnless(ctx, s.effect.started())
		if err != nil {
			return false, err
		}
		if done != nil {
			defer done()
			return s.change(ctx, s.q.extend, c, sqlkit.Microseconds(lease))
		}
		if s.effect.ask(c, lease) {
			return s.holds(ctx, c)
		}
	}
}

// holds reports whether a claim is held, without the write lock. The one
// connection of a database in memory is busy with the effect: there the answer
// has to wait for the next renewal.
func (s *Store) holds(ctx context.Context, c dedup.Claim) (bool, error) {
	if s.db.Stats().MaxOpenConnections == 1 {
		return true, nil
	}
	r, err := s.read(ctx, c.Key.Hash())
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return r.state == stateClaimed && r.fence == c.Fence, err
}

// renew writes the renewals that were asked for while the effect of tx ran.
func (s *Store) renew(tx *sql.Tx) error {
	for h, r := range s.effect.end() {
		if _, err := s.db.ChangeBy(context.Background(), tx, s.q.extend, h[:], r.fence, sqlkit.Microseconds(r.lease)); err != nil {
			return err
		}
	}
	return nil
}
