package sqldedup_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// testOnce checks Once on a database; open returns an empty one.
func testOnce(t *testing.T, open func() *sqldedup.Store) {
	s := open()
	exec(t, s, "CREATE TABLE effects (what text NOT NULL)")
	effect := func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO effects (what) VALUES ('a')")
		return err
	}
	effects := func() (n int) {
		require.NoError(t, s.DB().QueryRow("SELECT count(*) FROM effects").Scan(&n))
		return n
	}

	t.Run("failure undoes effect and mark", func(t *testing.T) {
		boom := errors.New("boom")
		err := s.Once(t.Context(), "k", func(tx *sql.Tx) error {
			require.NoError(t, effect(tx))
			return boom
		})
		require.ErrorIs(t, err, boom)
		assert.PanicsWithValue(t, "bang", func() {
			_ = s.Once(t.Context(), "k", func(tx *sql.Tx) error {
				require.NoError(t, effect(tx))
				panic("bang")
			})
		})
		assert.Equal(t, 0, effects())
	})
	t.Run("no key", func(t *testing.T) {
		for range 2 {
			assert.ErrorContains(t, s.Once(t.Context(), webhook.Delivery{}.Key(), effect), "needs a key")
		}
		assert.Equal(t, 0, effects())
	})
	t.Run("once and not again", func(t *testing.T) {
		for range 3 {
			require.NoError(t, s.Once(t.Context(), "k", effect))
		}
		assert.Equal(t, 1, effects())
		c, err := s.Claim(t.Context(), "k", time.Minute)
		require.NoError(t, err)
		assert.Equal(t, dedup.Done, c.State)
	})
	t.Run("within a claim of the same key", func(t *testing.T) {
		claim, err := s.Claim(t.Context(), "claimed", time.Minute)
		require.NoError(t, err)
		require.NoError(t, s.Once(t.Context(), "claimed", effect))
		assert.Equal(t, 2, effects())
		assert.NoError(t, s.Commit(t.Context(), claim), "the holder finds its own claim done")
		assert.ErrorIs(t, s.Release(t.Context(), claim), dedup.ErrLost, "what is done stays done")
	})
	t.Run("simultaneous", func(t *testing.T) {
		before := effects()
		var ran atomic.Int32
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				for i := range 10 {
					assert.NoError(t, s.Once(context.Background(), dedup.Key(fmt.Sprint("many ", i)), func(tx *sql.Tx) error {
						ran.Add(1)
						return effect(tx)
					}))
				}
			})
		}
		wg.Wait()
		assert.EqualValues(t, 10, ran.Load())
		assert.Equal(t, before+10, effects())
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		before := effects()
		err := s.Once(ctx, "cancelled", func(tx *sql.Tx) error {
			require.NoError(t, effect(tx))
			cancel()
			return nil
		})
		require.Error(t, err)
		assert.Equal(t, before, effects())
		require.NoError(t, s.Once(t.Context(), "cancelled", effect))
		assert.Equal(t, before+1, effects())
	})
}

func exec(t testing.TB, s *sqldedup.Store, statement string) {
	t.Helper()
	_, err := s.DB().ExecContext(t.Context(), statement)
	require.NoError(t, err)
}

// testPurge checks that old keys go by themselves; old makes all keys old.
func testPurge(t *testing.T, s *sqldedup.Store, old func()) {
	const n = 300
	for i := range n {
		c, err := s.Claim(t.Context(), dedup.Key(fmt.Sprint("old ", i)), time.Minute)
		require.NoError(t, err)
		require.NoError(t, s.Commit(t.Context(), c))
	}
	old()
	held, err := s.Claim(t.Context(), "held", time.Minute)
	require.NoError(t, err)
	for i := range 200 {
		c, err := s.Claim(t.Context(), dedup.Key(fmt.Sprint("new ", i)), time.Minute)
		require.NoError(t, err)
		require.NoError(t, s.Commit(t.Context(), c))
	}
	var left int
	require.NoError(t, s.DB().QueryRow("SELECT count(*) FROM redoxgen_dedup").Scan(&left))
	assert.Equal(t, 201, left, "the old ones were deleted on the way")
	require.NoError(t, s.Commit(t.Context(), held))
	purged, err := s.Purge(t.Context())
	require.NoError(t, err)
	assert.Zero(t, purged)
}

// TestSQLitePurgeKeepsUp: a message has a key for each of its handlers that use
// Once, and some programs use nothing but Once.
func TestSQLitePurgeKeepsUp(t *testing.T) {
	const messages, parts, retained = 600, 6, 50
	clock := &clock{now: time.Now()}
	s, err := sqldedup.Open(t.Context(), "sqlite", ":memory:", sqldedup.WithClock(clock.Now), sqldedup.WithRetention(retained*time.Second))
	require.NoError(t, err)
	defer s.Close()
	for claiming, most := range map[bool]int{true: (parts + 1) * retained, false: parts * retained} {
		for i := range messages {
			key := dedup.Key(fmt.Sprint(claiming, i))
			if claiming {
				c, err := s.Claim(t.Context(), key, time.Minute)
				require.NoError(t, err)
				require.NoError(t, s.Commit(t.Context(), c))
			}
			for part := range parts {
				require.NoError(t, s.Once(t.Context(), key.Sub(fmt.Sprint(part)), func(*sql.Tx) error { return nil }))
			}
			clock.Jump(time.Second)
		}
		var n int
		require.NoError(t, s.DB().QueryRow("SELECT count(*) FROM redoxgen_dedup").Scan(&n))
		assert.Less(t, n, most+2*128, "claiming: %v", claiming)
	}
}
