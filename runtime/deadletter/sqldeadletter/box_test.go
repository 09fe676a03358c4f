package sqldeadletter_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver sqlite

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/deadletter/sqldeadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/internal/boxtest"
	"github.com/redoxgen/redoxgen/runtime/internal/itest"
)

// open puts the box beside a dedup store, as a receiver would.
func open(t *testing.T, driver, dsn string) deadletter.Box {
	t.Helper()
	store, err := sqldedup.Open(t.Context(), driver, dsn)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	for range 2 { // the second time finds everything in place
		_, err = sqldeadletter.New(t.Context(), store.DB(), driver)
		require.NoError(t, err)
	}
	box, err := sqldeadletter.New(t.Context(), store.DB(), driver)
	require.NoError(t, err)
	return box
}

func TestSQLite(t *testing.T) {
	boxtest.Run(t, func(t *testing.T) deadletter.Box {
		return open(t, "sqlite", "file:"+filepath.Join(t.TempDir(), "redox.db"))
	})
}

func TestPostgres(t *testing.T) {
	dsn := itest.Postgres // skips here, not in a subtest
	_ = dsn(t)
	boxtest.Run(t, func(t *testing.T) deadletter.Box { return open(t, "pgx", dsn(t)) })
}

// TestPostgresIsolation: a server or role may have another default than READ
// COMMITTED.
func TestPostgresIsolation(t *testing.T) {
	dsn := itest.Postgres
	_ = dsn(t)
	boxtest.Run(t, func(t *testing.T) deadletter.Box {
		return open(t, "pgx", dsn(t)+"&default_transaction_isolation=serializable")
	})
}

func TestUnknownDriver(t *testing.T) {
	_, err := sqldeadletter.New(t.Context(), nil, "oracle")
	assert.ErrorContains(t, err, "oracle")
}
