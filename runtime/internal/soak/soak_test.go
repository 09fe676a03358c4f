package soak

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

const (
	receivers     = 3
	subscriptions = 8
)

func TestSQLite(t *testing.T) {
	n := deliveries(t)
	soakSQL(t, n, setup{store: "sqlite", dsn: "file:" + filepath.Join(t.TempDir(), "redox.db")})
}

func TestPostgres(t *testing.T) {
	n := deliveries(t)
	soakSQL(t, n, setup{store: "pgx", dsn: integration.Postgres(t)})
}

func TestRedis(t *testing.T) {
	n := deliveries(t)
	addr, prefix := integration.Redis(t)
	r := run(t, n, setup{store: "redis", dsn: addr + "|" + prefix})
	client := redis.NewClient(&redis.Options{Addr: addr})
	defer client.Close()
	handled, err := client.HGetAll(t.Context(), prefix+"handled").Result()
	require.NoError(t, err)
	r.atLeastOnce(t, func(id string) bool { return handled[id] != "" })
}

// deliveries returns how many deliveries to make. The tests take seconds even
// when they are short, so an ordinary run leaves them out.
func deliveries(t *testing.T) int {
	t.Helper()
	text := os.Getenv("REDOXGEN_SOAK")
	switch {
	case text != "":
		n, err := strconv.Atoi(text)
		require.NoError(t, err, "REDOXGEN_SOAK")
		return n
	case testenv.RequiresIntegration():
		return 800
	default:
		t.Skip("takes a while: set REDOXGEN_SOAK to a number of deliveries, or use .ci/servers.sh")
		return 0
	}
}

// setup is what receivers keep their state in.
type setup struct {
	store, dsn string // of deduplication
	inbox      string // "" for none, sameDatabase, or the URL of NATS servers
	outage     func() // of one of the inbox's servers, nil if there is none
}

// sameDatabase is for an inbox that is in the database of the store.
const sameDatabase = "database"

func soakSQL(t *testing.T, n int, s setup) {
	store, err := sqldedup.Open(t.Context(), s.store, s.dsn)
	require.NoError(t, err)
	defer store.Close()
	createTables(t, store.DB(), s.store)
	r := run(t, n, s)
	effects := count(t, store.DB(), "effects")
	handled := count(t, store.DB(), "handled")
	r.atLeastOnce(t, func(id string) bool { return handled[id] > 0 })
	again := 0
	for id := range r.events {
		assert.Equal(t, 1, effects[id], "effects of %s", id)
		again += handled[id] - 1
	}
	assert.Len(t, effects, len(r.events))
	if s.inbox != "" {
		r.inOrder(t, store.DB())
	}
	t.Logf("%d handlers ran again, every effect happened exactly once", again)
}

// createTables creates the tables that handlers write to.
func createTables(t *testing.T, db *sql.DB, driver string) {
	t.Helper()
	for _, table := range []string{"effects", "handled"} {
		// No unique constraint: it would hide what it is to be shown not to happen.
		number := "INTEGER PRIMARY KEY AUTOINCREMENT"
		if driver == "pgx" {
			number = "bigserial"
		}
		_, err := db.ExecContext(t.Context(), "CREATE TABLE "+table+" (id text NOT NULL, n "+number+")")
		require.NoError(t, err)
	}
}

func count(t *testing.T, db *sql.DB, table string) map[string]int {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT id, count(*) FROM "+table+" GROUP BY id")
	require.NoError(t, err)
	defer rows.Close()
	counts := map[string]int{}
	for rows.Next() {
		var id string
		var n int
		require.NoError(t, rows.Scan(&id, &n))
		counts[id] = n
	}
	require.NoError(t, rows.Err())
	return counts
}

// result is what was delivered in a run.
type result struct {
	events map[string]bool     // log IDs of the messages to be handled
	poison map[string]bool     // log IDs of the messages to be dead-lettered
	order  map[string][]string // log IDs of the messages of a patient that are to be handled, in the order of delivery
	dead   string
}

func (r result) atLeastOnce(t *testing.T, handled func(id string) bool) {
	t.Helper()
	lost := 0
	for id := range r.events {
		if !handled(id) {
			lost++
		}
	}
	assert.Zero(t, lost, "lost messages")
	deadLetters := map[string]bool{}
	for m, err := range deadletter.Dir(r.dead).Messages(t.Context()) {
		require.NoError(t, err)
		deadLetters[m.LogID] = true
	}
	assert.Equal(t, r.poison, deadLetters, "dead letters")
}

// run delivers about n deliveries, a fifth of them duplicates, to receivers
// that are killed now and then.
func run(t *testing.T, n int, s setup) result {
	from := testenv.Seed(t, rand.Uint64())
	random := rand.New(rand.NewPCG(from, 1))
	r := result{events: map[string]bool{}, poison: map[string]bool{}, order: map[string][]string{}, dead: filepath.Join(t.TempDir(), "dead")}

	var workers []*worker
	for range receivers {
		workers = append(workers, startWorker(t, s, r.dead))
	}
	k := newKiller(rand.New(rand.NewPCG(from, 2)), workers, s.outage)
	feed := redoxtest.NewFeed(nil, workers[0].url(), token,
		redoxtest.WithHTTPClient(&http.Client{Timeout: 2 * time.Minute, Transport: k}),
		redoxtest.WithReceivers(workers[1].url(), workers[2].url()), redoxtest.WithoutChallenge(),
		redoxtest.WithFeedClock(redoxtest.FastClock(200)), redoxtest.WithMaxAttempts(1_000_000))
	for made := 0; made < n; made++ {
		poison := random.IntN(100) == 0
		text, patients := message(random, poison)
		m := feed.Deliver(text)
		if poison {
			r.poison[m.LogID] = true
		} else {
			r.events[m.LogID] = true
			for _, p := range patients {
				r.order[p] = append(r.order[p], m.LogID)
			}
		}
		if random.IntN(4) == 0 {
			made++
			if random.IntN(2) == 0 {
				m.Twice()
			} else {
				m.AtOnce(2)
			}
		}
	}
	began := time.Now()
	attempts, err := feed.Run(t.Context())
	require.NoError(t, err)
	if s.inbox != "" {
		drain(t, k, s)
	}
	took := time.Since(began)
	k.restarts.Wait()
	accepted := 0
	for _, a := range attempts {
		if a.Accepted() {
			accepted++
		}
	}
	t.Logf("%d messages, %d deliveries accepted of %d attempts, %d receivers killed, %.1f s",
		len(r.events)+len(r.poison), accepted, len(attempts), k.kills, took.Seconds())
	assert.GreaterOrEqual(t, accepted, n)
	assert.Positive(t, k.kills)
	return r
}

// patients is how many a subscription has.
const patients = 20

// message returns a message and its patients. Some are merges, which have two. A patient
// belongs to one subscription, which delivers one message after the other.
func message(random *rand.Rand, poison bool) (text string, of []string) {
	name, event, previous := "good", "Arrival", ""
	if poison {
		name = "poison"
	}
	subscription := random.IntN(subscriptions)
	first := random.IntN(patients)
	of = []string{fmt.Sprintf("%d-%d", subscription, first)}
	if random.IntN(20) == 0 {
		second := fmt.Sprintf("%d-%d", subscription, (first+1+random.IntN(patients-1))%patients)
		of, event = append(of, second), "PatientMerge"
		previous = fmt.Sprintf(`,"PreviousIdentifiers":[{"ID":%q,"IDType":"MR"}]`, second)
	}
	return fmt.Sprintf(`{"Meta":{"DataModel":"PatientAdmin","EventType":%q,"Source":{"ID":"s","Name":%q},`+
		`"Destinations":[{"ID":"d%d"}]},"Patient":{"Identifiers":[{"ID":%q,"IDType":"MR"}]%s}}`, event, name, subscription, of[0], previous), of
}

// worker is a receiver process.
type worker struct {
	addr string
	env  []string

	mu   sync.Mutex
	cmd  *exec.Cmd
	runs bool
	over bool
}

func startWorker(t *testing.T, s setup, dead string) *worker {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &worker{addr: listener.Addr().String()}
	require.NoError(t, listener.Close())
	w.env = append(os.Environ(), envAddr+"="+w.addr, envStore+"="+s.store, envDSN+"="+s.dsn, envInbox+"="+s.inbox, envDead+"="+dead)
	require.NoError(t, w.start())
	t.Cleanup(func() { w.kill(false) })
	return w
}

func (w *worker) url() string { return "http://" + w.addr }

func (w *worker) start() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over || w.runs {
		return nil
	}
	w.cmd = exec.Command(self)
	w.cmd.Env, w.cmd.Stderr = w.env, os.Stderr
	err = w.cmd.Start()
	w.runs = err == nil
	return err
}

// kill ends the process with SIGKILL, for good unless it is to start again.
func (w *worker) kill(again bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over, w.runs = !again, false
	_ = w.cmd.Process.Kill()
	_ = w.cmd.Wait()
}

// killer carries the deliveries, and kills a receiver each time that some were
// accepted, while others are in flight: however fast the machine is.
type killer struct {
	transport http.RoundTripper
	workers   []*worker
	outage    func() // from time to time, if there is one
	inOutage  sync.Mutex
	restarts  sync.WaitGroup

	mu     sync.Mutex
	random *rand.Rand
	left   int // deliveries to be accepted before the next kill
	kills  int
}

func newKiller(random *rand.Rand, workers []*worker, outage func()) *killer {
	return &killer{
		transport: &http.Transport{MaxIdleConnsPerHost: 64}, workers: workers, outage: outage,
		random: random, left: 1 + random.IntN(50),
	}
}

// RoundTrip implements http.RoundTripper.
func (k *killer) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := k.transport.RoundTrip(r)
	if err == nil && response.StatusCode == http.StatusOK {
		k.accepted()
	}
	return response, err
}

func (k *killer) accepted() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.left--; k.left > 0 {
		return
	}
	k.left = 10 + k.random.IntN(80)
	k.kill()
}

// killsForOutage is after how many kills there is an outage, the first right with the first.
const killsForOutage = 20

// kill kills one of the processes, which starts again soon.
func (k *killer) kill() {
	k.kills++
	w, pause := k.workers[k.random.IntN(len(k.workers))], time.Duration(k.random.IntN(200))*time.Millisecond
	w.kill(true)
	k.restarts.Go(func() {
		time.Sleep(pause)
		_ = w.start() // if that fails, the others go on
	})
	if k.outage == nil || k.kills%killsForOutage != 1 {
		return
	}
	k.restarts.Go(func() {
		if k.inOutage.TryLock() { // else there is one
			defer k.inOutage.Unlock()
			k.outage()
		}
	})
}
