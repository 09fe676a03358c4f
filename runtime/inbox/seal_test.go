package inbox_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/inboxtest"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

func aead(t *testing.T, first byte) cipher.AEAD {
	key := make([]byte, 32)
	key[0] = first
	block, err := aes.NewCipher(key)
	require.NoError(t, err)
	a, err := cipher.NewGCMWithRandomNonce(block)
	require.NoError(t, err)
	return a
}

// TestSeal: bodies at rest are encrypted, older keys open them, and no other does.
func TestSeal(t *testing.T) {
	plain := inbox.NewMemory(nil)
	box, err := inbox.Seal(plain, aead(t, 1))
	require.NoError(t, err)
	m := inbox.Message{Key: "k", LogID: "log", Received: time.Now(), Raw: []byte(`{"Patient":"Bixby"}`)}
	_, err = box.Append(t.Context(), m)
	require.NoError(t, err)
	for e, err := range plain.Find(t.Context(), inbox.Filter{Raw: true}) {
		require.NoError(t, err)
		assert.NotContains(t, string(e.Raw), "Bixby")
	}
	changed, err := inbox.Seal(plain, aead(t, 2), aead(t, 1))
	require.NoError(t, err)
	for e, err := range changed.Find(t.Context(), inbox.Filter{Raw: true}) {
		require.NoError(t, err)
		assert.Equal(t, m.Raw, e.Raw)
	}
	other, err := inbox.Seal(plain, aead(t, 3))
	require.NoError(t, err)
	claims, err := other.Claim(t.Context(), 1, time.Nanosecond)
	require.NoError(t, err)
	require.Len(t, claims, 1)
	require.ErrorIs(t, claims[0].Unreadable, deadletter.ErrSealed)
	claims, err = changed.Claim(t.Context(), 1, time.Minute)
	require.NoError(t, err)
	require.Len(t, claims, 1)
	require.NoError(t, claims[0].Unreadable)
	assert.Equal(t, m.Raw, claims[0].Raw)
}

// TestSealedForNobody: a message that no key opens is dead-lettered as it is after its
// attempts, its keys go on or wait as configured, and with the key it is handled.
func TestSealedForNobody(t *testing.T) {
	t.Run("go on", func(t *testing.T) { testSealedForNobody(t, inbox.Dead, "2 3", "2 3 1") })
	t.Run("hold", func(t *testing.T) { testSealedForNobody(t, inbox.Held, "3", "3 1 2") })
}

func testSealedForNobody(t *testing.T, outcome inbox.Outcome, handled, later string) {
	var s seen
	mux := webhook.NewMux()
	webhook.On(mux, func(_ context.Context, _ webhook.Delivery, ev *patientadmin.Arrival) error {
		s.add(ev.Visit.VisitNumber)
		return nil
	})
	plain := inbox.NewMemory(nil)
	sealed := func(key byte, older ...cipher.AEAD) inbox.Box {
		box, err := inbox.Seal(plain, aead(t, key), older...)
		require.NoError(t, err)
		return box
	}
	_, err := sealed(1).Append(t.Context(), inbox.Message{
		Key: "k", Order: []string{inbox.Identifier("s", "MR", "a")}, DataModel: "PatientAdmin", EventType: "Arrival", LogID: "1",
		Received: time.Now(), Raw: []byte(visit(1, "a")),
	})
	require.NoError(t, err)
	for n, patient := range map[int]string{2: "a", 3: "b"} {
		body := visit(n, patient)
		_, err := sealed(2).Append(t.Context(), inbox.Message{Key: dedup.Key(patient), Order: []string{inbox.Identifier("s", "MR", patient)}, Received: time.Now(), Raw: []byte(body)})
		require.NoError(t, err)
	}
	var entry inbox.Entry
	t.Run("without the key", func(t *testing.T) {
		r := receiveInto(t, mux, inbox.Config{Concurrency: 1, MaxAttempts: 2, Backoff: time.Millisecond, Hold: outcome == inbox.Held}, sealed(2), nil)
		require.Eventually(t, func() bool {
			for entry, err = range plain.Find(t.Context(), inbox.Filter{LogID: "1"}) {
				require.NoError(t, err)
			}
			return entry.Outcome == outcome && len(strings.Fields(s.String())) == len(strings.Fields(handled))
		}, 10*time.Second, time.Millisecond)
		assert.Equal(t, 2, entry.Attempts)
		assert.ElementsMatch(t, strings.Fields(handled), strings.Fields(s.String()))
		letters := 0
		for letter, err := range deadletter.Dir(r.dead).Messages(t.Context()) {
			require.NoError(t, err)
			letters++
			assert.True(t, deadletter.IsSealed(letter))
			assert.Equal(t, dedup.Key("k"), letter.Key)
			assert.Equal(t, "1", letter.LogID)
			assert.Contains(t, letter.Detail, "sealed with another key")
		}
		assert.Equal(t, 1, letters)
	})
	require.NoError(t, plain.Replay(t.Context(), entry.ID, ""))
	receiveInto(t, mux, inbox.Config{}, sealed(2, aead(t, 1)), nil).until(0)
	assert.ElementsMatch(t, strings.Fields(later), strings.Fields(s.String()))
	if outcome == inbox.Held {
		assert.Equal(t, later, s.String(), "in order")
	}
}

// TestReplayAll: what a filter finds is handled again in order, at a rate.
func TestReplayAll(t *testing.T) {
	box := inbox.NewMemory(nil)
	for _, key := range []string{"1", "2", "3"} {
		_, err := box.Append(t.Context(), inbox.Message{Key: dedup.Key("k" + key), Order: []string{"a"}})
		require.NoError(t, err)
	}
	handle := func() (got string) {
		for {
			claims, err := box.Claim(t.Context(), 1, time.Minute)
			require.NoError(t, err)
			if len(claims) == 0 {
				return got
			}
			got += string(claims[0].Key)
			require.NoError(t, box.Finish(t.Context(), claims[0], inbox.Handled))
		}
	}
	require.Equal(t, "k1k2k3", handle())
	began := time.Now()
	n, err := inbox.Replay(t.Context(), box, inbox.Filter{}, "", 20)
	require.NoError(t, err)
	assert.Equal(t, 3, n)
	assert.GreaterOrEqual(t, time.Since(began), 95*time.Millisecond)
	assert.Equal(t, "k1k2k3", handle())
}

func TestSealedBox(t *testing.T) {
	inboxtest.Run(t, inboxtest.Config{New: func(t *testing.T) inbox.Box {
		box, err := inbox.Seal(inbox.NewMemory(nil), aead(t, 1))
		require.NoError(t, err)
		return box
	}})
}
