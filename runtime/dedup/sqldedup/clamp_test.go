package sqldedup_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
)

// TestSQLiteRenewedWhileAsked: who asks for a key in flight, and waits for the
// lock meanwhile, does not cut a lease that the holder has just renewed.
func TestSQLiteRenewedWhileAsked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "redox.db")
	const lease = time.Minute
	holder := openSQLite(t, path)
	_, err := holder.Claim(t.Context(), "a", lease)
	require.NoError(t, err)
	conn, err := holder.DB().Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	run := func(statement string, args ...any) {
		_, err := conn.ExecContext(context.Background(), statement, args...)
		assert.NoError(t, err)
	}
	renewed := time.Now().Add(lease + time.Second).UnixMicro()
	calls := 0
	asker := openSQLite(t, path, sqldedup.WithClock(func() time.Time {
		if calls++; calls == 3 { // the last of the claim's statements, which clamps
			run("BEGIN IMMEDIATE")
			time.AfterFunc(200*time.Millisecond, func() {
				run("UPDATE redoxgen_dedup SET until = ? WHERE state = 1", renewed)
				run("COMMIT")
			})
		}
		return time.Now()
	}))
	c, err := asker.Claim(t.Context(), "a", lease)
	require.NoError(t, err)
	require.Equal(t, dedup.InFlight, c.State)
	require.Equal(t, 3, calls)
	var until int64
	require.NoError(t, asker.DB().QueryRow("SELECT until FROM redoxgen_dedup").Scan(&until))
	assert.Equal(t, renewed, until)
}
