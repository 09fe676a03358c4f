package sqlinbox_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/sqlinbox"
)

// TestOnce: an effect and the end of its message are one transaction, and a worker that
// lost its claim commits nothing.
func TestOnce(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { testOnce(t, "sqlite", file(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { testOnce(t, "pgx", integration.Postgres(t)) })
}

func testOnce(t *testing.T, driver, dsn string) {
	store, err := sqldedup.Open(t.Context(), driver, dsn)
	require.NoError(t, err)
	defer store.Close()
	box, err := sqlinbox.New(t.Context(), store.DB(), driver)
	require.NoError(t, err)
	defer box.Close()
	_, err = store.DB().Exec("CREATE TABLE effects (id text)")
	require.NoError(t, err)
	once := func(c inbox.Claim, end bool, fails error) error {
		ctx := box.WithClaim(t.Context(), c, end)
		return store.Once(ctx, c.Key, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO effects VALUES ($1)", string(c.Key))
			return errors.Join(err, fails)
		})
	}
	effects := func(id string) (n int) {
		require.NoError(t, store.DB().QueryRow("SELECT count(*) FROM effects WHERE id = $1", id).Scan(&n))
		return n
	}
	claim := func(lease time.Duration) inbox.Claim {
		claims, err := box.Claim(context.Background(), 1, lease)
		require.NoError(t, err)
		require.Len(t, claims, 1)
		return claims[0]
	}
	add := func(key string) {
		_, err := box.Append(t.Context(), inbox.Message{Key: dedup.Key(key), Order: []string{"k"}, LogID: key, Received: time.Now()})
		require.NoError(t, err)
	}
	outcome := func(key string) inbox.Outcome {
		for e, err := range box.Find(t.Context(), inbox.Filter{LogID: key}) {
			require.NoError(t, err)
			return e.Outcome
		}
		return ""
	}
	const lease = 200 * time.Millisecond

	add("ended") // and its worker dies before it finishes the claim
	add("next")
	require.NoError(t, once(claim(lease), true, nil))
	assert.Equal(t, inbox.Pending, outcome("ended"))
	time.Sleep(lease + lease/2)
	claims, err := box.Claim(t.Context(), 1, time.Minute)
	require.NoError(t, err)
	assert.Equal(t, inbox.Handled, outcome("ended"), "without running it again")
	assert.Equal(t, 1, effects("ended"))
	next := claims
	if len(next) == 0 {
		next = []inbox.Claim{claim(time.Minute)}
	}
	assert.Equal(t, dedup.Key("next"), next[0].Key)

	undone := errors.New("undone")
	require.ErrorIs(t, once(next[0], true, undone), undone)
	assert.Equal(t, 0, effects("next"))
	require.NoError(t, once(next[0], true, nil))
	require.NoError(t, box.Retry(t.Context(), next[0], 0), "the handler failed after Once")
	again := claim(time.Minute)
	assert.Equal(t, dedup.Key("next"), again.Key, "it runs again")
	require.NoError(t, box.Finish(t.Context(), again, inbox.Handled))

	add("lost")
	lost := claim(lease)
	time.Sleep(lease + lease/2)
	other := claim(time.Minute)
	for _, end := range []bool{false, true} {
		require.ErrorIs(t, once(lost, end, nil), inbox.ErrLost)
		assert.Equal(t, 0, effects("lost"))
	}
	require.NoError(t, once(other, false, nil))
	assert.Equal(t, 1, effects("lost"))
	require.NoError(t, box.Finish(t.Context(), other, inbox.Handled))
}
