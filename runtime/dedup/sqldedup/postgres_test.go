package sqldedup_test

import (
	"context"
	"database/sql"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/deduptest"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/internal/itest"
)

func openPostgres(t testing.TB, dsn string, options ...sqldedup.Option) *sqldedup.Store {
	t.Helper()
	s, err := sqldedup.Open(t.Context(), "pgx", dsn, options...)
	require.NoError(t, err)
	s.DB().SetMaxOpenConns(10)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

func TestPostgres(t *testing.T) {
	deduptest.Run(t, deduptest.Config{
		New: func(t *testing.T) dedup.Store { return openPostgres(t, itest.Postgres(t)) },
		NewRetaining: func(t *testing.T, r time.Duration) dedup.Store {
			return openPostgres(t, itest.Postgres(t), sqldedup.WithRetention(r))
		},
	})
}

func TestPostgresOnce(t *testing.T) {
	testOnce(t, func() *sqldedup.Store { return openPostgres(t, itest.Postgres(t)) })
}

func TestPostgresShared(t *testing.T) {
	dsn := itest.Postgres(t)
	stores := make([]*sqldedup.Store, 4)
	var wg sync.WaitGroup
	for i := range stores {
		wg.Go(func() { // all create and migrate the tables at the same moment
			s, err := sqldedup.Open(context.Background(), "pgx", dsn)
			if assert.NoError(t, err) {
				stores[i] = s
				t.Cleanup(func() { assert.NoError(t, s.Close()) })
			}
		})
	}
	wg.Wait()
	require.False(t, t.Failed())
	sharedBy(t, stores)
}

func TestPostgresPurge(t *testing.T) {
	s := openPostgres(t, itest.Postgres(t), sqldedup.WithRetention(time.Hour))
	testPurge(t, s, func() {
		exec(t, s, "UPDATE redoxgen_dedup SET seen = seen - 7200000000")
	})
}

// TestPostgresClockSetBack: a lease given by a server clock that has since been
// set back looks as if it ended tomorrow.
func TestPostgresClockSetBack(t *testing.T) {
	s := openPostgres(t, itest.Postgres(t))
	dead, err := s.Claim(t.Context(), "a", 100*time.Millisecond)
	require.NoError(t, err)
	exec(t, s, "UPDATE redoxgen_dedup SET until = until + 86400000000")
	c, err := s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	require.Equal(t, dedup.InFlight, c.State)
	time.Sleep(150 * time.Millisecond)
	c, err = s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	assert.Equal(t, dedup.New, c.State)
	assert.ErrorIs(t, s.Commit(t.Context(), dead), dedup.ErrLost)
}

// TestPostgresIsolation: a server or role may have another default than READ
// COMMITTED.
func TestPostgresIsolation(t *testing.T) {
	for _, level := range []string{"repeatable read", "serializable"} {
		t.Run(level, func(t *testing.T) {
			empty := func(t *testing.T) string {
				u, err := url.Parse(itest.Postgres(t))
				require.NoError(t, err)
				u.RawQuery += "&default_transaction_isolation=" + url.PathEscape(level)
				return u.String()
			}
			deduptest.Run(t, deduptest.Config{New: func(t *testing.T) dedup.Store { return openPostgres(t, empty(t)) }})
			dsn := empty(t)
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() { // migrate at once, then wait for each other
					s, err := sqldedup.Open(context.Background(), "pgx", dsn)
					if !assert.NoError(t, err) {
						return
					}
					defer s.Close()
					assert.NoError(t, s.Once(context.Background(), "a", func(*sql.Tx) error {
						time.Sleep(20 * time.Millisecond)
						return nil
					}))
				})
			}
			wg.Wait()
		})
	}
}
