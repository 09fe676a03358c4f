package sqlkit_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

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
