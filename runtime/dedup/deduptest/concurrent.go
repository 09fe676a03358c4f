package deduptest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// testOneOfMany: of many workers that claim the same key at once one gets it.
func testOneOfMany(t *testing.T, c Config) {
	s := c.New(t)
	for round := range 10 {
		key := dedup.Key(fmt.Sprint("round ", round))
		var won atomic.Int32
		var wg sync.WaitGroup
		for range c.Workers {
			wg.Go(func() {
				claim, err := s.Claim(t.Context(), key, long)
				switch {
				case err != nil:
					t.Errorf("Claim: %v", err)
				case claim.State == dedup.New:
					won.Add(1)
				case claim.State != dedup.InFlight:
					t.Errorf("Claim = %+v, want new or in flight", claim)
				}
			})
		}
		wg.Wait()
		if n := won.Load(); n != 1 {
			t.Fatalf("%d workers hold the same key", n)
		}
	}
}

// testOutslept has workers that sleep for about as long as their lease, and
// commit at the moment at which others claim the key: of all commits of a key
// one succeeds.
func testOutslept(t *testing.T, c Config) {
	s := c.New(t)
	lease := c.Lease / 10 // many run out, and no harm if one does early
	for round := range 10 {
		key := dedup.Key(fmt.Sprint("round ", round))
		var committed atomic.Int32
		var wg sync.WaitGroup
		for range c.Workers {
			wg.Go(func() {
				if err := outsleep(t, s, key, lease, &committed); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := committed.Load(); n != 1 && !t.Failed() {
			t.Fatalf("%d workers committed the same key", n)
		}
	}
}

// outsleep claims the key until it is done, and counts commits. A worker that
// lost it asks for a longer lease: on a slow machine a store may take longer to
// answer than a short one lasts, and nobody would ever commit.
func outsleep(t *testing.T, s dedup.Store, key dedup.Key, lease time.Duration, committed *atomic.Int32) error {
	for t.Context().Err() == nil {
		claim, err := s.Claim(t.Context(), key, lease)
		switch {
		case err != nil:
			return fmt.Errorf("claim: %w", err)
		case claim.State == dedup.Done:
			return nil
		case claim.State != dedup.New:
			time.Sleep(time.Duration(rand.IntN(int(lease / 10))))
			continue
		}
		if rand.IntN(4) > 0 { // the others commit over who sleeps
			time.Sleep(lease - lease/20 + time.Duration(rand.IntN(int(lease/10))))
		}
		switch err = s.Commit(t.Context(), claim); {
		case err == nil:
			committed.Add(1)
		case errors.Is(err, dedup.ErrLost):
			lease *= 2
		default:
			return fmt.Errorf("commit: %w", err)
		}
	}
	return nil
}

// testStorm has workers claim, commit, release and abandon a few keys at
// random, and checks that no key ever has two holders whose leases run, that
// what is done stays done, and that every key gets done.
func testStorm(t *testing.T, c Config) {
	s := c.New(t)
	const keys = 20
	var storm storm
	var wg sync.WaitGroup
	from := testenv.Seed(t, rand.Uint64())
	for w := range c.Workers {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(from, uint64(w)))
			for !storm.over(keys) && t.Context().Err() == nil {
				if err := storm.step(t, s, r, dedup.Key(fmt.Sprint("key ", r.IntN(keys))), c.Lease); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// storm is what the workers know of the keys together.
type storm struct {
	mu      sync.Mutex
	holders map[dedup.Key]holder
	done    map[dedup.Key]bool
}

type holder struct {
	fence int64
	until time.Time
}

func (m *storm) over(keys int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.done) == keys
}

func (m *storm) step(t *testing.T, s dedup.Store, r *rand.Rand, key dedup.Key, lease time.Duration) error {
	wasDone := m.isDone(key)
	asked := time.Now()
	claim, err := s.Claim(t.Context(), key, lease)
	if err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	if wasDone && claim.State != dedup.Done {
		return fmt.Errorf("a done key was claimed in state %q", claim.State)
	}
	if claim.State != dedup.New {
		// Waiting workers must not drown the ones that hold the keys.
		time.Sleep(time.Duration(r.IntN(int(lease / 20))))
		return nil
	}
	if err := m.hold(key, claim.Fence, asked, lease); err != nil {
		return err
	}
	switch r.IntN(10) {
	case 0:
		return nil // abandoned: the worker died
	case 1, 2, 3:
		m.letGo(key, claim.Fence)
		return lostIsFine(s.Release(t.Context(), claim))
	default:
		m.letGo(key, claim.Fence)
		err := s.Commit(t.Context(), claim)
		if err == nil {
			m.finish(key)
		}
		return lostIsFine(err)
	}
}

// lostIsFine: on a slow machine a lease may run out while its worker is at it.
func lostIsFine(err error) error {
	if errors.Is(err, dedup.ErrLost) {
		return nil
	}
	return err
}

func (m *storm) isDone(key dedup.Key) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.done[key]
}

// hold notes a new holder. The claim was given after asked, so its lease
// cannot end before asked plus lease.
func (m *storm) hold(key dedup.Key, fence int64, asked time.Time, lease time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.holders == nil {
		m.holders, m.done = map[dedup.Key]holder{}, map[dedup.Key]bool{}
	}
	// A tenth of the lease is left for clocks that tick in milliseconds.
	if h, ok := m.holders[key]; ok && time.Now().Before(h.until.Add(-lease/10)) {
		return fmt.Errorf("%q was claimed while another lease of it ran", key)
	}
	m.holders[key] = holder{fence, asked.Add(lease)}
	return nil
}

func (m *storm) letGo(key dedup.Key, fence int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.holders[key].fence == fence {
		delete(m.holders, key)
	}
}

func (m *storm) finish(key dedup.Key) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done[key] = true
}
