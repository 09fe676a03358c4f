// Package deduptest holds what every dedup.Store must do, as a test suite. The
// stores of this module pass it; run it against a store of your own:
//
//	func TestStore(t *testing.T) {
//		deduptest.Run(t, deduptest.Config{New: func(t *testing.T) dedup.Store { … }})
//	}
package deduptest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// Config tells the suite how to make a store.
type Config struct {
	// New returns a store that is empty, or that holds no keys of another call.
	// It may use t.Cleanup.
	New func(t *testing.T) dedup.Store
	// Lease is the shortest lease that the store keeps reliably. Default 300 ms.
	// The suite waits for leases to run out, a few times in all.
	Lease time.Duration
	// NewRetaining returns a store that forgets done keys after the retention.
	// Nil leaves out the tests on retention.
	NewRetaining func(t *testing.T, retention time.Duration) dedup.Store
	// NewStalled returns a store, and a function after which its database takes
	// requests and does not answer, or is locked by another, until the test ends.
	// Nil leaves out the test that the store heeds its contexts then.
	NewStalled func(t *testing.T) (store dedup.Store, stall func())
	// Unwritable open stores that cannot be written: read-only, a replica, without
	// the rights. Nil leaves out the test that opening or Ping finds out.
	Unwritable map[string]func(t *testing.T) (dedup.Store, error)
	// Workers is how many claim at once in the concurrent tests. Default 16.
	Workers int
}

// long is a lease that does not run out during a test.
const long = time.Minute

// Run runs the suite.
func Run(t *testing.T, c Config) {
	if c.Lease <= 0 {
		c.Lease = 300 * time.Millisecond
	}
	if c.Workers <= 0 {
		c.Workers = 16
	}
	tests := map[string]func(*testing.T, Config){
		"ClaimCommit":       testClaimCommit,
		"ClaimRelease":      testClaimRelease,
		"OnlyNewIsHeld":     testOnlyNewIsHeld,
		"CommitTwice":       testCommitTwice,
		"LeaseRunsOut":      testLeaseRunsOut,
		"LateCommit":        testLateCommit,
		"Extend":            testExtend,
		"LeasesDiffer":      testLeasesDiffer,
		"FenceAfterRelease": testFenceAfterRelease,
		"AfterRelease":      testAfterRelease,
		"Keys":              testKeys,
		"Known":             testKnown,
		"Timeline":          testTimeline,
		"CancelledContext":  testCancelledContext,
		"OneOfMany":         testOneOfMany,
		"Outslept":          testOutslept,
		"Storm":             testStorm,
	}
	if c.NewRetaining != nil {
		tests["Retention"] = testRetention
	}
	if c.NewStalled != nil {
		tests["Stalled"] = testStalled
	}
	if c.Unwritable != nil {
		tests["Unwritable"] = testUnwritable
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, c)
		})
	}
}

// held claims a key that must be free.
func held(t *testing.T, s dedup.Store, key dedup.Key, lease time.Duration, attempt int) dedup.Claim {
	t.Helper()
	c, err := s.Claim(t.Context(), key, lease)
	if err != nil {
		t.Fatalf("Claim(%q): %v", key, err)
	}
	if c.State != dedup.New || c.Key != key || c.Fence == 0 || c.Attempt != attempt {
		t.Fatalf("Claim(%q) = %+v, want a new claim with a fence, attempt %d", key, c, attempt)
	}
	return c
}

// refused claims a key that must be in the given state.
func refused(t *testing.T, s dedup.Store, key dedup.Key, want dedup.State) {
	t.Helper()
	c, err := s.Claim(t.Context(), key, long)
	if err != nil {
		t.Fatalf("Claim(%q): %v", key, err)
	}
	if c != (dedup.Claim{Key: key, State: want}) {
		t.Fatalf("Claim(%q) = %+v, want state %q and nothing else", key, c, want)
	}
}

func wantErr(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("%s: error %v, want %v", what, got, want)
	}
}

// wantLost tries all that the holder of a claim could do.
func wantLost(t *testing.T, s dedup.Store, c dedup.Claim) {
	t.Helper()
	wantErr(t, "Extend of what is not held", s.Extend(t.Context(), c, long), dedup.ErrLost)
	wantErr(t, "Release of what is not held", s.Release(t.Context(), c), dedup.ErrLost)
	wantErr(t, "Commit of what is not held", s.Commit(t.Context(), c), dedup.ErrLost)
}

func testClaimCommit(t *testing.T, c Config) {
	s := c.New(t)
	a := held(t, s, "a", long, 1)
	refused(t, s, "a", dedup.InFlight)
	b := held(t, s, "b", long, 1)
	wantErr(t, "Commit", s.Commit(t.Context(), a), nil)
	refused(t, s, "a", dedup.Done)
	refused(t, s, "b", dedup.InFlight)
	wantErr(t, "Commit", s.Commit(t.Context(), b), nil)
	refused(t, s, "b", dedup.Done)
}

func testClaimRelease(t *testing.T, c Config) {
	s := c.New(t)
	for attempt := 1; attempt <= 3; attempt++ {
		claim := held(t, s, "a", long, attempt)
		wantErr(t, "Release", s.Release(t.Context(), claim), nil)
	}
	claim := held(t, s, "a", long, 4)
	wantErr(t, "Commit", s.Commit(t.Context(), claim), nil)
	wantErr(t, "Release after Commit", s.Release(t.Context(), claim), dedup.ErrLost)
	refused(t, s, "a", dedup.Done)
}

func testOnlyNewIsHeld(t *testing.T, c Config) {
	s := c.New(t)
	held(t, s, "a", long, 1)
	other, err := s.Claim(t.Context(), "a", long)
	wantErr(t, "Claim", err, nil)
	for _, claim := range []dedup.Claim{other, {}, {Key: "a", State: dedup.Done}} {
		wantErr(t, "Commit", s.Commit(t.Context(), claim), dedup.ErrNotClaimed)
		wantErr(t, "Release", s.Release(t.Context(), claim), dedup.ErrNotClaimed)
		wantErr(t, "Extend", s.Extend(t.Context(), claim, long), dedup.ErrNotClaimed)
	}
	refused(t, s, "a", dedup.InFlight)
	stranger := dedup.Claim{Key: "never claimed", State: dedup.New, Fence: 1}
	wantLost(t, s, stranger)
	held(t, s, stranger.Key, long, 1) // asking for it made no claim
}

func testCommitTwice(t *testing.T, c Config) {
	s := c.New(t)
	a := held(t, s, "a", long, 1)
	for range 2 {
		wantErr(t, "Commit", s.Commit(t.Context(), a), nil)
	}
	wantErr(t, "Extend after Commit", s.Extend(t.Context(), a, long), dedup.ErrLost)
	refused(t, s, "a", dedup.Done)
}

func testLeaseRunsOut(t *testing.T, c Config) {
	s := c.New(t)
	dead := held(t, s, "a", c.Lease, 1)
	refused(t, s, "a", dedup.InFlight)
	time.Sleep(c.Lease * 3 / 2)
	next := held(t, s, "a", long, 2)
	if next.Fence == dead.Fence {
		t.Fatal("two claims of a key share a fence")
	}
	wantErr(t, "Commit over another's claim", s.Commit(t.Context(), dead), dedup.ErrLost)
	wantErr(t, "Release of another's claim", s.Release(t.Context(), dead), dedup.ErrLost)
	wantErr(t, "Extend of another's claim", s.Extend(t.Context(), dead, long), dedup.ErrLost)
	refused(t, s, "a", dedup.InFlight)
	wantErr(t, "Commit", s.Commit(t.Context(), next), nil)
	wantErr(t, "Commit over what another did", s.Commit(t.Context(), dead), dedup.ErrLost)
	refused(t, s, "a", dedup.Done)
}

// testLateCommit: a lease that ran out is no harm while nobody else came.
func testLateCommit(t *testing.T, c Config) {
	s := c.New(t)
	a := held(t, s, "a", c.Lease, 1)
	time.Sleep(c.Lease * 3 / 2)
	wantErr(t, "Commit", s.Commit(t.Context(), a), nil)
	refused(t, s, "a", dedup.Done)
}

func testExtend(t *testing.T, c Config) {
	s := c.New(t)
	a := held(t, s, "a", c.Lease, 1)
	wantErr(t, "Extend", s.Extend(t.Context(), a, long), nil)
	time.Sleep(c.Lease * 3 / 2)
	refused(t, s, "a", dedup.InFlight)
	wantErr(t, "Extend to a short lease", s.Extend(t.Context(), a, c.Lease), nil)
	time.Sleep(c.Lease * 3 / 2)
	held(t, s, "a", long, 2)
}

// testLeasesDiffer: receivers need not agree on the lease, and who asks for a
// shorter one does not end another's.
func testLeasesDiffer(t *testing.T, c Config) {
	s := c.New(t)
	claimed := held(t, s, "claimed", long, 1)
	extended := held(t, s, "extended", c.Lease, 1)
	wantErr(t, "Extend", s.Extend(t.Context(), extended, long), nil)
	ask := func() {
		for _, key := range []dedup.Key{"claimed", "extended"} {
			other, err := s.Claim(t.Context(), key, c.Lease/10)
			wantErr(t, "Claim", err, nil)
			if other.State != dedup.InFlight {
				t.Fatalf("Claim(%q) = %+v, want in flight: the holder's lease runs", key, other)
			}
		}
	}
	ask()
	time.Sleep(c.Lease * 3 / 2)
	ask()
	wantErr(t, "Commit", s.Commit(t.Context(), claimed), nil)
	wantErr(t, "Commit", s.Commit(t.Context(), extended), nil)
}

// testFenceAfterRelease: a claim that was taken over and released by the other
// must not come back to life with a third claim.
func testFenceAfterRelease(t *testing.T, c Config) {
	s := c.New(t)
	first := held(t, s, "a", c.Lease, 1)
	time.Sleep(c.Lease * 3 / 2)
	second := held(t, s, "a", long, 2)
	wantErr(t, "Release", s.Release(t.Context(), second), nil)
	third := held(t, s, "a", long, 3)
	wantErr(t, "Commit of the first", s.Commit(t.Context(), first), dedup.ErrLost)
	wantErr(t, "Commit of the second", s.Commit(t.Context(), second), dedup.ErrLost)
	refused(t, s, "a", dedup.InFlight)
	wantErr(t, "Commit of the third", s.Commit(t.Context(), third), nil)
}

// testAfterRelease: who released a claim has given it up, also while nobody else
// has taken the key.
func testAfterRelease(t *testing.T, c Config) {
	s := c.New(t)
	a := held(t, s, "a", long, 1)
	wantErr(t, "Release", s.Release(t.Context(), a), nil)
	wantLost(t, s, a)
	next := held(t, s, "a", long, 2)
	wantLost(t, s, a)
	wantErr(t, "Commit", s.Commit(t.Context(), next), nil)
}

func testKeys(t *testing.T, c Config) {
	s := c.New(t)
	keys := []dedup.Key{
		"", "a", "A", " a", "a ", "ä", "a\x00b", "a\x00c", "\xff\xfe", "'; DROP TABLE x --", "a*", "{a}", "%s",
		// What a database, an encoding or a protocol may take for the same.
		"\xff", "\xfe", "\ufffd", "a\u0308", "Ä", "1", "1.0", "01", "1e0", "a\n", "a%",
		dedup.Key(strings.Repeat("x", 100_000)), dedup.Key(strings.Repeat("x", 100_001)),
	}
	for _, key := range keys {
		claim := held(t, s, key, long, 1)
		wantErr(t, "Commit", s.Commit(t.Context(), claim), nil)
	}
	for _, key := range keys {
		refused(t, s, key, dedup.Done)
	}
}

func testCancelledContext(t *testing.T, c Config) {
	s := c.New(t)
	a := held(t, s, "a", long, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Claim(ctx, "b", long)
	wantErr(t, "Claim", err, context.Canceled)
	wantErr(t, "Commit", s.Commit(ctx, a), context.Canceled)
	wantErr(t, "Release", s.Release(ctx, a), context.Canceled)
	wantErr(t, "Extend", s.Extend(ctx, a, long), context.Canceled)
	refused(t, s, "a", dedup.InFlight)
	held(t, s, "b", long, 1)
}

func testRetention(t *testing.T, c Config) {
	s := c.NewRetaining(t, c.Lease)
	a := held(t, s, "a", long, 1)
	wantErr(t, "Commit", s.Commit(t.Context(), a), nil)
	refused(t, s, "a", dedup.Done)
	b := held(t, s, "b", long, 1)
	time.Sleep(c.Lease * 3 / 2)
	refused(t, s, "b", dedup.InFlight) // a running lease outlasts the retention
	wantErr(t, "Commit", s.Commit(t.Context(), b), nil)
	again := held(t, s, "a", long, 1)
	if again.Fence == a.Fence {
		t.Fatal("two claims of a key share a fence")
	}
	wantLost(t, s, a)
	refused(t, s, "a", dedup.InFlight)
}

// testKnown: what was claimed is known whatever became of it, and asking changes
// nothing.
func testKnown(t *testing.T, c Config) {
	s := c.New(t)
	knower, ok := s.(dedup.Knower)
	if !ok {
		return // only stores that outlive the program are asked
	}
	known := func(key dedup.Key) bool {
		t.Helper()
		known, err := knower.Known(t.Context(), key)
		if err != nil {
			t.Fatalf("Known(%q): %v", key, err)
		}
		return known
	}
	if known("known") {
		t.Error("a key that nobody claimed is known")
	}
	claim := held(t, s, "known", long, 1)
	if !known("known") {
		t.Error("a key in flight is not known")
	}
	if err := s.Release(t.Context(), claim); err != nil {
		t.Fatal(err)
	}
	if !known("known") {
		t.Error("a released key is not known")
	}
	if err := s.Commit(t.Context(), held(t, s, "known", long, 2)); err != nil {
		t.Fatal(err)
	}
	if !known("known") {
		t.Error("a key that is done is not known")
	}
	if known("another") {
		t.Error("another key is known")
	}
}
