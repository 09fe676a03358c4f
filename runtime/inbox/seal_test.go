package inbox_test

import (
	"crypto/aes"
	"crypto/cipher"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/inboxtest"
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
	_, err = other.Claim(t.Context(), 1, time.Nanosecond)
	require.ErrorIs(t, err, deadletter.ErrSealed)
	claims, err := changed.Claim(t.Context(), 1, time.Minute)
	require.NoError(t, err)
	require.Len(t, claims, 1)
	assert.Equal(t, m.Raw, claims[0].Raw)
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
