package soak

import (
	"database/sql"
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/integration"
)

// TestInboxSQLite and TestInboxPostgres: receivers answer at once and, with the workers
// in the same processes, are killed; what was answered is handled all the same, its
// effect happens once, and a patient's messages are handled in order.
func TestInboxSQLite(t *testing.T) {
	n := deliveries(t)
	soakSQL(t, n, setup{store: "sqlite", dsn: "file:" + filepath.Join(t.TempDir(), "redox.db"), inbox: sameDatabase})
}

func TestInboxPostgres(t *testing.T) {
	n := deliveries(t)
	soakSQL(t, n, setup{store: "pgx", dsn: integration.Postgres(t), inbox: sameDatabase})
}

// drain waits until everything is handled, and goes on killing meanwhile: each time that
// some were handled, however slow the machine is.
func drain(t *testing.T, k *killer, s setup) {
	t.Helper()
	db, err := sql.Open(s.store, s.dsn)
	require.NoError(t, err)
	defer db.Close()
	box, closeBox, err := openInbox(t.Context(), s.inbox, db, s.store)
	require.NoError(t, err)
	defer closeBox()
	const some = 20
	killedAt := math.MaxInt // this depth
	for began := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		stats, err := box.Stats(t.Context()) // a server may be down for a moment
		if err == nil && stats.Depth == 0 {
			return
		}
		require.Less(t, time.Since(began), 30*time.Minute, "not everything is handled: %+v %v", stats, err)
		if err == nil && stats.Depth > some && stats.Depth <= killedAt-some {
			killedAt = stats.Depth
			k.mu.Lock()
			k.kill()
			k.mu.Unlock()
		}
	}
}

// inOrder checks the order of the effects by their numbers, which the database gave
// within the transactions of the effects.
func (r result) inOrder(t *testing.T, db *sql.DB) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT id FROM effects ORDER BY n")
	require.NoError(t, err)
	defer rows.Close()
	at := map[string]int{}
	for i := 0; rows.Next(); i++ {
		var id string
		require.NoError(t, rows.Scan(&id))
		at[id] = i
	}
	require.NoError(t, rows.Err())
	violations, shared := 0, 0
	in := map[string]int{}
	for _, ids := range r.order {
		for i, id := range ids {
			in[id]++
			if i > 0 && at[id] <= at[ids[i-1]] {
				violations++
				t.Logf("%s was handled before %s, which came before it", id, ids[i-1])
			}
		}
	}
	for _, n := range in {
		if n > 1 {
			shared++
		}
	}
	assert.Zero(t, violations, "order violations")
	assert.Positive(t, shared)
	t.Logf("%d messages of %d patients in order, %d of them merges", len(in), len(r.order), shared)
	assert.Len(t, in, len(r.events))
}
