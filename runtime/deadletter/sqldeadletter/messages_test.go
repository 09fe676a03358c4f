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

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/deadletter/deadlettertest"
	"github.com/redoxgen/redoxgen/runtime/deadletter/sqldeadletter"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

func file(t *testing.T) deadletter.Store {
	return open(t, "sqlite", "file:"+filepath.Join(t.TempDir(), "redox.db"))
}

// TestReplayAmongClocks: receivers stamp messages with their own clocks; a message
// of one that is an hour ahead must not have another replayed for an hour.
func TestReplayAmongClocks(t *testing.T) {
	store := file(t)
	bad, ahead := deadlettertest.Message("bad", 1, "{}"), deadlettertest.Message("ahead", 2, "{}")
	ahead.Received = bad.Received.Add(time.Hour)
	require.NoError(t, store.Put(t.Context(), bad))
	require.NoError(t, store.Put(t.Context(), ahead))
	n, now, rejected := 0, bad.Received, errors.New("rejected")
	_, err := deadletter.Replay(t.Context(), store, func(ctx context.Context, m deadletter.Message) error {
		if m.Key != "bad" {
			return nil
		}
		n++
		now = now.Add(time.Second)
		m.Received = now
		require.NoError(t, store.Put(ctx, m)) // dead-lettered again, as a webhook does
		return rejected
	})
	require.ErrorIs(t, err, rejected)
	assert.Equal(t, 1, n, "deliveries of one message in one replay")
}

// TestPutMeanwhile: neither a new message nor one that replaces another is
// yielded to who began to read before, whatever time it bears.
func TestPutMeanwhile(t *testing.T) {
	store := file(t)
	for i, key := range []string{"a", "b", "d", "e"} {
		require.NoError(t, store.Put(t.Context(), deadlettertest.Message(key, 2*i+1, "1")))
	}
	var got []string
	for m, err := range store.Messages(t.Context()) {
		require.NoError(t, err)
		got = append(got, string(m.Key)+string(m.Raw))
		if m.Key == "a" {
			require.NoError(t, store.Put(t.Context(), deadlettertest.Message("c", 2, "1")))
			require.NoError(t, store.Put(t.Context(), deadlettertest.Message("b", 4, "2")))
			require.NoError(t, store.Remove(t.Context(), deadlettertest.Message("d", 5, "1")))
		}
	}
	assert.Equal(t, []string{"a1", "e1"}, got)
}

// TestLostConnection: one connection that breaks during a replay keeps no
// message from being replayed.
func TestLostConnection(t *testing.T) {
	db, err := sqlkit.Open(t.Context(), "pgx", integration.Postgres(t))
	require.NoError(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	store, err := sqldeadletter.New(t.Context(), db, "pgx")
	require.NoError(t, err)
	for i, key := range []string{"a", "b", "c", "d"} {
		require.NoError(t, store.Put(t.Context(), deadlettertest.Message(key, i, "{}")))
	}
	var pid int
	require.NoError(t, db.QueryRow("SELECT pg_backend_pid()").Scan(&pid))
	admin, err := sqlkit.Open(t.Context(), "pgx", integration.Postgres(t))
	require.NoError(t, err)
	defer admin.Close()
	var got []string
	for m, err := range store.Messages(t.Context()) {
		require.NoError(t, err)
		got = append(got, string(m.Key))
		if m.Key == "b" {
			_, err := admin.Exec("SELECT pg_terminate_backend($1)", pid)
			require.NoError(t, err)
		}
	}
	assert.Equal(t, []string{"a", "b", "c", "d"}, got)
}

// TestUnreadableLetter: a message that cannot be read is an error beside the
// others; a database that is down is not asked for every message.
func TestUnreadableMessage(t *testing.T) {
	db, err := sqlkit.Open(t.Context(), "sqlite", "file:"+filepath.Join(t.TempDir(), "redox.db"))
	require.NoError(t, err)
	defer db.Close()
	store, err := sqldeadletter.New(t.Context(), db, "sqlite")
	require.NoError(t, err)
	keys := strings.Split("abcdefghij", "")
	for i, key := range keys {
		require.NoError(t, store.Put(t.Context(), deadlettertest.Message(key, i, "{}")))
	}
	// A table without NOT NULL takes what no message has.
	broken := sqlkit.SQLite.Query("UPDATE redoxgen_deadletter SET reason = NULL WHERE attempt_id = $1", 1)
	_, err = db.Exec("ALTER TABLE redoxgen_deadletter RENAME TO old; CREATE TABLE redoxgen_deadletter AS SELECT * FROM old")
	require.NoError(t, err)
	_, err = db.Exec(broken.Text, []byte("attempt-3"))
	require.NoError(t, err)
	read, failed := 0, 0
	for _, err := range store.Messages(t.Context()) {
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
