// Package deadlettertest is the suite that every deadletter.Store must pass:
//
//	deadlettertest.Run(t, func(t *testing.T) deadletter.Store { return mystore.New(t) })
package deadlettertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// Run checks a store; open returns an empty one.
func Run(t *testing.T, open func(t *testing.T) deadletter.Store) {
	t.Run("byte for byte", func(t *testing.T) { byteForByte(t, open(t)) })
	t.Run("long header", func(t *testing.T) { longHeader(t, open(t)) })
	t.Run("no header", func(t *testing.T) { noHeader(t, open(t)) })
	t.Run("order", func(t *testing.T) { order(t, open(t)) })
	t.Run("replaced", func(t *testing.T) { replaced(t, open(t)) })
	t.Run("put again while removed", func(t *testing.T) { putWhileRemoved(t, open(t)) })
	t.Run("replay", func(t *testing.T) { replay(t, open(t)) })
	t.Run("at once", func(t *testing.T) { atOnce(t, open(t)) })
	t.Run("cancelled", func(t *testing.T) { cancelled(t, open(t)) })
}

// Message returns a message received at second s.
func Message(key string, s int, raw string) deadletter.Message {
	return deadletter.Message{
		Key: dedup.Key(key), Reason: deadletter.Rejected, Detail: "why", DataModel: "PatientAdmin", EventType: "Arrival",
		LogID: "log-" + key, AttemptID: fmt.Sprint("attempt-", s),
		Received: time.Date(2026, 1, 2, 3, 4, s, 5000, time.UTC), Raw: []byte(raw),
	}
}

func all(t *testing.T, store deadletter.Store) []deadletter.Message {
	t.Helper()
	var messages []deadletter.Message
	for m, err := range store.Messages(t.Context()) {
		noError(t, "Messages", err)
		messages = append(messages, m)
	}
	return messages
}

// noError ends the test if there is an error.
func noError(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// wantError fails the test unless err is want.
func wantError(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got the error %v, want %v", what, err, want)
	}
}

func put(t *testing.T, store deadletter.Store, m deadletter.Message) {
	t.Helper()
	noError(t, "Put", store.Put(t.Context(), m))
}

func remove(t *testing.T, store deadletter.Store, m deadletter.Message) {
	t.Helper()
	noError(t, "Remove", store.Remove(t.Context(), m))
}

// holds returns the messages of the store, of which there must be n.
func holds(t *testing.T, store deadletter.Store, n int) []deadletter.Message {
	t.Helper()
	messages := all(t, store)
	if len(messages) != n {
		t.Fatalf("the store has %d messages, want %d", len(messages), n)
	}
	return messages
}

// keys are the keys of the messages, in their order.
func keys(messages []deadletter.Message) string {
	var b strings.Builder
	for _, m := range messages {
		b.WriteString(string(m.Key) + " ")
	}
	return b.String()
}

func byteForByte(t *testing.T, store deadletter.Store) {
	holds(t, store, 0)
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	hostile := Message("../../etc/passwd\x00\xff", 4, "not JSON\n\n")
	hostile.DataModel, hostile.EventType = "../..", "\x00/\xff"
	hostile.LogID, hostile.AttemptID = "\x00", "\n"
	want := []deadletter.Message{
		Message("a", 1, `{"a": 1,`+"\r\n"+`"b": "\u0000"}`),
		Message("b", 2, ""),
		Message("c", 3, string(every)),
		hostile,
		Message("e", 5, string(bytes.Repeat([]byte("x"), 5<<20))),
	}
	for _, m := range want {
		put(t, store, m)
	}
	got := holds(t, store, len(want))
	for i := range want {
		if !bytes.Equal(want[i].Raw, got[i].Raw) {
			t.Errorf("raw of message %d differs", i)
		}
		got[i].Raw, want[i].Raw = nil, nil
	}
	// Header texts that are not UTF-8 may be replaced; keys may not.
	got[3].DataModel, got[3].EventType = want[3].DataModel, want[3].EventType
	for i := range want {
		if want[i].Key != got[i].Key || !want[i].Received.Equal(got[i].Received) || want[i].Detail != got[i].Detail ||
			want[i].LogID != got[i].LogID || want[i].AttemptID != got[i].AttemptID || want[i].Reason != got[i].Reason ||
			want[i].DataModel != got[i].DataModel || want[i].EventType != got[i].EventType {
			t.Errorf("message %d differs", i)
		}
	}
}

// longHeader: a sender may write any amount where a name belongs, and a handler
// where it says why; such a message must be read and removed like any other.
func longHeader(t *testing.T, store deadletter.Store) {
	long := func(text string) string { return strings.Repeat(text, 300<<10) }
	want := Message("a", 1, "{}")
	want.Key, want.Detail = dedup.Key(long("k")), long("\x01")
	want.DataModel, want.EventType = long("d"), long("ä")
	want.LogID, want.AttemptID = long("1"), long("2")
	put(t, store, want)
	if got := holds(t, store, 1); !reflect.DeepEqual(want, got[0]) {
		t.Error("the message differs")
	}
	remove(t, store, want)
	holds(t, store, 0)
}

// noHeader: what is not JSON says nothing of itself, and must be read, replaced and removed
// like any other.
func noHeader(t *testing.T, store deadletter.Store) {
	want := deadletter.Message{Key: "k", Reason: deadletter.Undecodable, Received: Message("k", 1, "").Received, Raw: []byte("not JSON")}
	put(t, store, want)
	if got := holds(t, store, 1); !reflect.DeepEqual(want, got[0]) {
		t.Errorf("the message differs: %+v", got[0])
	}
	put(t, store, want)
	remove(t, store, holds(t, store, 1)[0])
	holds(t, store, 0)
}

func order(t *testing.T, store deadletter.Store) {
	for _, s := range []int{3, 1, 5, 2, 4} {
		put(t, store, Message(fmt.Sprint(s), s, "{}"))
	}
	if got := keys(all(t, store)); got != "1 2 3 4 5 " {
		t.Errorf("the order is %s, want that of Received", got)
	}
}

func replaced(t *testing.T, store deadletter.Store) {
	first, second := Message("a", 1, "first"), Message("a", 2, "second")
	put(t, store, first)
	put(t, store, second)
	holds(t, store, 1)
	wantError(t, "Remove of what was replaced", store.Remove(t.Context(), first), deadletter.ErrChanged)
	if raw := string(holds(t, store, 1)[0].Raw); raw != "second" {
		t.Errorf("the store has the message %q, want the second", raw)
	}
	remove(t, store, second)
	holds(t, store, 0)
	noError(t, "Remove of what is gone", store.Remove(t.Context(), second))
}

// putWhileRemoved: a message that is put while the one before it is removed
// stays, whichever is first.
func putWhileRemoved(t *testing.T, store deadletter.Store) {
	// Reading it takes long enough for the other to come in between.
	old := Message("a", 1, strings.Repeat("x", 4<<20))
	for round := range 20 {
		put(t, store, old)
		again := Message("a", 2, fmt.Sprint("again ", round))
		var wg sync.WaitGroup
		wg.Go(func() {
			time.Sleep(time.Duration(round) * 100 * time.Microsecond)
			wantError(t, "Put", store.Put(t.Context(), again), nil)
		})
		if err := store.Remove(t.Context(), old); err != nil {
			wantError(t, "Remove", err, deadletter.ErrChanged)
		}
		wg.Wait()
		if left := holds(t, store, 1); !bytes.Equal(again.Raw, left[0].Raw) {
			t.Fatalf("round %d: the store has the message that was replaced", round)
		}
		remove(t, store, again)
		holds(t, store, 0)
	}
}

func replay(t *testing.T, store deadletter.Store) {
	for s := range 5 {
		put(t, store, Message(fmt.Sprint(s), s, "{}"))
	}
	var delivered []string
	down := errors.New("down")
	result, err := deadletter.Replay(t.Context(), store, func(ctx context.Context, m deadletter.Message) error {
		delivered = append(delivered, string(m.Key))
		switch m.Key {
		case "1":
			return down
		case "3": // dead-lettered again while it is replayed: must not be removed
			again := m
			again.Received = again.Received.Add(time.Hour)
			return store.Put(ctx, again)
		}
		return nil
	})
	wantError(t, "Replay", err, down)
	wantError(t, "Replay", err, deadletter.ErrChanged)
	if got := strings.Join(delivered, " "); !strings.HasPrefix(got, "0 1 2 3 4") {
		t.Errorf("Replay delivered %s, want 0 1 2 3 4 first", got)
	}
	if result.Delivered != 3 {
		t.Errorf("Replay says that it delivered %d, want 3", result.Delivered)
	}
	if left := keys(all(t, store)); left != "1 3 " {
		t.Errorf("Replay left %s, want 1 3", left)
	}
}

func atOnce(t *testing.T, store deadletter.Store) {
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 10 {
				// Neighbours put the same messages.
				wantError(t, "Put", store.Put(t.Context(), Message(fmt.Sprint(w/2, "-", i), i, "{}")), nil)
			}
		})
	}
	wg.Wait()
	holds(t, store, 40)
}

func cancelled(t *testing.T, store deadletter.Store) {
	m := Message("a", 1, "{}")
	put(t, store, m)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantError(t, "Put", store.Put(ctx, Message("b", 1, "{}")), context.Canceled)
	wantError(t, "Remove", store.Remove(ctx, m), context.Canceled)
	for _, err := range store.Messages(ctx) {
		wantError(t, "Messages", err, context.Canceled)
	}
	holds(t, store, 1)
}
