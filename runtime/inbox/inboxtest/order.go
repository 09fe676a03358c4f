package inboxtest

import (
	"errors"
	"testing"
	"time"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// testAppend: a message is added once, whatever became of it.
func testAppend(t *testing.T, c Config) {
	b := open(t, c)
	again := func(when string) {
		t.Helper()
		other := message("a", "other")
		added, err := b.Append(t.Context(), other)
		if b.must(err); added {
			t.Fatalf("a message was added again when it was %s", when)
		}
	}
	b.add(message("a", "1"))
	again("pending")
	claim := b.claim("a")["a"]
	again("claimed")
	equal(t, "Attempt", claim.Attempt, 1)
	equal(t, "Raw", string(claim.Raw), string(message("a").Raw))
	equal(t, "DataModel, EventType", claim.DataModel+claim.EventType, "PatientAdminArrival")
	equal(t, "Source, LogID, AttemptID", claim.Source+claim.LogID+claim.AttemptID, "sourcelog-aattempt-a")
	equal(t, "Received", claim.Received.UTC(), start)
	b.finish(claim, inbox.Handled)
	again("handled")
	b.claim()
}

// testOrder: messages of a key are claimed one after the other, those of others at once.
func testOrder(t *testing.T, c Config) {
	b := open(t, c)
	b.add(message("a1", "a"), message("a2", "a"), message("b1", "b"), message("a3", "a"))
	claims := b.claim("a1", "b1")
	b.finish(claims["a1"], inbox.Handled)
	claims = b.claim("a2")
	b.add(message("a4", "a"))
	b.finish(claims["a2"], inbox.Dead)
	b.finish(b.claim("a3")["a3"], inbox.Handled)
	b.finish(b.claim("a4")["a4"], inbox.Handled)
	b.claim()
	b.add(message("a5", "a"))
	b.claim("a5")
}

// testMerge: a message of several keys waits for all of them, and all wait for it.
func testMerge(t *testing.T, c Config) {
	b := open(t, c)
	b.add(message("a1", "a"), message("b1", "b"), message("ab", "a", "b"), message("a2", "a"), message("b2", "b"), message("c1", "c"), message("bc", "c", "b"))
	claims := b.claim("a1", "b1", "c1")
	b.finish(claims["a1"], inbox.Handled)
	b.claim()
	b.finish(claims["b1"], inbox.Handled)
	b.finish(claims["c1"], inbox.Handled)
	b.finish(b.claim("ab")["ab"], inbox.Handled)
	claims = b.claim("a2", "b2")
	b.finish(claims["b2"], inbox.Handled)
	b.claim("bc")
}

// testNoKeys: a message without keys waits for none.
func testNoKeys(t *testing.T, c Config) {
	b := open(t, c)
	b.add(message("a"), message("b"), message("c", "k", "k"))
	b.claim("a", "b", "c")
}

// testRetry: a message that failed holds back those of its keys alone.
func testRetry(t *testing.T, c Config) {
	b := open(t, c)
	b.add(message("a1", "a"), message("a2", "a"), message("b1", "b"))
	claims := b.claim("a1", "b1")
	b.must(b.Retry(t.Context(), claims["a1"], c.Lease))
	if err := b.Finish(t.Context(), claims["a1"], inbox.Handled); !errors.Is(err, inbox.ErrLost) {
		t.Fatalf("Finish after Retry = %v, want ErrLost", err)
	}
	b.add(message("b2", "b"))
	b.finish(claims["b1"], inbox.Handled)
	claims = b.claim("b2")
	waited(c.Lease)
	claim := b.claim("a1")["a1"]
	equal(t, "Attempt", claim.Attempt, 2)
	b.must(b.Retry(t.Context(), claim, 0))
	claim = b.claim("a1")["a1"]
	equal(t, "Attempt", claim.Attempt, 3)
	b.finish(claim, inbox.Handled)
	b.finish(claims["b2"], inbox.Handled)
	equal(t, "Attempt", b.claim("a2")["a2"].Attempt, 1)
}

// waited returns when a lease or a pause is over.
func waited(d time.Duration) { time.Sleep(d + d/3) }

// testLease: a claim whose lease ran out goes to another worker, and its holder can do
// nothing with it any more.
func testLease(t *testing.T, c Config) {
	b := open(t, c)
	b.add(message("a1", "a"), message("a2", "a"), message("b1", "b"))
	claims := b.claimFor(c.Lease, "a1", "b1")
	b.must(b.Extend(t.Context(), claims["b1"], long))
	waited(c.Lease)
	next := b.claim("a1")["a1"]
	equal(t, "Attempt", next.Attempt, 2)
	for what, err := range map[string]error{
		"Extend": b.Extend(t.Context(), claims["a1"], long),
		"Finish": b.Finish(t.Context(), claims["a1"], inbox.Dead),
		"Retry":  b.Retry(t.Context(), claims["a1"], 0),
	} {
		if !errors.Is(err, inbox.ErrLost) {
			t.Errorf("%s of a lost claim = %v, want ErrLost", what, err)
		}
	}
	b.claim()
	b.finish(next, inbox.Handled)
	b.claim("a2")
	b.finish(claims["b1"], inbox.Handled)
	// A lease that ran out does not matter as long as nobody claimed the message.
	b.add(message("c1", "c"))
	late := b.claimFor(c.Lease, "c1")["c1"]
	waited(c.Lease)
	b.finish(late, inbox.Handled)
	b.claim()
}

// testFinish: finishing again as the same is no error, and changes nothing.
func testFinish(t *testing.T, c Config) {
	b := open(t, c)
	b.add(message("a1", "a"), message("a2", "a"), message("a3", "a"))
	claim := b.claim("a1")["a1"]
	b.finish(claim, inbox.Handled)
	b.finish(claim, inbox.Handled)
	if err := b.Finish(t.Context(), claim, inbox.Dead); !errors.Is(err, inbox.ErrLost) {
		t.Fatalf("Finish as another outcome = %v, want ErrLost", err)
	}
	b.claim("a2")
	equal(t, "Outcome", b.entry("a1").Outcome, inbox.Handled)
}

// testHeld: the keys of a held message wait until it is replayed or purged.
func testHeld(t *testing.T, c Config) {
	b := open(t, c)
	b.add(message("a1", "a"), message("a2", "a"))
	claim := b.claim("a1")["a1"]
	b.finish(claim, inbox.Held)
	b.finish(claim, inbox.Held)
	b.claim()
	held := b.entry("a1")
	equal(t, "Outcome", held.Outcome, inbox.Held)
	b.must(b.Replay(t.Context(), held.ID, "beds"))
	claim = b.claim("a1")["a1"]
	equal(t, "Attempt, Replay, Handler", []any{claim.Attempt, claim.Replay, claim.Handler}, []any{1, true, "beds"})
	b.finish(claim, inbox.Held)
	n, err := b.Purge(t.Context(), inbox.Filter{ID: held.ID})
	b.must(err)
	equal(t, "purged", n, 1)
	b.claim("a2")
}

// testWait: Wait returns when there is something to claim.
func testWait(t *testing.T, c Config) {
	b := open(t, c)
	woken := func(what string, by func()) {
		t.Helper()
		done := make(chan error, 1)
		go func() { done <- b.Wait(t.Context(), 20*time.Second) }()
		time.Sleep(50 * time.Millisecond)
		began := time.Now()
		by()
		if err := <-done; err != nil || time.Since(began) > 10*time.Second {
			t.Fatalf("Wait returned %v after %v, not when a message was %s", err, time.Since(began), what)
		}
	}
	woken("appended", func() { b.add(message("a1", "a"), message("a2", "a")) })
	claim := b.claim("a1")["a1"]
	woken("finished", func() { b.finish(claim, inbox.Handled) })
	began := time.Now()
	b.must(b.Wait(t.Context(), 10*time.Millisecond))
	if d := time.Since(began); d > 5*time.Second {
		t.Fatalf("Wait for 10ms took %v", d)
	}
}
