// Package boxtest holds what every box of dead letters must do.
package boxtest

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

// Run checks boxes; open returns an empty one.
func Run(t *testing.T, open func(t *testing.T) deadletter.Box) {
	t.Run("byte for byte", func(t *testing.T) { byteForByte(t, open(t)) })
	t.Run("long header", func(t *testing.T) { longHeader(t, open(t)) })
	t.Run("order", func(t *testing.T) { order(t, open(t)) })
	t.Run("replaced", func(t *testing.T) { replaced(t, open(t)) })
	t.Run("put again while removed", func(t *testing.T) { putWhileRemoved(t, open(t)) })
	t.Run("replay", func(t *testing.T) { replay(t, open(t)) })
	t.Run("at once", func(t *testing.T) { atOnce(t, open(t)) })
	t.Run("cancelled", func(t *testing.T) { cancelled(t, open(t)) })
}

// Letter returns a letter received at second s.
func Letter(key string, s int, raw string) deadletter.Letter {
	return deadletter.Letter{
		Key: dedup.Key(key), Reason: deadletter.Rejected, Detail: "why", DataModel: "PatientAdmin", EventType: "Arrival",
		LogID: "log-" + key, AttemptID: fmt.Sprint("attempt-", s),
		Received: time.Date(2026, 1, 2, 3, 4, s, 5000, time.UTC), Raw: []byte(raw),
	}
}

func all(t *testing.T, box deadletter.Box) []deadletter.Letter {
	t.Helper()
	var letters []deadletter.Letter
	for l, err := range box.Letters(t.Context()) {
		require.NoError(t, err)
		letters = append(letters, l)
	}
	return letters
}

func byteForByte(t *testing.T, box deadletter.Box) {
	assert.Empty(t, all(t, box))
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	hostile := Letter("../../etc/passwd\x00\xff", 4, "not JSON\n\n")
	hostile.DataModel, hostile.EventType = "../..", "\x00/\xff"
	hostile.LogID, hostile.AttemptID = "\x00", "\n"
	want := []deadletter.Letter{
		Letter("a", 1, `{"a": 1,`+"\r\n"+`"b": "\u0000"}`),
		Letter("b", 2, ""),
		Letter("c", 3, string(every)),
		hostile,
		Letter("e", 5, string(bytes.Repeat([]byte("x"), 5<<20))),
	}
	for _, l := range want {
		require.NoError(t, box.Put(t.Context(), l))
	}
	got := all(t, box)
	require.Len(t, got, len(want))
	for i := range want {
		assert.True(t, bytes.Equal(want[i].Raw, got[i].Raw), "raw of letter %d", i)
		got[i].Raw, want[i].Raw = nil, nil
	}
	// Header texts that are not UTF-8 may be mended; keys may not.
	got[3].DataModel, got[3].EventType = want[3].DataModel, want[3].EventType
	for i := range want {
		if want[i].Key != got[i].Key || !want[i].Received.Equal(got[i].Received) || want[i].Detail != got[i].Detail ||
			want[i].LogID != got[i].LogID || want[i].AttemptID != got[i].AttemptID || want[i].Reason != got[i].Reason ||
			want[i].DataModel != got[i].DataModel || want[i].EventType != got[i].EventType {
			t.Errorf("letter %d differs", i)
		}
	}
}

// longHeader: a sender may write any amount where a name belongs, and a handler
// where it says why; such a letter must be read and removed like any other.
func longHeader(t *testing.T, box deadletter.Box) {
	long := func(text string) string { return strings.Repeat(text, 300<<10) }
	want := Letter("a", 1, "{}")
	want.Key, want.Detail = dedup.Key(long("k")), long("\x01")
	want.DataModel, want.EventType = long("d"), long("ä")
	want.LogID, want.AttemptID = long("1"), long("2")
	require.NoError(t, box.Put(t.Context(), want))
	got := all(t, box)
	require.Len(t, got, 1)
	assert.True(t, reflect.DeepEqual(want, got[0]), "the letter differs")
	require.NoError(t, box.Remove(t.Context(), want))
	assert.Empty(t, all(t, box))
}

func order(t *testing.T, box deadletter.Box) {
	for _, s := range []int{3, 1, 5, 2, 4} {
		require.NoError(t, box.Put(t.Context(), Letter(fmt.Sprint(s), s, "{}")))
	}
	var got []string
	for _, l := range all(t, box) {
		got = append(got, string(l.Key))
	}
	assert.Equal(t, []string{"1", "2", "3", "4", "5"}, got)
}

func replaced(t *testing.T, box deadletter.Box) {
	first, second := Letter("a", 1, "first"), Letter("a", 2, "second")
	require.NoError(t, box.Put(t.Context(), first))
	require.NoError(t, box.Put(t.Context(), second))
	require.Len(t, all(t, box), 1)
	assert.ErrorIs(t, box.Remove(t.Context(), first), deadletter.ErrChanged)
	assert.Equal(t, "second", string(all(t, box)[0].Raw))
	require.NoError(t, box.Remove(t.Context(), second))
	assert.Empty(t, all(t, box))
	assert.NoError(t, box.Remove(t.Context(), second), "removing what is gone is no error")
}

// putWhileRemoved: a letter that is put while the one before it is removed
// stays, whichever is first.
func putWhileRemoved(t *testing.T, box deadletter.Box) {
	// Reading it takes long enough for the other to come in between.
	old := Letter("a", 1, strings.Repeat("x", 4<<20))
	for round := range 20 {
		require.NoError(t, box.Put(t.Context(), old))
		again := Letter("a", 2, fmt.Sprint("again ", round))
		var wg sync.WaitGroup
		wg.Go(func() {
			time.Sleep(time.Duration(round) * 100 * time.Microsecond)
			assert.NoError(t, box.Put(t.Context(), again))
		})
		if err := box.Remove(t.Context(), old); err != nil {
			assert.ErrorIs(t, err, deadletter.ErrChanged)
		}
		wg.Wait()
		left := all(t, box)
		require.Len(t, left, 1, "round %d", round)
		require.Equal(t, string(again.Raw), string(left[0].Raw), "round %d", round)
		require.NoError(t, box.Remove(t.Context(), again))
		require.Empty(t, all(t, box))
	}
}

func replay(t *testing.T, box deadletter.Box) {
	for s := range 5 {
		require.NoError(t, box.Put(t.Context(), Letter(fmt.Sprint(s), s, "{}")))
	}
	var delivered []string
	down := errors.New("down")
	result, err := deadletter.Replay(t.Context(), box, func(ctx context.Context, l deadletter.Letter) error {
		delivered = append(delivered, string(l.Key))
		switch l.Key {
		case "1":
			return down
		case "3": // put aside again while it is replayed: must not be removed
			again := l
			again.Received = again.Received.Add(time.Hour)
			return box.Put(ctx, again)
		}
		return nil
	})
	require.ErrorIs(t, err, down)
	require.ErrorIs(t, err, deadletter.ErrChanged)
	assert.Equal(t, []string{"0", "1", "2", "3", "4"}, delivered[:5])
	assert.Equal(t, 3, result.Delivered)
	var left []string
	for _, l := range all(t, box) {
		left = append(left, string(l.Key))
	}
	assert.Equal(t, []string{"1", "3"}, left)
}

func atOnce(t *testing.T, box deadletter.Box) {
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 10 {
				// Neighbours put the same letters.
				assert.NoError(t, box.Put(t.Context(), Letter(fmt.Sprint(w/2, "-", i), i, "{}")))
			}
		})
	}
	wg.Wait()
	assert.Len(t, all(t, box), 40)
}

func cancelled(t *testing.T, box deadletter.Box) {
	l := Letter("a", 1, "{}")
	require.NoError(t, box.Put(t.Context(), l))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, box.Put(ctx, Letter("b", 1, "{}")), context.Canceled)
	assert.ErrorIs(t, box.Remove(ctx, l), context.Canceled)
	for _, err := range box.Letters(ctx) {
		assert.ErrorIs(t, err, context.Canceled)
	}
	assert.Len(t, all(t, box), 1)
}
