package sqldedup_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
)

const shortLease = 300 * time.Millisecond

// keep renews a claim as a webhook does, until the returned function is called.
func keep(t *testing.T, s *sqldedup.Store, c dedup.Claim) (stop func()) {
	t.Helper()
	over := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-over:
				return
			case <-time.After(shortLease / 3):
			}
			ctx, cancel := context.WithTimeout(context.Background(), shortLease/4)
			// One answer may be late, as a webhook would ask again.
			assert.NotErrorIs(t, s.Extend(ctx, c, shortLease), dedup.ErrLost)
			cancel()
		}
	})
	return sync.OnceFunc(func() { close(over); wg.Wait() })
}

// testEffectOutlastsLease: an effect that is longer than the lease ends neither
// the lease of its own message nor that of another, however the effect ends.
// rival is another process's store.
func testEffectOutlastsLease(t *testing.T, s, rival *sqldedup.Store) {
	boom := errors.New("boom")
	exec(t, s, "CREATE TABLE effects (what text NOT NULL)")
	for name, end := range map[string]func(cancel func()) error{
		"committed": func(func()) error { return nil },
		"undone":    func(func()) error { return boom },
		"cancelled": func(cancel func()) error { cancel(); return nil },
		"panic":     func(func()) error { panic(boom) },
	} {
		t.Run(name, func(t *testing.T) {
			own, other, dead := dedup.Key("own "+name), dedup.Key("other "+name), dedup.Key("dead "+name)
			claims := map[dedup.Key]dedup.Claim{}
			for _, key := range []dedup.Key{own, other, dead} {
				c, err := s.Claim(t.Context(), key, shortLease)
				require.NoError(t, err)
				claims[key] = c
			}
			stopOwn, stopOther := keep(t, s, claims[own]), keep(t, s, claims[other])
			defer stopOwn()
			defer stopOther()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var err error
			func() {
				defer func() {
					if p := recover(); p != nil {
						err = p.(error)
					}
				}()
				err = s.Once(ctx, own.Sub("part"), func(tx *sql.Tx) error {
					_, err := tx.Exec("INSERT INTO effects (what) VALUES ('" + name + "')")
					require.NoError(t, err)
					time.Sleep(3 * shortLease)
					return end(cancel)
				})
			}()
			assert.Equal(t, name == "committed", err == nil, "%v", err)
			for key, want := range map[dedup.Key]dedup.State{own: dedup.InFlight, other: dedup.InFlight, dead: dedup.New} {
				c, err := rival.Claim(t.Context(), key, time.Minute)
				require.NoError(t, err)
				assert.Equal(t, want, c.State, key)
			}
			var n int
			require.NoError(t, rival.DB().QueryRow("SELECT count(*) FROM effects WHERE what = '"+name+"'").Scan(&n))
			assert.Equal(t, err == nil, n == 1)
			stopOwn()
			stopOther()
			assert.NoError(t, s.Commit(t.Context(), claims[own]))
			assert.NoError(t, s.Release(t.Context(), claims[other]))
		})
	}
}

func TestSQLiteEffectOutlastsLease(t *testing.T) {
	path := filepath.Join(t.TempDir(), "redox.db")
	testEffectOutlastsLease(t, openSQLite(t, path), openSQLite(t, path))
}

func TestSQLiteInMemoryEffectOutlastsLease(t *testing.T) {
	s, err := sqldedup.Open(t.Context(), "sqlite", ":memory:")
	require.NoError(t, err)
	defer s.Close()
	testEffectOutlastsLease(t, s, s)
}

func TestPostgresEffectOutlastsLease(t *testing.T) {
	dsn := integration.Postgres(t)
	testEffectOutlastsLease(t, openPostgres(t, dsn), openPostgres(t, dsn))
}

// TestSQLiteLostDuringEffect: a claim that was lost before is not renewed.
func TestSQLiteLostDuringEffect(t *testing.T) {
	s := sqliteFile(t)
	lost, err := s.Claim(t.Context(), "a", time.Millisecond)
	require.NoError(t, err)
	time.Sleep(5 * time.Millisecond)
	next, err := s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	require.NoError(t, s.Once(t.Context(), "b", func(*sql.Tx) error {
		assert.ErrorIs(t, s.Extend(t.Context(), lost, time.Minute), dedup.ErrLost)
		assert.ErrorIs(t, s.Extend(t.Context(), dedup.Claim{Key: "none", State: dedup.New, Fence: 1}, time.Minute), dedup.ErrLost)
		return nil
	}))
	assert.NoError(t, s.Commit(t.Context(), next))
}
