package sqldedup

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// Claim implements dedup.Store: one statement for a new key, two otherwise.
func (s *Store) Claim(ctx context.Context, key dedup.Key, lease time.Duration) (dedup.Claim, error) {
	done, err := s.db.Turn.Take(ctx)
	if err != nil {
		return dedup.Claim{}, err
	}
	defer done()
	c, err := s.claim(ctx, key, lease)
	if err == nil {
		s.housekeep(ctx)
	}
	return c, err
}

func (s *Store) claim(ctx context.Context, key dedup.Key, lease time.Duration) (dedup.Claim, error) {
	h := key.Hash()
	// The key may be released between the two statements; if that happens time
	// and again, others are busy with it all the same.
	for range 3 {
		fence := newFence()
		var attempt int
		err := s.db.Scan(ctx, s.q.claim, []any{h[:], fence, sqlkit.Microseconds(lease), sqlkit.Microseconds(s.retention)}, &attempt)
		if err == nil {
			return dedup.Claim{Key: key, State: dedup.New, Fence: fence, Attempt: attempt}, nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return dedup.Claim{}, err
		}
		state, err := s.look(ctx, h)
		if err != nil {
			return dedup.Claim{}, err
		}
		if state != dedup.New {
			return dedup.Claim{Key: key, State: state}, nil
		}
	}
	return dedup.Claim{Key: key, State: dedup.InFlight}, nil
}

// look finds out why a key could not be claimed; New means it could be now.
func (s *Store) look(ctx context.Context, h dedup.Hash) (dedup.State, error) {
	r, err := s.read(ctx, h)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return dedup.New, nil
	case err != nil:
		return 0, err
	case r.state == stateDone:
		return dedup.Done, nil
	case r.state == stateFree || r.over:
		return dedup.New, nil
	}
	// A lease that ends later than if it were given now was given by a clock
	// that has been set back since; it must not last until then.
	_, err = s.db.Change(ctx, s.q.clamp, h[:], r.fence, r.until)
	return dedup.InFlight, err
}

// row is what the table has of a key; over is true when until is past.
type row struct {
	state        int
	fence, until int64
	over         bool
}

// read returns the row of a key, sql.ErrNoRows without one.
func (s *Store) read(ctx context.Context, h dedup.Hash) (r row, err error) {
	err = s.db.Scan(ctx, s.q.look, []any{h[:]}, &r.state, &r.fence, &r.until, &r.over)
	return r, err
}

// Known implements dedup.Knower.
func (s *Store) Known(ctx context.Context, key dedup.Key) (bool, error) {
	_, err := s.read(ctx, key.Hash())
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Commit implements dedup.Store.
func (s *Store) Commit(ctx context.Context, c dedup.Claim) error {
	held, err := s.update(ctx, s.q.commit, c)
	if err != nil || held {
		return err
	}
	r, err := s.read(ctx, c.Key.Hash())
	if errors.Is(err, sql.ErrNoRows) || err == nil && (r.state != stateDone || r.fence != c.Fence) {
		return dedup.ErrLost
	}
	return err
}

// Release implements dedup.Store.
func (s *Store) Release(ctx context.Context, c dedup.Claim) error {
	held, err := s.update(ctx, s.q.release, c)
	if err == nil && !held {
		return dedup.ErrLost
	}
	return err
}

// update runs a statement on the row of a claim and reports whether the claim
// is still held.
func (s *Store) update(ctx context.Context, q sqlkit.Query, c dedup.Claim, args ...any) (held bool, err error) {
	if c.State != dedup.New {
		return false, dedup.ErrNotClaimed
	}
	done, err := s.db.Turn.Take(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	return s.change(ctx, q, c, args...)
}

// change is update for a caller that has the turn to write.
func (s *Store) change(ctx context.Context, q sqlkit.Query, c dedup.Claim, args ...any) (held bool, err error) {
	h := c.Key.Hash()
	n, err := s.db.Change(ctx, q, append([]any{h[:], c.Fence}, args...)...)
	return n > 0, err
}

// newFence returns a number that no other claim has. Random ones need no
// counter that survives the deletion of a row.
func newFence() int64 { return rand.Int64N(1<<63-1) + 1 }
