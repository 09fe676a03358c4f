//go:build unix

package natsinbox_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/natsinbox"
)

// until does something again until it is no error, for at most a minute.
func until(t *testing.T, what string, do func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		err := do(ctx)
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func add(t *testing.T, b *natsinbox.Box, m inbox.Message) {
	t.Helper()
	until(t, "Append", func(ctx context.Context) error { _, err := b.Append(ctx, m); return err })
}

func handled(t *testing.T, b *natsinbox.Box, c inbox.Claim) {
	t.Helper()
	until(t, "Finish", func(ctx context.Context) error { return b.Finish(ctx, c, inbox.Handled) })
}

// TestNodeDown: an inbox on three servers goes on when the one that leads dies, or another.
func TestNodeDown(t *testing.T) {
	t.Parallel()
	c := integration.NATS(t, 3)
	b, other := open(t, c, natsinbox.Config{}), open(t, c, natsinbox.Config{})
	first := c.Leader(t, "redox-inbox")
	for i := range 2 {
		node := (first + i) % 3
		key := func(which string) string { return fmt.Sprint(which, node) }
		add(t, b, message(key("before"), 10))
		add(t, b, message(key("held"), 10))
		assert.Equal(t, dedup.Key(key("before")), claimSoon(t, b).Key)
		held := claimSoon(t, other)
		assert.Equal(t, dedup.Key(key("held")), held.Key)
		began := time.Now()
		c.Kill(node)
		handled(t, other, held)
		add(t, other, message(key("after"), 10))
		claim := claimSoon(t, b)
		t.Logf("server %d, %d after the leader: claims go on after %v", node, i, time.Since(began))
		assert.Equal(t, dedup.Key(key("after")), claim.Key)
		assert.Less(t, time.Since(began), 25*time.Second, "the lease of a claim is a minute")
		handled(t, b, claim)
		c.Start(t, node)
		c.Ready(t)
	}
}

// handling is an independent record of what ran.
type handling struct {
	mu      sync.Mutex
	running map[string]string
	done    map[string][]string // by patient
	count   int
	wrong   []string
}

// begin notes that a message begins, and returns what notes its end.
func (h *handling) begin(id string) (end func()) {
	patient, _, _ := strings.Cut(id, " ")
	h.mu.Lock()
	defer h.mu.Unlock()
	if other := h.running[patient]; other != "" {
		h.wrong = append(h.wrong, id+" ran beside "+other)
	}
	h.running[patient] = id
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.running, patient)
		h.done[patient] = append(h.done[patient], id)
		h.count++
	}
}

func (h *handling) handled() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}

// TestNodeDownWhileBusy: the server that leads dies and returns, and a process that has
// claimed messages is gone, while others append and handle. All is handled once and in order.
func TestNodeDownWhileBusy(t *testing.T) {
	t.Parallel()
	const messages, patients = 400, 12
	c := integration.NATS(t, 3)
	random := rand.New(rand.NewPCG(testenv.Seed(t, rand.Uint64()), 0))
	h := &handling{running: map[string]string{}, done: map[string][]string{}}
	want := map[string][]string{}
	var appended []inbox.Message
	for i := range messages {
		patient := fmt.Sprint("patient", random.IntN(patients))
		id := fmt.Sprint(patient, " ", i)
		want[patient] = append(want[patient], id)
		m := message(id, 500)
		m.Order = []string{patient}
		appended = append(appended, m)
	}
	feed := open(t, c, natsinbox.Config{})
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	for _, m := range appended[:patients] {
		add(t, feed, m)
	}
	gone := open(t, c, natsinbox.Config{})
	claims, err := gone.Claim(ctx, 3, 5*time.Second)
	require.NoError(t, err)
	require.Len(t, claims, 3)
	require.NoError(t, gone.Close())
	var working sync.WaitGroup
	for range 2 {
		b := open(t, c, natsinbox.Config{})
		working.Go(func() { work(ctx, t, b, h, messages) })
	}
	killed := -1
	for i, m := range appended[patients:] {
		switch i {
		case messages / 4:
			killed = c.Leader(t, "redox-inbox")
			c.Kill(killed)
		case 3 * messages / 4:
			c.Start(t, killed)
		}
		add(t, feed, m)
	}
	working.Wait()
	assert.Empty(t, h.wrong)
	assert.Equal(t, want, h.done)
	c.Ready(t)
	for e, err := range feed.Find(ctx, inbox.Filter{}) {
		require.NoError(t, err)
		assert.Equal(t, inbox.Handled, e.Outcome)
	}
}

// work handles messages until so many are handled.
func work(ctx context.Context, t *testing.T, b *natsinbox.Box, h *handling, messages int) {
	for h.handled() < messages && ctx.Err() == nil {
		soon, cancel := context.WithTimeout(ctx, 10*time.Second)
		claims, err := b.Claim(soon, 4, time.Minute)
		if err == nil && len(claims) == 0 {
			_ = b.Wait(soon, 200*time.Millisecond) // the count may change meanwhile
		}
		cancel()
		for _, claim := range claims {
			end := h.begin(string(claim.Key))
			time.Sleep(time.Millisecond) // it takes a while, as others would notice
			end()
			handled(t, b, claim)
		}
	}
}
