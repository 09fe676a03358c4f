package sqldeadletter_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/deadletter/sqldeadletter"
	"github.com/redoxgen/redoxgen/runtime/internal/boxtest"
	"github.com/redoxgen/redoxgen/runtime/internal/itest"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

func file(t *testing.T) deadletter.Box {
	return open(t, "sqlite", "file:"+filepath.Join(t.TempDir(), "redox.db"))
}

// TestReplayAmongClocks: receivers stamp letters with their own clocks; a letter
// of one that is an hour ahead must not have another replayed for an hour.
func TestReplayAmongClocks(t *testing.T) {
	box := file(t)
	bad, ahead := boxtest.Letter("bad", 1, "{}"), boxtest.Letter("ahead", 2, "{}")
	ahead.Received = bad.Received.Add(time.Hour)
	require.NoError(t, box.Put(t.Context(), bad))
	require.NoError(t, box.Put(t.Context(), ahead))
	n, now, rejected := 0, bad.Received, errors.New("rejected")
	_, err := deadletter.Replay(t.Context(), box, func(ctx context.Context, l deadletter.Letter) error {
		if l.Key != "bad" {
			return nil
		}
		n++
		now = now.Add(time.Second)
		l.Received = now
		require.NoError(t, box.Put(ctx, l)) // put aside again, as a webhook does
		return rejected
	})
	require.ErrorIs(t, err, rejected)
	assert.Equal(t, 1, n, "deliveries of one letter in one replay")
}

// TestPutMeanwhile: neither a new letter nor one that replaces another is
// yielded to who began to read before, whatever time it bears.
func TestPutMeanwhile(t *testing.T) {
	box := file(t)
	for i, key := range []string{"a", "b", "d", "e"} {
		require.NoError(t, box.Put(t.Context(), boxtest.Letter(key, 2*i+1, "1")))
	}
	var got []string
	for l, err := range box.Letters(t.Context()) {
		require.NoError(t, err)
		got = append(got, string(l.Key)+string(l.Raw))
		if l.Key == "a" {
			require.NoError(t, box.Put(t.Context(), boxtest.Letter("c", 2, "1")))
			require.NoError(t, box.Put(t.Context(), boxtest.Letter("b", 4, "2")))
			require.NoError(t, box.Remove(t.Context(), boxtest.Letter("d", 5, "1")))
		}
	}
	assert.Equal(t, []string{"a1", "e1"}, got)
}

// TestLostConnection: one connection that breaks during a replay keeps no
// letter from being replayed.
func TestLostConnection(t *testing.T) {
	db, err := sqlkit.Open(t.Context(), "pgx", itest.Postgres(t))
	require.NoError(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	box, err := sqldeadletter.New(t.Context(), db, "pgx")
	require.NoError(t, err)
	for i, key := range []string{"a", "b", "c", "d"} {
		require.NoError(t, box.Put(t.Context(), boxtest.Letter(key, i, "{}")))
	}
	var pid int
	require.NoError(t, db.QueryRow("SELECT pg_backend_pid()").Scan(&pid))
	admin, err := sqlkit.Open(t.Context(), "pgx", itest.Postgres(t))
	require.NoError(t, err)
	defer admin.Close()
	var got []string
	for l, err := range box.Letters(t.Context()) {
		require.NoError(t, err)
		got = append(got, string(l.Key))
		if l.Key == "b" {
			_, err := admin.Exec("SELECT pg_terminate_backend($1)", pid)
			require.NoError(t, err)
		}
	}
	assert.Equal(t, []string{"a", "b", "c", "d"}, got)
}

// TestUnreadableLetter: a letter that cannot be read is an error beside the
// others; a database that is down is not asked for every letter.
func TestUnreadableLetter(t *testing.T) {
	db, err := sqlkit.Open(t.Context(), "sqlite", "file:"+filepath.Join(t.TempDir(), "redox.db"))
	require.NoError(t, err)
	defer db.Close()
	box, err := sqldeadletter.New(t.Context(), db, "sqlite")
	require.NoError(t, err)
	keys := strings.Split("abcdefghij", "")
	for i, key := range keys {
		require.NoError(t, box.Put(t.Context(), boxtest.Letter(key, i, "{}")))
	}
	// A table without NOT NULL takes what no letter has.
	broken := sqlkit.SQLite.Query("UPDATE redoxgen_deadletter SET reason = NULL WHERE attempt_id = $1", 1)
	_, err = db.Exec("ALTER TABLE redoxgen_deadletter RENAME TO old; CREATE TABLE redoxgen_deadletter AS SELECT * FROM old")
	require.NoError(t, err)
	_, err = db.Exec(broken.Text, []byte("attempt-3"))
	require.NoError(t, err)
	read, failed := 0, 0
	for _, err := range box.Letters(t.Context()) {
		if err != nil {
			failed++
			continue
		}
		if read++; read == 5 {
			require.NoError(t, db.Close())
		}
	}
	assert.Equal(t, []int{5, 1 + 3}, []int{read, failed})
}
