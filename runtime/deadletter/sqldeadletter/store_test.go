package sqldeadletter_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver sqlite

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/deadletter/deadlettertest"
	"github.com/redoxgen/redoxgen/runtime/deadletter/sqldeadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// open puts the store beside a dedup store, as a receiver would.
func open(t *testing.T, driver, dsn string) deadletter.Store {
	t.Helper()
	claims, err := sqldedup.Open(t.Context(), driver, dsn)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, claims.Close()) })
	for range 2 { // the second time finds everything in place
		_, err = sqldeadletter.New(t.Context(), claims.DB(), driver)
		require.NoError(t, err)
	}
	store, err := sqldeadletter.New(t.Context(), claims.DB(), driver)
	require.NoError(t, err)
	return store
}

func TestSQLite(t *testing.T) {
	deadlettertest.Run(t, func(t *testing.T) deadletter.Store {
		return open(t, "sqlite", "file:"+filepath.Join(t.TempDir(), "redox.db"))
	})
}

func TestPostgres(t *testing.T) {
	dsn := integration.Postgres // skips here, not in a subtest
	_ = dsn(t)
	deadlettertest.Run(t, func(t *testing.T) deadletter.Store { return open(t, "pgx", dsn(t)) })
}

// TestPostgresIsolation: a server or role may have another default than READ
// COMMITTED.
func TestPostgresIsolation(t *testing.T) {
	dsn := integration.Postgres
	_ = dsn(t)
	deadlettertest.Run(t, func(t *testing.T) deadletter.Store {
		return open(t, "pgx", dsn(t)+"&default_transaction_isolation=serializable")
	})
}

func TestSQLiteStalled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "redox.db")
	deadlettertest.Stalled(t, open(t, "sqlite", "file:"+path), func() {
		other, err := sql.Open("sqlite", "file:"+path)
		require.NoError(t, err)
		conn, err := other.Conn(t.Context())
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close(); assert.NoError(t, other.Close()) })
		_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
		require.NoError(t, err)
	}, true)
}

func TestPostgresStalled(t *testing.T) {
	dsn, stall := integration.StallingPostgres(t)
	deadlettertest.Stalled(t, open(t, "pgx", dsn), stall, false)
}

// TestUnwritable: a store that takes no messages is found out when it is opened.
func TestUnwritable(t *testing.T) {
	reopen := func(t *testing.T, driver, dsn string) error {
		db, err := sqlkit.Open(t.Context(), driver, dsn)
		if err != nil {
			return err
		}
		defer db.Close()
		_, err = sqldeadletter.New(t.Context(), db, driver)
		return err
	}
	t.Run("SQLite", func(t *testing.T) {
		file := "file:" + filepath.Join(t.TempDir(), "redox.db")
		open(t, "sqlite", file)
		assert.ErrorContains(t, reopen(t, "sqlite", file+"?mode=ro"), "takes no writes")
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		dsn := integration.Postgres(t)
		open(t, "pgx", dsn)
		assert.ErrorContains(t, reopen(t, "pgx", dsn+"&default_transaction_read_only=on"), "takes no writes")
		role := integration.Role(t, dsn)
		assert.NoError(t, reopen(t, "pgx", dsn+"&role="+role))
		db, err := sqlkit.Open(t.Context(), "pgx", dsn)
		require.NoError(t, err)
		defer db.Close()
		_, err = db.Exec("REVOKE INSERT ON redoxgen_deadletter FROM " + role)
		require.NoError(t, err)
		assert.ErrorContains(t, reopen(t, "pgx", dsn+"&role="+role), "takes no writes")
	})
}

// TestSQLiteFileGone: a message that goes to a file that was deleted is not kept.
func TestSQLiteFileGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "redox.db")
	store := open(t, "sqlite", "file:"+path)
	require.NoError(t, os.Remove(path))
	assert.ErrorContains(t, store.Put(t.Context(), deadlettertest.Message("a", 1, "{}")), "deleted, moved or replaced")
}

// TestPostgresDurable: messages are committed with synchronous_commit on where a
// role has it off; a deferred trigger sees the setting of the commit.
func TestPostgresDurable(t *testing.T) {
	dsn := integration.Postgres(t)
	store := open(t, "pgx", dsn+"&synchronous_commit=off")
	db, err := sqlkit.Open(t.Context(), "pgx", dsn)
	require.NoError(t, err)
	defer db.Close()
	for _, statement := range []string{
		`CREATE TABLE commits (setting text)`,
		`CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO commits VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$`,
		`CREATE CONSTRAINT TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON redoxgen_deadletter DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note()`,
	} {
		_, err := db.Exec(statement)
		require.NoError(t, err)
	}
	m := deadlettertest.Message("a", 1, "{}")
	require.NoError(t, store.Put(t.Context(), m))
	require.NoError(t, store.Put(t.Context(), m))
	require.NoError(t, store.Remove(t.Context(), m))
	var commits string
	require.NoError(t, db.QueryRow("SELECT string_agg(setting, ' ') FROM commits").Scan(&commits))
	assert.Equal(t, "on on on", commits)
}

func TestUnknownDriver(t *testing.T) {
	_, err := sqldeadletter.New(t.Context(), nil, "oracle")
	assert.ErrorContains(t, err, "oracle")
}
