package sqldedup_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/deadletter/deadlettertest"
	"github.com/redoxgen/redoxgen/runtime/deadletter/sqldeadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/deduptest"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
)

// TestPgBouncer: in transaction mode each transaction may run on another session
// of the server, and a session knows statements that others prepared.
func TestPgBouncer(t *testing.T) {
	deduptest.Run(t, deduptest.Config{
		New:     func(t *testing.T) dedup.Store { return openPostgres(t, integration.PgBouncer(t)) },
		Workers: 4,
	})
	dsn := integration.PgBouncer(t)
	for range 3 { // the second would find the first one's statements
		s := openPostgres(t, dsn)
		store, err := sqldeadletter.New(t.Context(), s.DB(), "pgx")
		require.NoError(t, err)
		require.NoError(t, store.Put(t.Context(), deadlettertest.Message("a", 1, "{}")))
		require.NoError(t, s.Ping(t.Context()))
	}
	sharedBy(t, []*sqldedup.Store{openPostgres(t, dsn), openPostgres(t, dsn), openPostgres(t, dsn)})
}

func TestPgBouncerOnce(t *testing.T) {
	testOnce(t, func() *sqldedup.Store { return openPostgres(t, integration.PgBouncer(t)) })
}

// TestPgBouncerAdvice: the error of a mode that cannot work names one that can.
func TestPgBouncerAdvice(t *testing.T) {
	dsn := integration.PgBouncer(t) + "&default_query_exec_mode=cache_statement"
	var err error
	for range 3 {
		var s *sqldedup.Store
		if s, err = sqldedup.Open(t.Context(), "pgx", dsn); err != nil {
			break
		}
		defer s.Close()
	}
	assert.ErrorContains(t, err, "default_query_exec_mode=cache_describe")
}
