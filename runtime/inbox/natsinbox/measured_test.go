//go:build unix

package natsinbox_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/natsinbox"
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

// quickest is the least of three medians: a machine with other work makes it longer, never
// shorter.
func quickest(n int, f func(i int)) time.Duration {
	least := median(n, f)
	for round := range 2 {
		least = min(least, median(n, func(i int) { f((round+1)*n + i) }))
	}
	return least
}

// mostOfAppend is what an append costs at most of a publish, also with the race detector.
// Without it it is less than half of that.
const mostOfAppend = 2.5

// TestAppendCost compares an append with the publish of its body with a message ID, to a
// stream that is on as many servers.
func TestAppendCost(t *testing.T) {
	c := integration.NATS(t, 3)
	b, js := open(t, c, natsinbox.Config{}), c.Connect(t)
	_, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "bare", Subjects: []string{"bare"}, Replicas: 3})
	require.NoError(t, err)
	const n = 200
	raw := make([]byte, 4300)
	var bare, own []time.Duration
	for round := range 5 {
		bare = append(bare, median(n, func(i int) {
			_, err := js.Publish(t.Context(), "bare", raw, jetstream.WithMsgID(fmt.Sprint(round, "-", i)))
			require.NoError(t, err)
		}))
		own = append(own, median(n, func(i int) {
			m := message(fmt.Sprint(round, "-", i), len(raw))
			m.Order = []string{fmt.Sprint("patient", i%50)}
			_, err := b.Append(t.Context(), m)
			require.NoError(t, err)
		}))
	}
	ratio := float64(slices.Min(own)) / float64(slices.Min(bare))
	t.Logf("append %v, bare publish %v: %.2f", slices.Min(own), slices.Min(bare), ratio)
	assert.Less(t, ratio, mostOfAppend)
}

// sleeper is a handler that waits.
type sleeper struct {
	left atomic.Int64
	done chan struct{}
}

func (s *sleeper) HandleMessage(context.Context, inbox.Work) inbox.Verdict {
	time.Sleep(5 * time.Millisecond)
	if s.left.Add(-1) == 0 {
		close(s.done)
	}
	return inbox.Verdict{Outcome: inbox.Handled}
}

// addAll appends messages, several at once.
func addAll(t *testing.T, b *natsinbox.Box, n int, name string, size int) {
	var wg sync.WaitGroup
	var next atomic.Int64
	for range 64 {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				add(t, b, message(fmt.Sprint(name, i), size))
			}
		})
	}
	wg.Wait()
}

// leastOfLinear is what the processes of the test and the server leave of linear scaling
// where they share two cores: less than 0.8, as it is measured, with the race detector.
const leastOfLinear = 0.4

// TestScaling: 2 and 4 workers do nearly 2 and 4 times what one does.
func TestScaling(t *testing.T) {
	const n = 400
	c := integration.NATS(t, 1)
	rate := func(workers int) float64 {
		name := newName()
		addAll(t, open(t, c, natsinbox.Config{Name: name}), n, "m", 4300)
		s := &sleeper{done: make(chan struct{})}
		s.left.Store(n)
		var boxes []*natsinbox.Box
		for range workers {
			b := open(t, c, natsinbox.Config{Name: name})
			_, err := b.Stats(t.Context()) // it has read what is there
			require.NoError(t, err)
			boxes = append(boxes, b)
		}
		var stops []func() error
		began := time.Now()
		for _, b := range boxes {
			stops = append(stops, inbox.Start(t.Context(), b, s, inbox.Config{Concurrency: 1}))
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
		ratio := got / one / float64(workers)
		t.Logf("%d workers: %.0f messages/s, one: %.0f: %.2f of linear", workers, got, one, ratio)
		assert.Greater(t, ratio, leastOfLinear)
	}
}

// holding is a handler that fails for the messages of a patient, and tells of all others.
type holding struct {
	patient string
	done    chan struct{}
}

func (h holding) HandleMessage(_ context.Context, w inbox.Work) inbox.Verdict {
	if w.LogID == h.patient {
		return inbox.Verdict{Outcome: inbox.Pending, Failed: true}
	}
	h.done <- struct{}{}
	return inbox.Verdict{Outcome: inbox.Handled}
}

// TestLatencyOfOthers: while 200 messages of a patient wait for one that fails, those of
// others take as long as before.
func TestLatencyOfOthers(t *testing.T) {
	c := integration.NATS(t, 1)
	b := open(t, c, natsinbox.Config{})
	h := holding{"held", make(chan struct{}, 1)}
	stop := inbox.Start(t.Context(), b, h, inbox.Config{Backoff: time.Minute})
	defer func() { assert.NoError(t, stop()) }()
	latency := func(name string) time.Duration {
		return quickest(100, func(i int) {
			add(t, b, message(fmt.Sprint(name, i), 1000))
			<-h.done
		})
	}
	before := latency("before")
	for i := range 200 {
		m := message(h.patient, 1000)
		m.Key, m.Order = dedup.Key(fmt.Sprint("held", i)), []string{h.patient}
		add(t, b, m)
	}
	during := latency("during")
	stats, err := b.Stats(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 199}, []int64{int64(stats.Waiting), int64(stats.Blocked)})
	t.Logf("before %v, while a patient's messages wait %v: %.2f", before, during, float64(during)/float64(before))
	assert.Less(t, float64(during)/float64(before), 2.0)
}

// TestRetained: with REDOXGEN_RETAINED messages that are kept, such as 200,000, appends,
// claims and lists take what they take with 10,000.
func TestRetained(t *testing.T) {
	text := os.Getenv("REDOXGEN_RETAINED")
	if text == "" {
		t.Skip("takes minutes: set REDOXGEN_RETAINED to a number of messages, such as 200000")
	}
	many, err := strconv.Atoi(text)
	require.NoError(t, err)
	c := integration.NATS(t, 1)
	b := open(t, c, natsinbox.Config{})
	retain(t, b, "few", 10_000)
	small, heap := figures(t, b, "small"), heapSize()
	memory := c.Memory(t, 0)
	retain(t, b, "many", many)
	large := figures(t, b, "large")
	for what, took := range large {
		ratio := float64(took) / float64(small[what])
		t.Logf("%s: %v with 10000 messages, %v with %d more: %.2f", what, small[what], took, many, ratio)
		if what != ofLogID { // of which there is no index
			assert.Less(t, ratio, 3.0, what)
		}
	}
	t.Logf("heap of this process: %d MB with 10000 messages, %d MB with %d more", heap>>20, heapSize()>>20, many)
	t.Logf("memory of the server: %d MB and %d MB, %d bytes for each message", memory>>20, c.Memory(t, 0)>>20, (c.Memory(t, 0)-memory)/int64(many))
	// A program that starts.
	began := time.Now()
	_, err = open(t, c, natsinbox.Config{}).Stats(t.Context())
	require.NoError(t, err)
	t.Logf("start: %v", time.Since(began))
}

const ofLogID = "list of a log ID"

func heapSize() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// retain appends messages and handles them, a part at a time.
func retain(t *testing.T, b *natsinbox.Box, name string, n int) {
	for part := 0; part < n; part += 5000 {
		addAll(t, b, min(5000, n-part), fmt.Sprint(name, part, "-"), 1000)
		for {
			claims, err := b.Claim(t.Context(), 500, time.Minute)
			require.NoError(t, err)
			if len(claims) == 0 {
				break
			}
			var wg sync.WaitGroup
			for _, claim := range claims {
				wg.Go(func() { handled(t, b, claim) })
			}
			wg.Wait()
		}
	}
}

func figures(t *testing.T, b *natsinbox.Box, name string) map[string]time.Duration {
	const n = 70
	all := map[string]time.Duration{"append": quickest(n, func(i int) {
		add(t, b, message(fmt.Sprint(name, i), 1000))
	})}
	all["claim and finish"] = quickest(n, func(int) {
		claims, err := b.Claim(t.Context(), 1, time.Minute)
		require.NoError(t, err)
		handled(t, b, claims[0])
	})
	for what, f := range map[string]inbox.Filter{
		"list of the newest 50": {Newest: true, Limit: 50},
		"list of the oldest 50": {Limit: 50},
		"list of a number":      {ID: 7},
		ofLogID:                 {LogID: name + "7"},
	} {
		all[what] = quickest(3, func(int) {
			for _, err := range b.Find(t.Context(), f) {
				require.NoError(t, err)
			}
		})
	}
	all["claim when there is none"] = quickest(n, func(int) {
		claims, err := b.Claim(t.Context(), 1, time.Minute)
		require.NoError(t, err)
		require.Empty(t, claims)
	})
	return all
}
