package inboxtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// testDuplicates: of many that append a message at once one adds it.
func testDuplicates(t *testing.T, c Config) {
	b := open(t, c)
	for round := range 5 {
		var added atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				ok, err := b.Append(t.Context(), message(fmt.Sprint(round), "a", "b"))
				if err != nil {
					t.Errorf("Append: %v", err)
				} else if ok {
					added.Add(1)
				}
			})
		}
		wg.Wait()
		equal(t, "added", added.Load(), 1)
	}
	equal(t, "Depth", b.stats().Depth, 5)
}

// log is an independent record of what ran, by key.
type log struct {
	mu       sync.Mutex
	appended map[string][]string // by order key, as Append returned
	running  map[string]string
	handled  map[string][]string
	wrong    []string
}

func (l *log) begin(id string, order []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range order {
		if other := l.running[k]; other != "" {
			l.wrong = append(l.wrong, fmt.Sprintf("%s ran beside %s, both of %s", id, other, k))
		}
		l.running[k] = id
	}
}

func (l *log) end(id string, order []string, handled bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range order {
		if l.running[k] = ""; handled {
			l.handled[k] = append(l.handled[k], id)
		}
	}
}

// testRandom: several that append and several that work, with failures and merges: all
// is handled once, in order and never two of a key at once.
func testRandom(t *testing.T, c Config) {
	b := open(t, c)
	random := testenv.Seed(t, rand.Uint64())
	l := &log{appended: map[string][]string{}, running: map[string]string{}, handled: map[string][]string{}}
	orders := map[string][]string{}
	var mu sync.Mutex // of orders
	var appending sync.WaitGroup
	const feeds = 4
	for feed := range feeds {
		r := rand.New(rand.NewPCG(random, uint64(feed)))
		appending.Go(func() {
			for i := range c.Messages / feeds {
				// A feed has patients of its own, whose order is known, and shares one.
				order := []string{fmt.Sprint(feed, " patient ", r.IntN(5))}
				switch r.IntN(10) {
				case 0:
					order = append(order, fmt.Sprint(feed, " patient ", 5+r.IntN(3)))
				case 1:
					order = append(order, "shared")
				}
				id := fmt.Sprint(feed, ".", i)
				mu.Lock()
				orders[id] = order
				mu.Unlock()
				b.add(message(id, order...))
				l.mu.Lock()
				for _, k := range order {
					l.appended[k] = append(l.appended[k], id)
				}
				l.mu.Unlock()
			}
		})
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var left atomic.Int64
	left.Store(int64(c.Messages / feeds * feeds))
	var working sync.WaitGroup
	for worker := range 4 {
		r := rand.New(rand.NewPCG(random, 100+uint64(worker)))
		working.Go(func() {
			for ctx.Err() == nil && left.Load() > 0 {
				claims, err := b.Claim(ctx, 1+r.IntN(4), long)
				if err != nil && ctx.Err() == nil {
					t.Errorf("Claim: %v", err)
					return
				}
				for _, claim := range claims {
					id := string(claim.Key)
					mu.Lock()
					order := orders[id]
					mu.Unlock()
					l.begin(id, order)
					again := r.IntN(8) == 0
					if l.end(id, order, !again); again {
						err = b.Retry(ctx, claim, time.Duration(r.IntN(3))*time.Millisecond)
					} else if err = b.Finish(ctx, claim, inbox.Handled); left.Add(-1) == 0 {
						stop()
						err = nil
					}
					if err != nil && ctx.Err() == nil {
						t.Errorf("%s: %v", id, err)
						return
					}
				}
				if len(claims) == 0 {
					_ = b.Wait(ctx, 20*time.Millisecond)
				}
			}
		})
	}
	appending.Wait()
	working.Wait()
	for _, wrong := range l.wrong {
		t.Error(wrong)
	}
	for k, want := range l.appended {
		got := l.handled[k]
		if k == "shared" { // appended at the same time by several
			slices.Sort(got)
			slices.Sort(want)
		}
		equal(t, "handled of "+k, got, want)
	}
}

// testContexts: a context that is over is an error of every method.
func testContexts(t *testing.T, c Config) {
	b := open(t, c)
	b.add(message("a", "a"))
	claim := b.claim("a")["a"]
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for what, err := range callAll(ctx, b, claim) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a context that is over = %v", what, err)
		}
	}
	b.finish(claim, inbox.Handled)
}

// callAll calls all methods that ask the engine.
func callAll(ctx context.Context, b inbox.Box, claim inbox.Claim) map[string]error {
	_, appended := b.Append(ctx, message("b", "b"))
	_, claimed := b.Claim(ctx, 1, long)
	_, stats := b.Stats(ctx)
	_, purged := b.Purge(ctx, inbox.Filter{})
	var found error
	for _, err := range b.Find(ctx, inbox.Filter{}) {
		found = err
	}
	return map[string]error{
		"Append": appended, "Claim": claimed, "Stats": stats, "Purge": purged, "Find": found,
		"Extend": b.Extend(ctx, claim, long), "Finish": b.Finish(ctx, claim, inbox.Handled),
		"Retry": b.Retry(ctx, claim, 0), "Replay": b.Replay(ctx, claim.ID, ""), "Ping": b.Ping(ctx),
	}
}

// testStalled: methods end with their context where the engine does not answer.
func testStalled(t *testing.T, c Config) {
	if c.NewStalled == nil {
		t.Skip("no Config.NewStalled")
	}
	inner, stall := c.NewStalled(t)
	b := box{inner, t}
	b.add(message("a", "a"))
	claim := b.claim("a")["a"]
	stall()
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	for what, err := range callAll(ctx, b, claim) {
		if err == nil && what != "Stats" && what != "Find" { // which may read beside a writer
			t.Errorf("%s returned nil though the engine does not answer", what)
		}
	}
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("the methods took %v for contexts of 300ms", d)
	}
}

// testUnwritable: who cannot write is told so.
func testUnwritable(t *testing.T, c Config) {
	if len(c.Unwritable) == 0 {
		t.Skip("no Config.Unwritable")
	}
	for name, open := range c.Unwritable {
		b, err := open(t)
		if err == nil {
			err = b.Ping(t.Context())
		}
		if err == nil {
			t.Errorf("%s: neither opening nor Ping is an error", name)
		}
	}
}
