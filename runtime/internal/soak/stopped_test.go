//go:build unix

package soak

import (
	"bytes"
	"database/sql"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// TestStoppedWorker: a worker is stopped for longer than its lease, in the middle of a
// handler, and goes on when another one has the message. Where the inbox and the store
// have one database, its effect is refused; where not, that of the other does nothing.
func TestStoppedWorker(t *testing.T) {
	const refused, done = "Once: inbox: the claim was lost to another worker", "Once: <nil>"
	for name, test := range map[string]struct {
		setup func(t *testing.T) setup
		once  string // what it returns to the worker that was stopped
	}{
		"SQLite": {func(t *testing.T) setup {
			return setup{store: "sqlite", dsn: "file:" + filepath.Join(t.TempDir(), "redox.db"), inbox: sameDatabase}
		}, refused},
		"PostgreSQL": {func(t *testing.T) setup {
			return setup{store: "pgx", dsn: integration.Postgres(t), inbox: sameDatabase}
		}, refused},
		"NATS": {func(t *testing.T) setup {
			return setup{store: "pgx", dsn: integration.Postgres(t), inbox: integration.NATS(t, 1).URL}
		}, done},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stopWorker(t, test.setup(t), test.once)
		})
	}
}

func stopWorker(t *testing.T, s setup, once string) {
	store, err := sqldedup.Open(t.Context(), s.store, s.dsn)
	require.NoError(t, err)
	defer store.Close()
	createTables(t, store.DB(), s.store)
	box, closeBox, err := openInbox(t.Context(), s.inbox, store.DB(), s.store)
	require.NoError(t, err)
	defer closeBox()
	text, patients := message(rand.New(rand.NewPCG(1, 1)), false)
	_, err = box.Append(t.Context(), inbox.Message{Key: "k", Order: patients, LogID: "log", Received: time.Now(), Raw: []byte(text)})
	require.NoError(t, err)
	begun := func(n int) {
		t.Helper()
		require.Eventually(t, func() bool { return total(t, store.DB(), "handled") == n }, 30*time.Second, 5*time.Millisecond, "handlers did not begin")
	}

	first := startSlow(t, s)
	begun(1)
	require.NoError(t, first.cmd.Process.Signal(syscall.SIGSTOP))
	first.handlerEnds(t)
	second := startSlow(t, s)
	begun(2)
	require.NoError(t, first.cmd.Process.Signal(syscall.SIGCONT))
	first.end(t)
	assert.Contains(t, first.output.String(), once)
	assert.Contains(t, first.output.String(), "another worker took over", "its end of the message is refused")
	for e, err := range box.Find(t.Context(), inbox.Filter{}) {
		require.NoError(t, err)
		assert.Equal(t, []any{inbox.Pending, 2}, []any{e.Outcome, e.Attempts})
	}

	second.handlerEnds(t)
	second.end(t)
	assert.Contains(t, second.output.String(), "Once: <nil>")
	assert.NotContains(t, second.output.String(), "another worker took over")
	assert.Equal(t, 1, total(t, store.DB(), "effects"))
	for e, err := range box.Find(t.Context(), inbox.Filter{}) {
		require.NoError(t, err)
		assert.Equal(t, []any{inbox.Handled, 2}, []any{e.Outcome, e.Attempts})
	}
}

func total(t *testing.T, db *sql.DB, table string) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

// slow is a process with a slow worker.
type slow struct {
	cmd    *exec.Cmd
	file   string
	output bytes.Buffer // to be read when it has ended
}

func startSlow(t *testing.T, s setup) *slow {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	p := &slow{cmd: exec.Command(self), file: filepath.Join(t.TempDir(), "go")}
	p.cmd.Env = append(os.Environ(), envSlow+"="+p.file, envStore+"="+s.store, envDSN+"="+s.dsn, envInbox+"="+s.inbox, envDead+"="+t.TempDir())
	p.cmd.Stderr = &p.output
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	})
	return p
}

// handlerEnds lets the handler do its work, which it waits with.
func (p *slow) handlerEnds(t *testing.T) {
	t.Helper()
	require.NoError(t, os.WriteFile(p.file, nil, 0o600))
}

// end has the process end when what it has in hand is done.
func (p *slow) end(t *testing.T) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, p.cmd.Wait(), "%s", &p.output)
}
