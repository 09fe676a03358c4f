package sqlinbox_test

import (
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/inboxtest"
	"github.com/redoxgen/redoxgen/runtime/inbox/sqlinbox"
)

func file(t testing.TB) string { return "file:" + filepath.Join(t.TempDir(), "redox.db") }

func open(t testing.TB, driver, dsn string, options ...sqlinbox.Option) *sqlinbox.Box {
	t.Helper()
	b, err := sqlinbox.Open(t.Context(), driver, dsn, options...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, b.Close()) })
	return b
}

func TestSQLite(t *testing.T) {
	inboxtest.Run(t, inboxtest.Config{
		New: func(t *testing.T) inbox.Box { return open(t, "sqlite", file(t)) },
		NewStalled: func(t *testing.T) (inbox.Box, func()) {
			dsn := file(t)
			return open(t, "sqlite", dsn), func() {
				db, err := sql.Open("sqlite", dsn)
				require.NoError(t, err)
				db.SetMaxOpenConns(1)
				_, err = db.Exec("BEGIN EXCLUSIVE")
				require.NoError(t, err)
				t.Cleanup(func() { _ = db.Close() })
			}
		},
		Unwritable: map[string]func(t *testing.T) (inbox.Box, error){
			"read-only": func(t *testing.T) (inbox.Box, error) {
				dsn := file(t)
				_ = open(t, "sqlite", dsn).Close()
				return sqlinbox.Open(t.Context(), "sqlite", dsn+"?mode=ro")
			},
			"gone": func(t *testing.T) (inbox.Box, error) {
				dsn := file(t)
				b := open(t, "sqlite", dsn)
				require.NoError(t, os.Remove(dsn[len("file:"):]))
				return b, nil
			},
		},
	})
}

func TestSQLiteInMemory(t *testing.T) {
	inboxtest.Run(t, inboxtest.Config{New: func(t *testing.T) inbox.Box { return open(t, "sqlite", ":memory:") }})
}

func TestPostgres(t *testing.T) {
	inboxtest.Run(t, inboxtest.Config{
		New: func(t *testing.T) inbox.Box { return open(t, "pgx", integration.Postgres(t)) },
		NewStalled: func(t *testing.T) (inbox.Box, func()) {
			dsn, stall := integration.StallingPostgres(t)
			return open(t, "pgx", dsn), stall
		},
		Unwritable: map[string]func(t *testing.T) (inbox.Box, error){
			"read-only": func(t *testing.T) (inbox.Box, error) {
				dsn := integration.Postgres(t)
				_ = open(t, "pgx", dsn).Close()
				return sqlinbox.Open(t.Context(), "pgx", dsn+"&default_transaction_read_only=on")
			},
		},
	})
}

// Under another isolation a statement may fail because of what others do at the same
// time, which an inbox would take for a lost claim.
func TestIsolation(t *testing.T) {
	for _, isolation := range []string{"serializable", "repeatable read"} {
		_, err := sqlinbox.Open(t.Context(), "pgx", integration.Postgres(t)+"&default_transaction_isolation="+url.QueryEscape(isolation))
		require.ErrorContains(t, err, "default_transaction_isolation")
	}
}

func TestPgBouncer(t *testing.T) {
	inboxtest.Run(t, inboxtest.Config{New: func(t *testing.T) inbox.Box { return open(t, "pgx", integration.PgBouncer(t)) }})
}
