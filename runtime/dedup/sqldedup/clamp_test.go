package sqldedup_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/integration"
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

// earlierClaims are what programs of earlier versions run to claim the key $1,
// at $2, until $3, and of which those of version 3 note the lease.
var earlierClaims = map[string]string{
	"version 2": "UPDATE redoxgen_dedup SET state = 1, fence = 77, until = $3 WHERE key = $1 AND until <= $2",
	"version 3": "UPDATE redoxgen_dedup SET state = 1, fence = 77, until = $3, lease = $3 - $2 WHERE key = $1 AND until <= $2",
}

// testRollingUpgrade: while programs of an earlier version run beside this one,
// a key that one of them claims keeps its lease, whatever the holder before had.
func testRollingUpgrade(t *testing.T, open func(t *testing.T) *sqldedup.Store) {
	for name, claim := range earlierClaims {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			const short = 50 * time.Millisecond
			_, err := s.Claim(t.Context(), "a", short) // and its holder dies
			require.NoError(t, err)
			time.Sleep(2 * short)
			h, now := dedup.Key("a").Hash(), time.Now()
			result, err := s.DB().Exec(claim, h[:], now.UnixMicro(), now.Add(time.Minute).UnixMicro())
			require.NoError(t, err)
			n, err := result.RowsAffected()
			require.NoError(t, err)
			require.EqualValues(t, 1, n)
			for range 2 {
				c, err := s.Claim(t.Context(), "a", time.Minute)
				require.NoError(t, err)
				assert.Equal(t, dedup.InFlight, c.State, "the earlier program's lease of a minute runs")
				time.Sleep(2 * short)
			}
		})
	}
}

func TestSQLiteRollingUpgrade(t *testing.T) {
	testRollingUpgrade(t, func(t *testing.T) *sqldedup.Store { return sqliteFile(t) })
}

func TestPostgresRollingUpgrade(t *testing.T) {
	testRollingUpgrade(t, func(t *testing.T) *sqldedup.Store { return openPostgres(t, integration.Postgres(t)) })
}
