package sqldeadletter_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deadletter/deadlettertest"
	"github.com/redoxgen/redoxgen/runtime/deadletter/sqldeadletter"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// TestOpen: a store closes the database that it has opened, and no other.
func TestOpen(t *testing.T) {
	dsn := "file:" + filepath.Join(t.TempDir(), "redox.db")
	m := deadlettertest.Message("a", 1, "{}")
	owner, err := sqldeadletter.Open(t.Context(), "sqlite", dsn)
	require.NoError(t, err)
	require.NoError(t, owner.Put(t.Context(), m))
	require.NoError(t, owner.Close())
	assert.Error(t, owner.Put(t.Context(), m))

	db, err := sqlkit.Open(t.Context(), "sqlite", dsn)
	require.NoError(t, err)
	defer db.Close()
	guest, err := sqldeadletter.New(t.Context(), db, "sqlite")
	require.NoError(t, err)
	require.NoError(t, guest.Close())
	require.NoError(t, guest.Put(t.Context(), m))

	_, err = sqldeadletter.Open(t.Context(), "oracle", dsn)
	assert.ErrorContains(t, err, "oracle")
	_, err = sqldeadletter.Open(t.Context(), "sqlite", dsn+"?mode=ro")
	assert.ErrorContains(t, err, "takes no writes")
}
