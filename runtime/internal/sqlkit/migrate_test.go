package sqlkit_test

import (
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver sqlite

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// on runs a test on both databases; dsn is that of an empty one.
func on(t *testing.T, test func(t *testing.T, driver, dsn string)) {
	t.Run("SQLite", func(t *testing.T) {
		test(t, "sqlite", "file:"+filepath.Join(t.TempDir(), "redox.db"))
	})
	t.Run("PostgreSQL", func(t *testing.T) { test(t, "pgx", integration.Postgres(t)) })
}

func open(t *testing.T, driver, dsn string) *sqlkit.DB {
	t.Helper()
	db, err := sqlkit.Open(t.Context(), driver, dsn)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	d, err := sqlkit.New(t.Context(), db, driver, nil)
	require.NoError(t, err)
	return d
}

var steps = []string{
	"CREATE TABLE things (a integer NOT NULL)",
	"ALTER TABLE things ADD COLUMN b integer NOT NULL DEFAULT 7",
}

func TestMigrateStepByStep(t *testing.T) {
	on(t, func(t *testing.T, driver, dsn string) {
		db := open(t, driver, dsn)
		require.NoError(t, db.Migrate(t.Context(), "things", steps[:1]))
		_, err := db.Exec("INSERT INTO things (a) VALUES (1)")
		require.NoError(t, err)
		for range 2 { // the second time there is nothing to do
			require.NoError(t, db.Migrate(t.Context(), "things", steps))
		}
		var a, b int
		require.NoError(t, db.QueryRow("SELECT a, b FROM things").Scan(&a, &b))
		assert.Equal(t, []int{1, 7}, []int{a, b}, "data survives the migration")
		assert.ErrorContains(t, db.Migrate(t.Context(), "things", steps[:1]), "update the program")
		assert.NoError(t, db.Migrate(t.Context(), "other", []string{"CREATE TABLE other (a integer)"}), "components have versions of their own")
	})
}

func TestMigrateFailureLeavesNothing(t *testing.T) {
	on(t, func(t *testing.T, driver, dsn string) {
		db := open(t, driver, dsn)
		bad := []string{steps[0], "CREATE NONSENSE"}
		require.ErrorContains(t, db.Migrate(t.Context(), "things", bad), "migrate things from version 1")
		require.NoError(t, db.Migrate(t.Context(), "things", steps), "the first step was undone")
	})
}

func TestMigrateAtOnce(t *testing.T) {
	on(t, func(t *testing.T, driver, dsn string) {
		var wg sync.WaitGroup
		for range 6 {
			db := open(t, driver, dsn)
			wg.Go(func() { assert.NoError(t, db.Migrate(t.Context(), "things", steps)) })
		}
		wg.Wait()
	})
}

// TestMigrateUnderRoleWithoutCreate: an administrator creates the tables, and
// the program runs under a role that may only use them.
func TestMigrateUnderRoleWithoutCreate(t *testing.T) {
	dsn := integration.Postgres(t)
	admin := open(t, "pgx", dsn)
	require.NoError(t, admin.Migrate(t.Context(), "things", steps[:1]))
	role := integration.Role(t, dsn)
	app := open(t, "pgx", dsn+"&role="+role)
	require.NoError(t, app.Migrate(t.Context(), "things", steps[:1]))
	assert.Error(t, app.Migrate(t.Context(), "things", steps), "what is to be changed needs the administrator")
}

func TestSQLiteIsDurable(t *testing.T) {
	db := open(t, "sqlite", "file:"+filepath.Join(t.TempDir(), "redox.db"))
	for range 3 { // on every connection
		conn, err := db.Conn(t.Context())
		require.NoError(t, err)
		defer conn.Close()
		for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": "10000"} {
			var got string
			require.NoError(t, conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
			assert.Equal(t, want, got, pragma)
		}
	}
}
