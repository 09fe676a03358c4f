package sqlkit_test

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// TestNoDatabase: a program that did not look at the error of sql.Open.
func TestNoDatabase(t *testing.T) {
	_, err := sqlkit.New(t.Context(), nil, "sqlite", nil)
	assert.ErrorContains(t, err, "was the error of what opens it looked at?")
}

// TestSQLiteNeedsAFile: without a name, as of a variable that is not set, every
// connection is a database of its own.
func TestSQLiteNeedsAFile(t *testing.T) {
	for _, dsn := range []string{"", "file:", "file://", "?cache=shared", "file:?cache=shared"} {
		_, err := sqlkit.Open(t.Context(), "sqlite", dsn)
		assert.ErrorContains(t, err, "name a file, such as file:redox.db", dsn)
	}
	for _, dsn := range []string{":memory:", "file::memory:", "file:?mode=memory"} {
		open(t, "sqlite", dsn)
	}
}

// TestInMemory: a pool to a database in memory would be a database for each connection.
func TestInMemory(t *testing.T) {
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	_, err = sqlkit.New(t.Context(), db, "sqlite", nil)
	assert.ErrorContains(t, err, "call SetMaxOpenConns(1)")
	db.SetMaxOpenConns(1)
	_, err = sqlkit.New(t.Context(), db, "sqlite", nil)
	assert.NoError(t, err)
}
