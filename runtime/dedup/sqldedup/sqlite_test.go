package sqldedup_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver sqlite

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/deduptest"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
)

// sqliteFile opens a store in a new file.
func sqliteFile(t testing.TB, options ...sqldedup.Option) *sqldedup.Store {
	t.Helper()
	return openSQLite(t, filepath.Join(t.TempDir(), "redox.db"), options...)
}

func openSQLite(t testing.TB, path string, options ...sqldedup.Option) *sqldedup.Store {
	t.Helper()
	s, err := sqldedup.Open(t.Context(), "sqlite", "file:"+path, options...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

func TestSQLite(t *testing.T) {
	deduptest.Run(t, deduptest.Config{
		New: func(t *testing.T) dedup.Store { return sqliteFile(t) },
		NewRetaining: func(t *testing.T, r time.Duration) dedup.Store {
			return sqliteFile(t, sqldedup.WithRetention(r))
		},
		NewStalled: func(t *testing.T) (dedup.Store, func()) {
			path := filepath.Join(t.TempDir(), "redox.db")
			return openSQLite(t, path), func() { lockSQLite(t, path) }
		},
		Unwritable: unwritableSQLite,
	})
}

// lockSQLite holds the write lock as another program would, until the test ends.
func lockSQLite(t *testing.T, path string) {
	t.Helper()
	other, err := sql.Open("sqlite", "file:"+path)
	require.NoError(t, err)
	conn, err := other.Conn(t.Context())
	require.NoError(t, err)
	_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(); assert.NoError(t, other.Close()) })
}

// unwritableSQLite open stores whose tables are up to date.
var unwritableSQLite = map[string]func(t *testing.T) (dedup.Store, error){
	"opened read-only": func(t *testing.T) (dedup.Store, error) { return reopen(t, "?mode=ro") },
	"immutable":        func(t *testing.T) (dedup.Store, error) { return reopen(t, "?immutable=1") },
	"query_only":       func(t *testing.T) (dedup.Store, error) { return reopen(t, "?_pragma=query_only(1)") },
}

// reopen opens a store in the file of another, with options in the DSN.
func reopen(t *testing.T, options string) (dedup.Store, error) {
	t.Helper()
	s, err := sqldedup.Open(t.Context(), "sqlite", "file:"+closed(t)+options)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s, nil
}

// closed returns the path of a store that is up to date and not open.
func closed(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "redox.db")
	s, err := sqldedup.Open(t.Context(), "sqlite", "file:"+path)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	return path
}

// TestSQLiteOnceStalled: Once, Purge and opening heed their context while another
// program holds the lock.
func TestSQLiteOnceStalled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "redox.db")
	s := openSQLite(t, path)
	lockSQLite(t, path)
	for name, call := range map[string]func(context.Context) error{
		"Once": func(ctx context.Context) error { return s.Once(ctx, "k", func(*sql.Tx) error { return nil }) },
		"Purge": func(ctx context.Context) error {
			_, err := s.Purge(ctx)
			return err
		},
		"Open": func(ctx context.Context) error {
			_, err := sqldedup.Open(ctx, "sqlite", "file:"+path)
			return err
		},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		began := time.Now()
		assert.ErrorIs(t, call(ctx), context.DeadlineExceeded, name)
		assert.Less(t, time.Since(began), 5*time.Second, "%s: SQLite by itself waits for 10", name)
		cancel()
	}
	var wait int
	require.NoError(t, s.DB().QueryRow("PRAGMA busy_timeout").Scan(&wait))
	assert.Equal(t, 10000, wait, "the program's own statements wait as before")
}

// TestSQLiteFileGone: the system lets a file be deleted or moved while a program
// writes to it; what is written then is not there after a restart.
func TestSQLiteFileGone(t *testing.T) {
	rename := func(t *testing.T, path string) { require.NoError(t, os.Rename(path, path+".old")) }
	for name, gone := range map[string]func(t *testing.T, path string){
		"deleted": func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) },
		"moved":   rename,
		"replaced": func(t *testing.T, path string) {
			rename(t, path)
			openSQLite(t, path)
		},
		"without its WAL":   func(t *testing.T, path string) { require.NoError(t, os.Remove(path+"-wal")) },
		"directory deleted": func(t *testing.T, path string) { require.NoError(t, os.RemoveAll(filepath.Dir(path))) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "redox.db")
			s := openSQLite(t, path)
			c, err := s.Claim(t.Context(), "a", time.Minute)
			require.NoError(t, err)
			require.NoError(t, s.Ping(t.Context()))
			gone(t, path)
			const want = "deleted, moved or replaced while it was open"
			assert.ErrorContains(t, s.Commit(t.Context(), c), want)
			assert.ErrorContains(t, s.Extend(t.Context(), c, time.Minute), want)
			_, err = s.Claim(t.Context(), "b", time.Minute)
			assert.ErrorContains(t, err, want)
			assert.ErrorContains(t, s.Ping(t.Context()), want)
			ran := false
			assert.ErrorContains(t, s.Once(t.Context(), "c", func(*sql.Tx) error { ran = true; return nil }), want)
			assert.False(t, ran)
		})
	}
}

// TestSQLiteDurable: a DSN cannot make a store of Open forget, and New refuses
// what does.
func TestSQLiteDurable(t *testing.T) {
	for _, pragmas := range []string{
		"_pragma=synchronous(OFF)&_pragma=journal_mode(WAL)", "_pragma=synchronous(NORMAL)&_pragma=journal_mode(WAL)",
		"_pragma=journal_mode(DELETE)", "_pragma=journal_mode(MEMORY)", "_pragma=journal_mode(OFF)",
	} {
		dsn := "file:" + filepath.Join(t.TempDir(), "redox.db") + "?" + pragmas
		db, err := sql.Open("sqlite", dsn)
		require.NoError(t, err)
		_, err = sqldedup.New(t.Context(), db, "sqlite")
		assert.ErrorContains(t, err, "it needs the pragmas journal_mode = WAL and synchronous = FULL", pragmas)
		require.NoError(t, db.Close())
		s, err := sqldedup.Open(t.Context(), "sqlite", dsn)
		require.NoError(t, err, pragmas)
		require.NoError(t, s.Close())
	}
}

func TestSQLiteInMemory(t *testing.T) {
	deduptest.Run(t, deduptest.Config{New: func(t *testing.T) dedup.Store {
		s, err := sqldedup.Open(t.Context(), "sqlite", ":memory:")
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, s.Close()) })
		return s
	}})
}

// TestSQLiteShared: several handles on one file stand for several processes.
func TestSQLiteShared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "redox.db")
	stores := make([]*sqldedup.Store, 4)
	var wg sync.WaitGroup
	for i := range stores {
		wg.Go(func() { // all create and migrate the file at the same moment
			s, err := sqldedup.Open(context.Background(), "sqlite", "file:"+path)
			if assert.NoError(t, err) {
				stores[i] = s
			}
		})
	}
	wg.Wait()
	require.False(t, t.Failed())
	sharedBy(t, stores)
	for _, s := range stores {
		require.NoError(t, s.Close())
	}
	again := openSQLite(t, path)
	c, err := again.Claim(t.Context(), "key 1", time.Minute)
	require.NoError(t, err)
	assert.Equal(t, dedup.Done, c.State, "claims survive the processes")
}

// sharedBy has all stores claim the same keys; each key must be given once.
func sharedBy(t *testing.T, stores []*sqldedup.Store) {
	t.Helper()
	const keys = 25
	var mu sync.Mutex
	won := map[dedup.Key]int{}
	var wg sync.WaitGroup
	for _, s := range stores {
		wg.Go(func() {
			for i := range keys {
				key := dedup.Key(fmt.Sprint("key ", i))
				c, err := s.Claim(context.Background(), key, time.Minute)
				if !assert.NoError(t, err) || c.State != dedup.New {
					continue
				}
				assert.NoError(t, s.Commit(context.Background(), c))
				mu.Lock()
				won[key]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	assert.Len(t, won, keys)
	for key, n := range won {
		assert.Equal(t, 1, n, key)
	}
}

func TestSQLiteOnce(t *testing.T) {
	testOnce(t, func() *sqldedup.Store { return sqliteFile(t) })
}

// clock is a clock that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Jump(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestSQLiteClockSetBack(t *testing.T) {
	clock := &clock{now: time.Now()}
	s := sqliteFile(t, sqldedup.WithClock(clock.Now))
	dead, err := s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	clock.Jump(-24 * time.Hour)
	c, err := s.Claim(t.Context(), "a", time.Minute) // sees that the lease is too long
	require.NoError(t, err)
	require.Equal(t, dedup.InFlight, c.State)
	clock.Jump(time.Minute + time.Second)
	c, err = s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	assert.Equal(t, dedup.New, c.State, "the claim ends after one lease, not after a day")
	assert.ErrorIs(t, s.Commit(t.Context(), dead), dedup.ErrLost)
}

func TestSQLiteClockSetForward(t *testing.T) {
	clock := &clock{now: time.Now()}
	s := sqliteFile(t, sqldedup.WithClock(clock.Now))
	slow, err := s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	clock.Jump(24 * time.Hour)
	other, err := s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	require.Equal(t, dedup.New, other.State, "the lease ended early")
	assert.ErrorIs(t, s.Commit(t.Context(), slow), dedup.ErrLost, "but two cannot commit")
	assert.NoError(t, s.Commit(t.Context(), other))
}

func TestSQLitePurge(t *testing.T) {
	clock := &clock{now: time.Now()}
	s := sqliteFile(t, sqldedup.WithClock(clock.Now), sqldedup.WithRetention(time.Hour))
	testPurge(t, s, func() { clock.Jump(2 * time.Hour) })
}

func TestOpenErrors(t *testing.T) {
	_, err := sqldedup.Open(t.Context(), "mysql", "")
	require.ErrorContains(t, err, `unknown database driver "mysql"`)
	_, err = sqldedup.Open(t.Context(), "sqlite3", "")
	require.ErrorContains(t, err, `import it, such as _ "modernc.org/sqlite"`)
	_, err = sqldedup.Open(t.Context(), "sqlite", "file:/no/such/directory/redox.db")
	require.Error(t, err)
	for _, d := range []time.Duration{0, -time.Hour, time.Millisecond - 1} {
		_, err = sqldedup.Open(t.Context(), "sqlite", ":memory:", sqldedup.WithRetention(d))
		require.ErrorContains(t, err, "a retention of "+d.String())
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	s := sqliteFile(t)
	_, err := s.DB().ExecContext(t.Context(), "UPDATE redoxgen_schema SET version = 99")
	require.NoError(t, err)
	_, err = sqldedup.New(t.Context(), s.DB(), "sqlite")
	require.ErrorContains(t, err, "update the program")
}

func TestStoreDown(t *testing.T) {
	s := sqliteFile(t)
	claim, err := s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	_, err = s.Claim(t.Context(), "b", time.Minute)
	assert.Error(t, err)
	assert.NotErrorIs(t, err, dedup.ErrLost)
	assert.Error(t, s.Commit(t.Context(), claim))
	assert.Error(t, s.Ping(t.Context()))
	assert.Error(t, s.Once(t.Context(), "c", func(*sql.Tx) error { return nil }))
}
