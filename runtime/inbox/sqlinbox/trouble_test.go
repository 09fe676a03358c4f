package sqlinbox_test

import (
	"bytes"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/sqlinbox"
)

func add(t testing.TB, box inbox.Box, key string, raw []byte, order ...string) {
	t.Helper()
	added, err := box.Append(t.Context(), inbox.Message{Key: dedup.Key(key), Order: order, DataModel: "PatientAdmin", EventType: "Arrival", Source: "s", LogID: key, Received: time.Now(), Raw: raw})
	require.NoError(t, err)
	require.True(t, added)
}

func claim(t testing.TB, box inbox.Box, n int) []inbox.Claim {
	t.Helper()
	claims, err := box.Claim(t.Context(), n, time.Minute)
	require.NoError(t, err)
	return claims
}

// TestClockSetBackAndForward: setting it back makes nothing wait longer than it was to,
// and setting it forward ends leases and pauses early.
func TestClockSetBackAndForward(t *testing.T) {
	var offset atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
	box := open(t, "sqlite", file(t), sqlinbox.WithClock(now))
	add(t, box, "pause", nil)
	require.NoError(t, box.Retry(t.Context(), claim(t, box, 1)[0], 100*time.Millisecond))
	add(t, box, "new", nil)
	offset.Store(int64(-24 * time.Hour))
	require.Eventually(t, func() bool { return len(claim(t, box, 2)) > 0 }, 5*time.Second, 50*time.Millisecond)
	require.Eventually(t, func() bool {
		s, err := box.Stats(t.Context())
		require.NoError(t, err)
		if s.Running < 2 {
			claim(t, box, 2)
		}
		return s.Running == 2
	}, 5*time.Second, 50*time.Millisecond)
	offset.Store(int64(24 * time.Hour))
	assert.Len(t, claim(t, box, 2), 2, "the leases are over")
}

// TestKeyWithManyMessages: a key with many messages that wait makes neither its own next
// one nor those of others slow.
func TestKeyWithManyMessages(t *testing.T) {
	box := open(t, "sqlite", file(t))
	const many = 3000
	_, err := box.DB().Exec(fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
		INSERT INTO redoxgen_inbox (key, message_key, hashes, data_model, event_type, source, log_id, attempt_id, received, size, raw)
		SELECT 'k' || i, 'k' || i, x'%x', '', '', '', '', '', 0, 0, '' FROM n`, many, bytes.Repeat([]byte{7}, 16)))
	require.NoError(t, err)
	for _, statement := range []string{
		`INSERT INTO redoxgen_inbox_key (hash, pos, id, open) SELECT hashes, id, id, 1 FROM redoxgen_inbox`,
		`INSERT INTO redoxgen_inbox_work (pos, id, received, blocked, due, replay, run, handler, ended, held) SELECT id, id, 0, id > 1, 0, 0, 0, '', 0, 0 FROM redoxgen_inbox`,
	} {
		_, err := box.DB().Exec(statement)
		require.NoError(t, err)
	}
	add(t, box, "other", nil, "other")
	claims := claim(t, box, 10)
	require.Len(t, claims, 2)
	for i := range 50 {
		require.Equal(t, int64(i+1), claims[0].ID)
		require.NoError(t, box.Finish(t.Context(), claims[0], inbox.Handled))
		claims = claim(t, box, 10)
		require.Len(t, claims, 1)
	}
}

// TestBodyOf40MB: it comes back as it was.
func TestBodyOf40MB(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { testLargeBody(t, open(t, "sqlite", file(t))) })
	t.Run("PostgreSQL", func(t *testing.T) { testLargeBody(t, open(t, "pgx", integration.Postgres(t))) })
}

func testLargeBody(t *testing.T, box inbox.Box) {
	raw := bytes.Repeat([]byte("0123456789abcdef"), 40<<20/16)
	add(t, box, "a", raw, "a")
	claims := claim(t, box, 1)
	require.Len(t, claims, 1)
	assert.True(t, bytes.Equal(raw, claims[0].Raw))
	require.NoError(t, box.Finish(t.Context(), claims[0], inbox.Handled))
}

// TestFullDisk: what does not fit is an error, and goes in when there is room again.
func TestFullDisk(t *testing.T) {
	box := open(t, "sqlite", file(t))
	box.DB().SetMaxOpenConns(1)
	add(t, box, "a", nil, "a")
	_, err := box.DB().Exec("PRAGMA max_page_count = 1") // the least is what there is
	require.NoError(t, err)
	m := inbox.Message{Key: "b", Order: []string{"a"}, Received: time.Now(), Raw: make([]byte, 1<<20)}
	_, err = box.Append(t.Context(), m)
	require.ErrorContains(t, err, "full")
	_, err = box.DB().Exec("PRAGMA max_page_count = 1000000")
	require.NoError(t, err)
	added, err := box.Append(t.Context(), m)
	require.NoError(t, err)
	require.True(t, added)
	first := claim(t, box, 5)
	require.Len(t, first, 1)
	require.NoError(t, box.Finish(t.Context(), first[0], inbox.Handled))
	assert.Len(t, claim(t, box, 5), 1)
}

// TestHashKey: the key of the hashes is checked, and no identifier is in the file.
func TestHashKey(t *testing.T) {
	dsn, key := file(t), []byte("0123456789abcdef")
	box := open(t, "sqlite", dsn, sqlinbox.WithHashKey(key))
	add(t, box, "a", nil, "patient")
	_, err := sqlinbox.Open(t.Context(), "sqlite", dsn)
	require.ErrorContains(t, err, "WithHashKey")
	_, err = sqlinbox.Open(t.Context(), "sqlite", dsn, sqlinbox.WithHashKey([]byte("another key of 16")))
	require.ErrorContains(t, err, "another key")
	again := open(t, "sqlite", dsn, sqlinbox.WithHashKey(key))
	n := 0
	for range again.Find(t.Context(), inbox.Filter{Order: "patient"}) {
		n++
	}
	assert.Equal(t, 1, n)
}
