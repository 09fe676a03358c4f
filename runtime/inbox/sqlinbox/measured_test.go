package sqlinbox_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/sqlinbox"
)

// median returns the median of n calls.
func median(n int, f func(i int)) time.Duration {
	took := make([]time.Duration, n)
	for i := range took {
		began := time.Now()
		f(i)
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	return took[n/2]
}

// mostOfAppend is what an append costs at most of the insertion of one row. It writes a
// row of the message, one of what is to be done and one of each key, and their indexes.
const mostOfAppend = 4.5

// TestAppendCost compares an append with the insertion of one row with one index.
func TestAppendCost(t *testing.T) {
	testenv.NeedsMeasured(t)
	t.Run("SQLite", func(t *testing.T) { testAppendCost(t, open(t, "sqlite", file(t)), "BLOB") })
	t.Run("PostgreSQL", func(t *testing.T) { testAppendCost(t, open(t, "pgx", integration.Postgres(t)), "bytea") })
}

func testAppendCost(t *testing.T, box *sqlinbox.Box, kind string) {
	_, err := box.DB().Exec("CREATE TABLE bare (id text PRIMARY KEY, raw " + kind + ")")
	require.NoError(t, err)
	raw := make([]byte, 4300)
	const n = 400
	var bare, own []time.Duration
	for round := range 5 {
		bare = append(bare, median(n, func(i int) {
			_, err := box.DB().ExecContext(t.Context(), "INSERT INTO bare VALUES ($1, $2)", fmt.Sprint(round, "-", i), raw)
			require.NoError(t, err)
		}))
		own = append(own, median(n, func(i int) {
			add(t, box, fmt.Sprint(round, "-", i), raw, fmt.Sprint("patient ", i%50))
		}))
	}
	ratio := float64(slices.Min(own)) / float64(slices.Min(bare))
	t.Logf("append %v, bare insert %v: %.2f", slices.Min(own), slices.Min(bare), ratio)
	assert.LessOrEqual(t, ratio, mostOfAppend)
}

// sleeper is a handler that waits.
type sleeper struct {
	mu   sync.Mutex
	left int
	done chan struct{}
}

func (s *sleeper) HandleMessage(context.Context, inbox.Work) inbox.Verdict {
	time.Sleep(5 * time.Millisecond)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left--; s.left == 0 {
		close(s.done)
	}
	return inbox.Verdict{Outcome: inbox.Handled}
}

// TestScaling: 2 and 4 workers do at least 0.8 times what 2 and 4 times one would.
func TestScaling(t *testing.T) {
	testenv.NeedsMeasured(t)
	const n = 1000
	rate := func(workers int) float64 {
		dsn := integration.Postgres(t)
		box := open(t, "pgx", dsn)
		for i := range n {
			add(t, box, fmt.Sprint(i), make([]byte, 4300), fmt.Sprint("patient ", i))
		}
		s := &sleeper{left: n, done: make(chan struct{})}
		var stops []func() error
		began := time.Now()
		for range workers {
			stops = append(stops, inbox.Start(t.Context(), open(t, "pgx", dsn), s, inbox.Config{Concurrency: 1}))
		}
		<-s.done
		took := time.Since(began)
		for _, stop := range stops {
			require.NoError(t, stop())
		}
		return n / took.Seconds()
	}
	one := rate(1)
	for _, workers := range []int{2, 4} {
		got := rate(workers)
		t.Logf("%d workers: %.0f messages/s, one: %.0f: %.2f of linear", workers, got, one, got/one/float64(workers))
		assert.GreaterOrEqual(t, got/one/float64(workers), 0.8)
	}
}

// TestRetained: with REDOXGEN_RETAINED messages that are kept (a million), appends,
// claims and lists take what they take with 10,000.
func TestRetained(t *testing.T) {
	text := os.Getenv("REDOXGEN_RETAINED")
	if text == "" {
		t.Skip("takes minutes: set REDOXGEN_RETAINED to a number of messages, such as 1000000")
	}
	var many int
	_, err := fmt.Sscan(text, &many)
	require.NoError(t, err)
	for driver, dsn := range map[string]func() string{"sqlite": func() string { return file(t) }, "pgx": func() string { return integration.Postgres(t) }} {
		box := open(t, driver, dsn())
		retain(t, box, driver, 1, 10_000)
		small := figures(t, box, "few")
		retain(t, box, driver, 1_000_000_000, many)
		large := figures(t, box, "many")
		for what, took := range large {
			t.Logf("%s: %s %v with 10000 messages, %v with %d: %.2f", driver, what, small[what], took, many, float64(took)/float64(small[what]))
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		t.Logf("%s: %d MB of heap", driver, m.HeapAlloc>>20)
	}
}

// retain adds handled messages.
func retain(t *testing.T, box *sqlinbox.Box, driver string, from, n int) {
	numbers := fmt.Sprintf("(WITH RECURSIVE s(n) AS (SELECT %d UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s)", from, from+n-1)
	bytesOf, zero, hash := "CAST(%s AS BLOB)", "zeroblob(1000)", "randomblob(16)"
	if driver == "pgx" {
		numbers = fmt.Sprintf("(SELECT generate_series(%d, %d) AS n)", from, from+n-1)
		bytesOf, zero, hash = "(%s)::text::bytea", "decode(repeat(md5(n::text), 30), 'hex')", "decode(md5(n::text), 'hex')"
	}
	b := func(s string) string { return fmt.Sprintf(bytesOf, s) }
	for _, statement := range []string{
		`INSERT INTO redoxgen_inbox (key, message_key, hashes, data_model, event_type, source, log_id, attempt_id, received, size, outcome, attempts, finished, raw)
		SELECT ` + b("n") + `, ` + b("n") + `, ` + hash + `, ` + b("'PatientAdmin'") + `, ` + b("'Arrival'") + `, ` + b("'s'") + `, ` + b("n") + `, ` + b("n") + `, n, 1000, 1, 1, n, ` + zero + ` FROM ` + numbers + ` AS x`,
		fmt.Sprintf(`INSERT INTO redoxgen_inbox_key (hash, pos, id, open) SELECT hashes, id, id, %s FROM redoxgen_inbox WHERE received >= %d AND received < %d`, map[string]string{"sqlite": "0", "pgx": "false"}[driver], from, from+n),
		"ANALYZE",
	} {
		_, err := box.DB().ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
}

func figures(t *testing.T, box *sqlinbox.Box, name string) map[string]time.Duration {
	const n = 200
	all := map[string]time.Duration{"append": median(n, func(i int) {
		add(t, box, fmt.Sprint(name, i), make([]byte, 1000), fmt.Sprint("patient ", i))
	})}
	all["claim and finish"] = median(n, func(int) {
		require.NoError(t, box.Finish(t.Context(), claim(t, box, 1)[0], inbox.Handled))
	})
	for what, f := range map[string]inbox.Filter{
		"list of the newest 50":    {Newest: true, Limit: 50},
		"list of an event":         {DataModel: "PatientAdmin", EventType: "Arrival", Newest: true, Limit: 50},
		"list of a log ID":         {LogID: name + "7"},
		"list of a patient":        {Order: "patient 7"},
		"list of what is pending":  {Outcome: inbox.Pending},
		"list of the last minutes": {From: time.Now().Add(-10 * time.Minute), Limit: 50},
	} {
		all[what] = median(20, func(int) {
			for _, err := range box.Find(t.Context(), f) {
				require.NoError(t, err)
			}
		})
	}
	return all
}
