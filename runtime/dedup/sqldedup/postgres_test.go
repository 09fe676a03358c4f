package sqldedup_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/deduptest"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
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
		New: func(t *testing.T) dedup.Store { return openPostgres(t, integration.Postgres(t)) },
		NewRetaining: func(t *testing.T, r time.Duration) dedup.Store {
			return openPostgres(t, integration.Postgres(t), sqldedup.WithRetention(r))
		},
		NewStalled: func(t *testing.T) (dedup.Store, func()) {
			dsn, stall := integration.StallingPostgres(t)
			return openPostgres(t, dsn), stall
		},
		Unwritable: map[string]func(t *testing.T) (dedup.Store, error){
			"read-only, as a replica": func(t *testing.T) (dedup.Store, error) {
				dsn := integration.Postgres(t)
				openPostgres(t, dsn)
				return storeOrError(t, dsn+"&default_transaction_read_only=on")
			},
			"without INSERT": withoutRight("INSERT"), "without UPDATE": withoutRight("UPDATE"), "without DELETE": withoutRight("DELETE"),
		},
	})
}

// storeOrError opens a store as a dedup.Store.
func storeOrError(t *testing.T, dsn string) (dedup.Store, error) {
	s, err := sqldedup.Open(t.Context(), "pgx", dsn)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s, nil
}

// withoutRight opens a store, whose tables are up to date, as a role that has
// all rights to them but one.
func withoutRight(right string) func(t *testing.T) (dedup.Store, error) {
	return func(t *testing.T) (dedup.Store, error) {
		dsn := integration.Postgres(t)
		admin := openPostgres(t, dsn)
		role := integration.Role(t, dsn)
		exec(t, admin, "REVOKE "+right+" ON redoxgen_dedup FROM "+role)
		return storeOrError(t, dsn+"&role="+role)
	}
}

// TestPostgresOnceStalled: Once and Purge heed their context while the server
// says nothing, before the effect and after it.
func TestPostgresOnceStalled(t *testing.T) {
	for _, cancelled := range []bool{false, true} {
		dsn, stall := integration.StallingPostgres(t)
		s := openPostgres(t, dsn)
		short := func() (context.Context, context.CancelFunc) {
			if cancelled {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(300*time.Millisecond, cancel)
				return ctx, cancel
			}
			return context.WithTimeout(t.Context(), 300*time.Millisecond)
		}
		for _, call := range []func(context.Context) error{
			func(ctx context.Context) error { return s.Once(ctx, "k", func(*sql.Tx) error { stall(); return nil }) },
			func(ctx context.Context) error { return s.Once(ctx, "k", func(*sql.Tx) error { return nil }) },
			func(ctx context.Context) error { _, err := s.Purge(ctx); return err },
		} {
			ctx, cancel := short()
			began := time.Now()
			require.Error(t, call(ctx))
			assert.Less(t, time.Since(began), 5*time.Second, "the server does not answer at all")
			cancel()
		}
	}
}

// TestPostgresMachineDies: a receiver's machine loses its power while an effect
// runs within Once, and the server does not learn it. Its transaction ends soon after
// the deadline of its context, and others can have the key.
func TestPostgresMachineDies(t *testing.T) {
	dsn, stall := integration.StallingPostgres(t)
	dead, s := openPostgres(t, dsn), openPostgres(t, integration.Direct(t, dsn))
	exec(t, s, "CREATE TABLE effects (what text NOT NULL)")
	var first atomic.Bool
	effect := func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO effects VALUES ('bed 12')")
		if first.CompareAndSwap(false, true) {
			stall()
			time.Sleep(time.Minute) // it never comes back
		}
		return err
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	go dead.Once(ctx, "k", effect) // nobody is left to hear
	require.Eventually(t, first.Load, 5*time.Second, 10*time.Millisecond)
	patient, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, s.Once(patient, "k", effect))
	assert.Less(t, time.Since(began), 15*time.Second, "not the minute that the effect would take")
	var n int
	require.NoError(t, s.DB().QueryRow("SELECT count(*) FROM effects").Scan(&n))
	assert.Equal(t, 1, n)
}

// TestPostgresLimits: Once has the server end what outlasts its context, and
// makes nothing longer that the server has set.
func TestPostgresLimits(t *testing.T) {
	dsn := integration.Postgres(t)
	for _, test := range []struct {
		server   string // what is set already
		deadline time.Duration
		want     map[string]string
	}{
		{"", 29 * time.Second, map[string]string{"idle_in_transaction_session_timeout": "29", "statement_timeout": "29", "tcp_user_timeout": "29"}},
		{"&idle_in_transaction_session_timeout=5s&statement_timeout=90s&tcp_user_timeout=7000", 29 * time.Second,
			map[string]string{"idle_in_transaction_session_timeout": "5", "statement_timeout": "29", "tcp_user_timeout": "7"}},
		{"", 0, map[string]string{"idle_in_transaction_session_timeout": "600", "statement_timeout": "0"}},
		{"", 1000 * time.Hour, map[string]string{"idle_in_transaction_session_timeout": "86400"}},
	} {
		s := openPostgres(t, dsn+test.server)
		ctx, cancel := t.Context(), context.CancelFunc(func() {})
		if test.deadline > 0 {
			ctx, cancel = context.WithTimeout(ctx, test.deadline)
		}
		require.NoError(t, s.Once(ctx, dedup.Key(fmt.Sprint(test)), func(tx *sql.Tx) error {
			for name, want := range test.want {
				var got string
				// tcp_user_timeout is shown without its unit.
				require.NoError(t, tx.QueryRow(`SELECT floor(extract(epoch from regexp_replace(current_setting($1), '^\d+$', '\&ms')::interval))::text`, name).Scan(&got))
				assert.Equal(t, want, got, "%s of %+v", name, test)
			}
			return nil
		}))
		cancel()
	}
}

// TestPostgresDurable: a role, database or DSN may have synchronous_commit off,
// under which a crash of the server forgets what was answered. A deferred
// trigger sees the setting with which each write is committed.
func TestPostgresDurable(t *testing.T) {
	for setting, want := range map[string]string{"off": "on", "on": "on", "local": "local", "remote_apply": "remote_apply"} {
		dsn := integration.Postgres(t)
		s := openPostgres(t, dsn+"&synchronous_commit="+setting)
		exec(t, s, `CREATE TABLE commits (setting text)`)
		exec(t, s, `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO commits VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$`)
		exec(t, s, `CREATE CONSTRAINT TRIGGER note AFTER INSERT OR UPDATE ON redoxgen_dedup DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note()`)
		c, err := s.Claim(t.Context(), "a", time.Minute)
		require.NoError(t, err)
		require.NoError(t, s.Extend(t.Context(), c, time.Minute))
		require.NoError(t, s.Commit(t.Context(), c))
		c, err = s.Claim(t.Context(), "b", time.Minute)
		require.NoError(t, err)
		require.NoError(t, s.Release(t.Context(), c))
		require.NoError(t, s.Once(t.Context(), "c", func(*sql.Tx) error { return nil }))
		var n, other int
		require.NoError(t, s.DB().QueryRow("SELECT count(*), count(*) FILTER (WHERE setting <> $1) FROM commits", want).Scan(&n, &other))
		assert.Equal(t, 6, n)
		assert.Zero(t, other, setting)
		var after string
		require.NoError(t, s.DB().QueryRow("SHOW synchronous_commit").Scan(&after))
		assert.Equal(t, setting, after, "the program's own statements are as they were")
	}
}

// TestPostgresPool: many deliveries at once leave connections to other programs,
// and effects within Once leave some to the renewal of leases.
func TestPostgresPool(t *testing.T) {
	s, err := sqldedup.Open(t.Context(), "pgx", integration.Postgres(t))
	require.NoError(t, err)
	defer s.Close()
	held, err := s.Claim(t.Context(), "held", time.Minute)
	require.NoError(t, err)
	end := make(chan struct{})
	var running atomic.Int32
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			assert.NoError(t, s.Once(context.Background(), dedup.Key(fmt.Sprint(i)), func(*sql.Tx) error {
				running.Add(1)
				<-end
				return nil
			}))
		})
	}
	require.Eventually(t, func() bool { return running.Load() == 15 }, 10*time.Second, 10*time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	assert.NoError(t, s.Extend(ctx, held, time.Minute))
	assert.LessOrEqual(t, s.DB().Stats().OpenConnections, 20)
	close(end)
	wg.Wait()
	assert.EqualValues(t, 200, running.Load())
	assert.LessOrEqual(t, s.DB().Stats().OpenConnections, 20)
}

func TestPostgresOnce(t *testing.T) {
	testOnce(t, func() *sqldedup.Store { return openPostgres(t, integration.Postgres(t)) })
}

func TestPostgresShared(t *testing.T) {
	dsn := integration.Postgres(t)
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
	s := openPostgres(t, integration.Postgres(t), sqldedup.WithRetention(time.Hour))
	testPurge(t, s, func() {
		exec(t, s, "UPDATE redoxgen_dedup SET seen = seen - 7200000000")
	})
}

// TestPostgresClockSetBack: a lease given by a server clock that has since been
// set back looks as if it ended tomorrow.
func TestPostgresClockSetBack(t *testing.T) {
	s := openPostgres(t, integration.Postgres(t))
	const lease = time.Second // in which the statements below are done
	dead, err := s.Claim(t.Context(), "a", lease)
	require.NoError(t, err)
	exec(t, s, "UPDATE redoxgen_dedup SET until = until + 86400000000")
	c, err := s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	require.Equal(t, dedup.InFlight, c.State)
	time.Sleep(lease + 100*time.Millisecond)
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
				u, err := url.Parse(integration.Postgres(t))
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
