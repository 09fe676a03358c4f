package sqldeadletter_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/deadletter/deadlettertest"
	"github.com/redoxgen/redoxgen/runtime/deadletter/sqldeadletter"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// TestChecksum: a message that is not as it was put is an error beside the
// others, and stays until it is removed.
func TestChecksum(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { testChecksum(t, "sqlite", "file:"+filepath.Join(t.TempDir(), "redox.db")) })
	t.Run("PostgreSQL", func(t *testing.T) { testChecksum(t, "pgx", integration.Postgres(t)) })
}

func testChecksum(t *testing.T, driver, dsn string) {
	db, err := sqlkit.Open(t.Context(), driver, dsn)
	require.NoError(t, err)
	defer db.Close()
	store, err := sqldeadletter.New(t.Context(), db, driver)
	require.NoError(t, err)
	for column, change := range map[string]string{
		"raw": "'{}'", "detail": "'another'", "log_id": "''", "data_model": "log_id", "reason": "'unhandled'", "key": "'b'", "sum": "sum",
		"earlier program": "",
	} {
		m := deadlettertest.Message("a", 1, `{"Meta":{}}`)
		require.NoError(t, store.Put(t.Context(), m))
		require.NoError(t, store.Put(t.Context(), deadlettertest.Message("z", 2, "{}")))
		statement := "UPDATE redoxgen_deadletter SET " + column + " = " + change + " WHERE received = (SELECT min(received) FROM redoxgen_deadletter)"
		if column == "earlier program" { // replaces the message, and leaves the sum
			statement = "UPDATE redoxgen_deadletter SET raw = '{}', received = received + 500000 WHERE received = (SELECT min(received) FROM redoxgen_deadletter)"
		}
		_, err := db.Exec(statement)
		require.NoError(t, err, column)
		var bad, good int
		for read, err := range store.Messages(t.Context()) {
			if err != nil {
				bad++
				assert.ErrorContains(t, err, "the checksum of the message", column)
				assert.NotContains(t, err.Error(), "Meta")
				continue
			}
			good++
			if column == "earlier program" {
				require.NoError(t, store.Remove(t.Context(), read))
			}
		}
		want := []int{1, 1}
		if change == column || change == "" {
			want = []int{0, 2}
		}
		assert.Equal(t, want, []int{bad, good}, column)
		require.NoError(t, store.Remove(t.Context(), m))
	}
}
