package inboxtest

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// testFind: each member of a filter chooses, and an entry has no content unless it is
// asked for.
func testFind(t *testing.T, c Config) {
	b := open(t, c)
	for i, key := range []string{"a", "b", "c", "d"} {
		m := message(key, "patient-"+key)
		m.Received = start.Add(time.Duration(i) * time.Hour)
		switch key {
		case "b":
			m.DataModel, m.EventType = "Results", "New"
		case "c":
			m.Source, m.Order = "other", []string{"patient-c", "patient-a"}
		}
		b.add(m)
	}
	claims := b.claim("a", "b", "d")
	b.finish(claims["a"], inbox.Handled)
	b.finish(claims["b"], inbox.Dead)
	b.must(b.Retry(t.Context(), claims["d"], time.Hour))
	for what, test := range map[string]struct {
		filter inbox.Filter
		want   string
	}{
		"all":        {inbox.Filter{}, "[a b c d]"},
		"model":      {inbox.Filter{DataModel: "PatientAdmin"}, "[a c d]"},
		"event":      {inbox.Filter{DataModel: "Results", EventType: "New"}, "[b]"},
		"source":     {inbox.Filter{Source: "other"}, "[c]"},
		"log":        {inbox.Filter{LogID: "log-d"}, "[d]"},
		"key":        {inbox.Filter{Order: "patient-a"}, "[a c]"},
		"no key":     {inbox.Filter{Order: "patient-"}, "[]"},
		"handled":    {inbox.Filter{Outcome: inbox.Handled}, "[a]"},
		"dead":       {inbox.Filter{Outcome: inbox.Dead}, "[b]"},
		"pending":    {inbox.Filter{Outcome: inbox.Pending}, "[c d]"},
		"time":       {inbox.Filter{From: start.Add(time.Hour), To: start.Add(3 * time.Hour)}, "[b c]"},
		"newest":     {inbox.Filter{Newest: true, Limit: 2}, "[d c]"},
		"finished":   {inbox.Filter{Finished: time.Now().Add(time.Hour)}, "[a b]"},
		"unfinished": {inbox.Filter{Finished: start.Add(-time.Hour)}, "[]"},
		"several":    {inbox.Filter{Source: "source", Order: "patient-a"}, "[a]"},
	} {
		equal(t, what, fmt.Sprint(b.find(test.filter)), test.want)
	}
	e := b.entry("a")
	equal(t, "Raw", e.Raw == nil, true)
	equal(t, "Size is at least that of the body, which may be sealed", e.Size >= len(message("a").Raw), true)
	equal(t, "Attempts", e.Attempts, 1)
	equal(t, "Finished", e.Finished.IsZero(), false)
	equal(t, "Due", e.Due.IsZero(), true)
	if e = b.entry("d"); !e.Due.After(time.Now().Add(30 * time.Minute)) {
		t.Errorf("a message that waits an hour is due at %v", e.Due)
	}
	for e, err := range b.Find(t.Context(), inbox.Filter{ID: e.ID, Raw: true}) {
		b.must(err)
		equal(t, "Raw", string(e.Raw), string(message("d").Raw))
		equal(t, "Received", e.Received.UTC(), start.Add(3*time.Hour))
	}
}

// testPages: a page goes on where the last ended, in both directions.
func testPages(t *testing.T, c Config) {
	b := open(t, c)
	for i := range 7 {
		b.add(message(fmt.Sprint(i)))
	}
	for newest, want := range map[bool]string{false: "0123456", true: "6543210"} {
		got, after := "", int64(0)
		for range 4 {
			n := 0
			for e, err := range b.Find(t.Context(), inbox.Filter{Newest: newest, After: after, Limit: 3}) {
				b.must(err)
				got += string(e.Key)
				after = e.ID
				n++
			}
			if n < 3 {
				break
			}
		}
		equal(t, fmt.Sprint("Newest ", newest), got, want)
	}
}

// testReplay: a replay comes after what waits, in the order in which it was asked for.
func testReplay(t *testing.T, c Config) {
	b := open(t, c)
	b.add(message("a1", "a"), message("a2", "a"), message("a3", "a"))
	first := b.claim("a1")["a1"]
	b.finish(first, inbox.Handled)
	second := b.claim("a2")["a2"]
	b.must(b.Replay(t.Context(), first.ID, ""))
	equal(t, "Outcome", b.entry("a1").Outcome, inbox.Pending)
	b.finish(second, inbox.Dead)
	b.must(b.Replay(t.Context(), second.ID, "beds"))
	b.finish(b.claim("a3")["a3"], inbox.Handled)
	replayed := b.claim("a1")["a1"]
	equal(t, "Attempt, Replay, Handler", []any{replayed.Attempt, replayed.Replay, replayed.Handler}, []any{1, true, ""})
	equal(t, "ID", replayed.ID, first.ID)
	equal(t, "Run of a first run, and of a replay of what was handled", []bool{first.Run != 0, replayed.Run != 0}, []bool{false, true})
	equal(t, "Raw", string(replayed.Raw), string(message("a1").Raw))
	b.finish(replayed, inbox.Handled)
	replayed = b.claim("a2")["a2"]
	equal(t, "Handler", replayed.Handler, "beds")
	equal(t, "Run of a replay of a dead letter", replayed.Run, 0)
	// At once what waits for a retry.
	b.must(b.Retry(t.Context(), replayed, time.Hour))
	b.claim()
	b.must(b.Replay(t.Context(), replayed.ID, ""))
	replayed = b.claim("a2")["a2"]
	b.must(b.Replay(t.Context(), replayed.ID, "")) // it is claimed: nothing to do
	b.finish(replayed, inbox.Handled)
	b.claim()
	if err := b.Replay(t.Context(), 1<<40, ""); !errors.Is(err, inbox.ErrNotFound) {
		t.Errorf("Replay of what is not there = %v, want ErrNotFound", err)
	}
	equal(t, "found by key", fmt.Sprint(b.find(inbox.Filter{Order: "a"})), "[a1 a2 a3]")
}

// testPurge: only what is finished goes, and is forgotten.
func testPurge(t *testing.T, c Config) {
	b := open(t, c)
	b.add(message("a", "a"), message("b", "b"), message("c", "c"), message("d", "d"))
	claims := b.claim("a", "b", "c", "d")
	b.finish(claims["a"], inbox.Handled)
	b.finish(claims["b"], inbox.Dead)
	b.finish(claims["d"], inbox.Held)
	n, err := b.Purge(t.Context(), inbox.Filter{Finished: time.Now().Add(-time.Hour)})
	b.must(err)
	equal(t, "purged", n, 0)
	n, err = b.Purge(t.Context(), inbox.Filter{Outcome: inbox.Handled})
	b.must(err)
	equal(t, "purged", n, 1)
	equal(t, "left", fmt.Sprint(b.find(inbox.Filter{})), "[b c d]")
	n, err = b.Purge(t.Context(), inbox.Filter{Finished: time.Now().Add(time.Hour)})
	b.must(err)
	equal(t, "purged", n, 2)
	equal(t, "left", fmt.Sprint(b.find(inbox.Filter{})), "[c]")
	equal(t, "found by key", fmt.Sprint(b.find(inbox.Filter{Order: "a"})), "[]")
	b.add(message("a", "a"), message("d", "d"))
	b.claim("a", "d")
	b.finish(claims["c"], inbox.Handled)
}

// testStats: the figures are those of what is not finished.
func testStats(t *testing.T, c Config) {
	b := open(t, c)
	equal(t, "empty", b.stats(), inbox.Stats{})
	old := message("a1", "a")
	old.Received = start.Add(-time.Hour)
	b.add(old, message("a2", "a"), message("a3", "a"), message("b1", "b", "b2"), message("c1", "c"), message("d1", "d"))
	claims := b.claim("a1", "b1", "c1", "d1")
	b.must(b.Retry(t.Context(), claims["a1"], time.Hour))
	b.finish(claims["b1"], inbox.Held)
	b.finish(claims["d1"], inbox.Handled)
	s := b.stats()
	equal(t, "Oldest", s.Oldest.UTC(), start.Add(-time.Hour))
	s.Oldest = time.Time{}
	equal(t, "Stats", s, inbox.Stats{Depth: 5, Running: 1, Waiting: 1, Blocked: 2, Held: 1, HeldKeys: 3, Attempts: 1})
}

// testBody: a body comes back as it was, however long it is and whatever is in it.
func testBody(t *testing.T, c Config) {
	b := open(t, c)
	raw := make([]byte, 2<<20)
	for i := range raw {
		raw[i] = byte(i * 7)
	}
	m := message("a", "\x00\xff")
	m.Key, m.Raw = "\x00\xff", raw
	b.add(m)
	added, err := b.Append(t.Context(), m)
	b.must(err)
	equal(t, "added", added, false)
	claim := b.claim("\x00\xff")["\x00\xff"]
	if !bytes.Equal(claim.Raw, raw) {
		t.Error("a body of 2 MB came back as another one")
	}
	b.finish(claim, inbox.Handled)
	for e, err := range b.Find(t.Context(), inbox.Filter{Order: "\x00\xff", Raw: true}) {
		if b.must(err); !bytes.Equal(e.Raw, raw) {
			t.Error("a body of 2 MB was found as another one")
		}
	}
}
