package sqlinbox_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
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

// TestKeyWithManyMessages: a key with many messages that wait, a million with
// REDOXGEN_RETAINED, makes neither its own next one nor those of others slow.
func TestKeyWithManyMessages(t *testing.T) {
	many := max(retained(t), 3000)
	t.Run("SQLite", func(t *testing.T) { testKeyWithManyMessages(t, "sqlite", file(t), many) })
	t.Run("PostgreSQL", func(t *testing.T) { testKeyWithManyMessages(t, "pgx", integration.Postgres(t), many) })
}

func testKeyWithManyMessages(t *testing.T, driver, dsn string, many int) {
	box := open(t, driver, dsn)
	own := func(name string) (appended, handled time.Duration) {
		const n = 50
		appended = fast(n, func(i int) { add(t, box, fmt.Sprint(name, i), nil, "key") })
		last := int64(0)
		return appended, fast(n, func(int) {
			claims := claim(t, box, 10)
			require.Len(t, claims, 1)
			require.Greater(t, claims[0].ID, last)
			last = claims[0].ID
			require.NoError(t, box.Finish(t.Context(), claims[0], inbox.Handled))
		})
	}
	fewAppended, fewHandled := own("few")
	pile(t, box, driver, many)
	add(t, box, "other", nil, "other")
	var claims []inbox.Claim
	began, slowest := time.Now(), time.Duration(0)
	for len(claims) < 2 {
		slowest = max(slowest, took(func() {
			more, err := box.Claim(t.Context(), 10, time.Hour)
			require.NoError(t, err)
			claims = append(claims, more...)
		}))
	}
	assert.EqualValues(t, "other", claims[1].Key)
	t.Logf("the one after %d was claimed after %v, the slowest claim took %v", many, time.Since(began), slowest)
	for _, c := range claims {
		require.NoError(t, box.Finish(t.Context(), c, inbox.Handled))
	}
	appended, handled := own("many")
	t.Logf("append %v, with %d that wait %v; claim and finish %v, with them %v", fewAppended, many, appended, fewHandled, handled)
}

// pile appends messages of the key "key" by one statement.
func pile(t *testing.T, box *sqlinbox.Box, driver string, n int) {
	add(t, box, "pile", nil, "key")
	text := `INSERT INTO redoxgen_inbox_message (key, message_key, hashes, data_model, event_type, source, log_id, attempt_id, received, raw)
		SELECT CAST('p' || n AS BLOB), CAST(n AS BLOB), hashes, data_model, event_type, source, log_id, attempt_id, received, raw
		FROM redoxgen_inbox_message, (WITH RECURSIVE s(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM s WHERE n < $1) SELECT n FROM s) AS s WHERE message_key = CAST('pile' AS BLOB)`
	if driver == "pgx" {
		text = "WITH added AS (" + strings.NewReplacer("CAST(n AS BLOB)", "n::text::bytea", "AS BLOB", "AS bytea").Replace(text) + " RETURNING id) INSERT INTO redoxgen_inbox_new SELECT id FROM added"
	}
	_, err := box.DB().ExecContext(t.Context(), text, n)
	require.NoError(t, err)
}

// TestLongTextsAndManyKeys: they keep no other message from being found or claimed.
func TestLongTextsAndManyKeys(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { testLongTextsAndManyKeys(t, open(t, "sqlite", file(t))) })
	t.Run("PostgreSQL", func(t *testing.T) { testLongTextsAndManyKeys(t, open(t, "pgx", integration.Postgres(t))) })
}

func testLongTextsAndManyKeys(t *testing.T, box inbox.Box) {
	long := func(c string) string {
		var s strings.Builder
		for s.Len() < 20_000 { // which does not get shorter by compression
			s.WriteString(c + strconv.FormatUint(rand.Uint64(), 36))
		}
		return s.String()
	}
	m := inbox.Message{Key: dedup.Key(long("k")), DataModel: long("d"), EventType: long("e"), Source: long("s"), LogID: long("l"), AttemptID: long("a"), Received: time.Now()}
	for i := range 20_000 {
		m.Order = append(m.Order, fmt.Sprint("patient ", i))
	}
	added, err := box.Append(t.Context(), m)
	require.NoError(t, err)
	require.True(t, added)
	add(t, box, "one of them", nil, "patient 7777")
	add(t, box, "other", nil, "other")
	for _, f := range []inbox.Filter{
		{DataModel: m.DataModel, EventType: m.EventType}, {Source: m.Source}, {LogID: m.LogID}, {Order: "patient 9"},
	} {
		n := 0
		for e, err := range box.Find(t.Context(), f) {
			require.NoError(t, err)
			assert.Equal(t, m.Key, e.Key)
			n++
		}
		assert.Equal(t, 1, n)
	}
	for range box.Find(t.Context(), inbox.Filter{LogID: m.LogID[:15000]}) {
		t.Error("found by the beginning of its log ID")
	}
	claims := claim(t, box, 10)
	require.Len(t, claims, 2)
	require.NoError(t, box.Finish(t.Context(), claims[0], inbox.Handled))
	claims = claim(t, box, 10)
	require.Len(t, claims, 1)
	assert.EqualValues(t, "one of them", claims[0].Key)
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

// TestFullDisk: what does not fit is an error, and goes in when there is room again. What
// was appended before is there, in order.
func TestFullDisk(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		box := open(t, "sqlite", file(t))
		box.DB().SetMaxOpenConns(1) // of which the pragma is
		limit := func(pages int) {
			_, err := box.DB().Exec(fmt.Sprint("PRAGMA max_page_count = ", pages))
			require.NoError(t, err)
		}
		limit(200)
		testFullDisk(t, box, func() { limit(1_000_000) })
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		dsn, enlarge := integration.SmallPostgres(t)
		testFullDisk(t, open(t, "pgx", dsn), enlarge)
	})
}

func testFullDisk(t *testing.T, box inbox.Box, enlarge func()) {
	raw := make([]byte, 100_000)
	for i := range raw {
		raw[i] = byte(rand.Uint32())
	}
	var appended []string
	message := func() inbox.Message {
		id := fmt.Sprint(len(appended))
		return inbox.Message{Key: dedup.Key(id), Order: []string{"a"}, Received: time.Now(), Raw: raw}
	}
	for {
		m := message()
		_, err := box.Append(t.Context(), m)
		if err != nil {
			require.Regexp(t, "disk is full|No space left on device", err.Error())
			break
		}
		appended = append(appended, string(m.Key))
		require.Less(t, len(appended), 1000, "the disk does not get full")
	}
	require.NotEmpty(t, appended)
	claimed, err := box.Claim(t.Context(), 1, time.Minute) // which is an error or not
	t.Logf("a claim when %d messages fill the disk: %d, %v", len(appended), len(claimed), err)
	enlarge()
	m := message()
	added, err := box.Append(t.Context(), m)
	require.NoError(t, err)
	require.True(t, added, "what was refused is not there")
	appended = append(appended, string(m.Key))
	for _, want := range appended {
		claims := claimed
		if claimed = nil; len(claims) == 0 {
			claims = claim(t, box, 5)
		}
		require.Len(t, claims, 1)
		require.Equal(t, want, string(claims[0].Key))
		require.NoError(t, box.Finish(t.Context(), claims[0], inbox.Handled))
	}
}

// TestPurgeOfMany: everything that is old enough goes, in as many transactions as it takes.
func TestPurgeOfMany(t *testing.T) {
	for driver, dsn := range map[string]func(testing.TB) string{"sqlite": file, "pgx": integration.Postgres} {
		t.Run(driver, func(t *testing.T) {
			box := open(t, driver, dsn(t))
			retain(t, box, driver, 1, 1000)
			add(t, box, "new", nil, "k")
			for _, step := range []struct {
				filter inbox.Filter
				want   int
			}{
				{inbox.Filter{Outcome: inbox.Handled, Finished: time.UnixMicro(501)}, 500},
				{inbox.Filter{Finished: time.UnixMicro(2000), Limit: 250}, 250},
				{inbox.Filter{Finished: time.UnixMicro(2000)}, 250},
				{inbox.Filter{}, 0},
			} {
				n, err := box.Purge(t.Context(), step.filter)
				require.NoError(t, err)
				assert.EqualValues(t, step.want, n)
			}
			assert.Len(t, claim(t, box, 5), 1)
		})
	}
}

// TestReadOnly: what cannot be written is an error, as after the server's role has changed,
// and nothing of what was there is lost.
func TestReadOnly(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		testReadOnly(t, open(t, "sqlite", file(t)), "PRAGMA query_only = ON", "PRAGMA query_only = OFF")
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		testReadOnly(t, open(t, "pgx", integration.Postgres(t)), "SET default_transaction_read_only = on", "SET default_transaction_read_only = off")
	})
}

func testReadOnly(t *testing.T, box *sqlinbox.Box, on, off string) {
	box.DB().SetMaxOpenConns(1) // of which the setting is
	add(t, box, "a", nil, "k")
	_, err := box.DB().Exec(on)
	require.NoError(t, err)
	m := inbox.Message{Key: "b", Order: []string{"k"}, Received: time.Now()}
	_, appended := box.Append(t.Context(), m)
	_, claimed := box.Claim(t.Context(), 1, time.Minute)
	for what, err := range map[string]error{"Append": appended, "Claim": claimed, "Ping": box.Ping(t.Context())} {
		require.Error(t, err, what)
		assert.Regexp(t, "read-?only", err.Error(), what)
	}
	stats, err := box.Stats(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, stats.Depth)
	_, err = box.DB().Exec(off)
	require.NoError(t, err)
	added, err := box.Append(t.Context(), m)
	require.NoError(t, err)
	require.True(t, added)
	for _, want := range []string{"a", "b"} {
		claims := claim(t, box, 5)
		require.Len(t, claims, 1)
		require.Equal(t, want, string(claims[0].Key))
		require.NoError(t, box.Finish(t.Context(), claims[0], inbox.Handled))
	}
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
