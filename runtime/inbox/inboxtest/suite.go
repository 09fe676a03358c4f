// Package inboxtest holds what every inbox.Box must do, as a test suite. The engines of
// this module pass it; run it against one of your own:
//
//	func TestBox(t *testing.T) {
//		inboxtest.Run(t, inboxtest.Config{New: func(t *testing.T) inbox.Box { … }})
//	}
package inboxtest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// Config tells the suite how to make a Box.
type Config struct {
	// New returns a Box that is empty. It may use t.Cleanup.
	New func(t *testing.T) inbox.Box
	// Lease is the shortest lease that the Box keeps reliably. Default 300 ms.
	Lease time.Duration
	// Messages is how many the random test appends. Default 300.
	Messages int
	// NewStalled returns a Box, and a function after which its engine takes requests
	// and does not answer, or is locked by another, until the test ends. Nil leaves out
	// the test that the Box heeds its contexts then.
	NewStalled func(t *testing.T) (box inbox.Box, stall func())
	// Unwritable open boxes that cannot be written. Nil leaves out the test that
	// opening or Ping finds out.
	Unwritable map[string]func(t *testing.T) (inbox.Box, error)
}

// Run runs the suite.
func Run(t *testing.T, c Config) {
	if c.Lease == 0 {
		c.Lease = 300 * time.Millisecond
	}
	if c.Messages == 0 {
		c.Messages = 300
	}
	for name, test := range map[string]func(*testing.T, Config){
		"Append":     testAppend,
		"Order":      testOrder,
		"Merge":      testMerge,
		"NoKeys":     testNoKeys,
		"Retry":      testRetry,
		"Lease":      testLease,
		"Finish":     testFinish,
		"Held":       testHeld,
		"Wait":       testWait,
		"Find":       testFind,
		"Pages":      testPages,
		"Replay":     testReplay,
		"Purge":      testPurge,
		"Stats":      testStats,
		"Body":       testBody,
		"Contexts":   testContexts,
		"Random":     testRandom,
		"Duplicates": testDuplicates,
		"Stalled":    testStalled,
		"Unwritable": testUnwritable,
	} {
		t.Run(name, func(t *testing.T) { test(t, c) })
	}
}

// long is a lease that no test outlasts.
const long = time.Minute

var start = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)

// message returns a message of those keys.
func message(key string, order ...string) inbox.Message {
	return inbox.Message{
		Key: dedup.Key(key), Order: order, DataModel: "PatientAdmin", EventType: "Arrival",
		Source: "source", LogID: "log-" + key, AttemptID: "attempt-" + key,
		Received: start, Raw: []byte(`{"Meta":{},"Key":"` + key + `"}`),
	}
}

// box is a Box whose methods fail the test.
type box struct {
	inbox.Box
	t testing.TB
}

func open(t *testing.T, c Config) box { return box{c.New(t), t} }

func (b box) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// add appends messages, which must be new.
func (b box) add(messages ...inbox.Message) {
	b.t.Helper()
	for _, m := range messages {
		added, err := b.Append(b.t.Context(), m)
		if b.must(err); !added {
			b.t.Fatalf("Append of %s reports that it is there", m.Key)
		}
	}
}

// claim claims what it can and returns it by key.
func (b box) claim(want ...string) map[string]inbox.Claim {
	b.t.Helper()
	return b.claimFor(long, want...)
}

func (b box) claimFor(lease time.Duration, want ...string) map[string]inbox.Claim {
	b.t.Helper()
	claims := map[string]inbox.Claim{}
	for {
		batch, err := b.Claim(b.t.Context(), 10, lease)
		if b.must(err); len(batch) == 0 {
			break
		}
		for _, c := range batch {
			claims[string(c.Key)] = c
		}
	}
	var got []string
	for key := range claims {
		got = append(got, key)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		b.t.Fatalf("claimed %v, want %v", got, want)
	}
	return claims
}

func (b box) finish(c inbox.Claim, as inbox.Outcome) {
	b.t.Helper()
	b.must(b.Finish(b.t.Context(), c, as))
}

// find returns the keys of the entries of a filter.
func (b box) find(f inbox.Filter) []string {
	b.t.Helper()
	var keys []string
	for e, err := range b.Find(b.t.Context(), f) {
		b.must(err)
		keys = append(keys, string(e.Key))
	}
	return keys
}

// entry returns the entry of a key.
func (b box) entry(key string) inbox.Entry {
	b.t.Helper()
	for e, err := range b.Find(b.t.Context(), inbox.Filter{LogID: "log-" + key}) {
		b.must(err)
		return e
	}
	b.t.Fatalf("no entry of %s", key)
	return inbox.Entry{}
}

func (b box) stats() inbox.Stats {
	b.t.Helper()
	s, err := b.Stats(b.t.Context())
	b.must(err)
	return s
}

func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		t.Fatalf("%s: %s, want %s", what, g, w)
	}
}
