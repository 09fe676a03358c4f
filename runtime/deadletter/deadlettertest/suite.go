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

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// Run checks a store; open returns an empty one.
func Run(t *testing.T, open func(t *testing.T) deadletter.Store) {
	t.Run("byte for byte", func(t *testing.T) { byteForByte(t, open(t)) })
	t.Run("long header", func(t *testing.T) { longHeader(t, open(t)) })
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
		require.NoError(t, err)
		messages = append(messages, m)
	}
	return messages
}

func byteForByte(t *testing.T, store deadletter.Store) {
	assert.Empty(t, all(t, store))
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
		require.NoError(t, store.Put(t.Context(), m))
	}
	got := all(t, store)
	require.Len(t, got, len(want))
	for i := range want {
		assert.True(t, bytes.Equal(want[i].Raw, got[i].Raw), "raw of message %d", i)
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
	require.NoError(t, store.Put(t.Context(), want))
	got := all(t, store)
	require.Len(t, got, 1)
	assert.True(t, reflect.DeepEqual(want, got[0]), "the message differs")
	require.NoError(t, store.Remove(t.Context(), want))
	assert.Empty(t, all(t, store))
}

func order(t *testing.T, store deadletter.Store) {
	for _, s := range []int{3, 1, 5, 2, 4} {
		require.NoError(t, store.Put(t.Context(), Message(fmt.Sprint(s), s, "{}")))
	}
	var got []string
	for _, m := range all(t, store) {
		got = append(got, string(m.Key))
	}
	assert.Equal(t, []string{"1", "2", "3", "4", "5"}, got)
}

func replaced(t *testing.T, store deadletter.Store) {
	first, second := Message("a", 1, "first"), Message("a", 2, "second")
	require.NoError(t, store.Put(t.Context(), first))
	require.NoError(t, store.Put(t.Context(), second))
	require.Len(t, all(t, store), 1)
	assert.ErrorIs(t, store.Remove(t.Context(), first), deadletter.ErrChanged)
	assert.Equal(t, "second", string(all(t, store)[0].Raw))
	require.NoError(t, store.Remove(t.Context(), second))
	assert.Empty(t, all(t, store))
	assert.NoError(t, store.Remove(t.Context(), second), "removing what is gone is no error")
}

// putWhileRemoved: a message that is put while the one before it is removed
// stays, whichever is first.
func putWhileRemoved(t *testing.T, store deadletter.Store) {
	// Reading it takes long enough for the other to come in between.
	old := Message("a", 1, strings.Repeat("x", 4<<20))
	for round := range 20 {
		require.NoError(t, store.Put(t.Context(), old))
		again := Message("a", 2, fmt.Sprint("again ", round))
		var wg sync.WaitGroup
		wg.Go(func() {
			time.Sleep(time.Duration(round) * 100 * time.Microsecond)
			assert.NoError(t, store.Put(t.Context(), again))
		})
		if err := store.Remove(t.Context(), old); err != nil {
			assert.ErrorIs(t, err, deadletter.ErrChanged)
		}
		wg.Wait()
		left := all(t, store)
		require.Len(t, left, 1, "round %d", round)
		require.Equal(t, string(again.Raw), string(left[0].Raw), "round %d", round)
		require.NoError(t, store.Remove(t.Context(), again))
		require.Empty(t, all(t, store))
	}
}

func replay(t *testing.T, store deadletter.Store) {
	for s := range 5 {
		require.NoError(t, store.Put(t.Context(), Message(fmt.Sprint(s), s, "{}")))
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
	require.ErrorIs(t, err, down)
	require.ErrorIs(t, err, deadletter.ErrChanged)
	assert.Equal(t, []string{"0", "1", "2", "3", "4"}, delivered[:5])
	assert.Equal(t, 3, result.Delivered)
	var left []string
	for _, m := range all(t, store) {
		left = append(left, string(m.Key))
	}
	assert.Equal(t, []string{"1", "3"}, left)
}

func atOnce(t *testing.T, store deadletter.Store) {
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 10 {
				// Neighbours put the same messages.
				assert.NoError(t, store.Put(t.Context(), Message(fmt.Sprint(w/2, "-", i), i, "{}")))
			}
		})
	}
	wg.Wait()
	assert.Len(t, all(t, store), 40)
}

func cancelled(t *testing.T, store deadletter.Store) {
	m := Message("a", 1, "{}")
	require.NoError(t, store.Put(t.Context(), m))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, store.Put(ctx, Message("b", 1, "{}")), context.Canceled)
	assert.ErrorIs(t, store.Remove(ctx, m), context.Canceled)
	for _, err := range store.Messages(ctx) {
		assert.ErrorIs(t, err, context.Canceled)
	}
	assert.Len(t, all(t, store), 1)
}
