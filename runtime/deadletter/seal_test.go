package deadletter_test

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver sqlite

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/deadletter/deadlettertest"
	"github.com/redoxgen/redoxgen/runtime/deadletter/sqldeadletter"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// gcm returns AES-GCM with a key of 32 times b.
func gcm(t *testing.T, b byte) cipher.AEAD {
	t.Helper()
	block, err := aes.NewCipher(bytes.Repeat([]byte{b}, 32))
	require.NoError(t, err)
	aead, err := cipher.NewGCMWithRandomNonce(block)
	require.NoError(t, err)
	return aead
}

func seal(t *testing.T, store deadletter.Store, key cipher.AEAD, older ...cipher.AEAD) deadletter.Store {
	t.Helper()
	s, err := deadletter.Seal(store, key, older...)
	require.NoError(t, err)
	return s
}

func sqlite(t *testing.T) deadletter.Store {
	t.Helper()
	db, err := sqlkit.Open(t.Context(), "sqlite", "file:"+filepath.Join(t.TempDir(), "redox.db"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	store, err := sqldeadletter.New(t.Context(), db, "sqlite")
	require.NoError(t, err)
	return store
}

// stores are the stores that can be sealed.
var stores = map[string]func(*testing.T) deadletter.Store{
	"directory": func(t *testing.T) deadletter.Store { return deadletter.Dir(filepath.Join(t.TempDir(), "dead")) },
	"SQLite":    sqlite,
}

func TestSealed(t *testing.T) {
	block, err := aes.NewCipher(bytes.Repeat([]byte{1}, 16))
	require.NoError(t, err)
	explicit, err := cipher.NewGCM(block)
	require.NoError(t, err)
	for name, open := range stores {
		for nonces, key := range map[string]cipher.AEAD{"nonces inside": gcm(t, 1), "nonces of ours": explicit} {
			t.Run(name+", "+nonces, func(t *testing.T) {
				deadlettertest.Run(t, func(t *testing.T) deadletter.Store { return seal(t, open(t), key) })
			})
		}
	}
}

// TestSealedAtRest: nothing of the body or the handlers' errors can be read without
// the key; what lists need can.
func TestSealedAtRest(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dead")
	inner := deadletter.Dir(dir)
	want := deadlettertest.Message("a", 1, `{"LastName": "Bixby"}`)
	want.Detail = "no bed for Bixby"
	require.NoError(t, seal(t, inner, gcm(t, 1)).Put(t.Context(), want))
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	content, err := os.ReadFile(files[0])
	require.NoError(t, err)
	assert.NotContains(t, string(content), "Bixby")
	assert.Contains(t, string(content), `"reason":"rejected"`)

	got := messages(t, inner)
	require.Len(t, got, 1)
	assert.True(t, deadletter.IsSealed(got[0]))
	assert.Equal(t, want.Event(), got[0].Event())
	assert.Equal(t, want.Received, got[0].Received)
	assert.Equal(t, []deadletter.Message{want}, messages(t, seal(t, inner, gcm(t, 1))))
}

// TestSealedHeaderIsBound: neither the body nor what is readable can be changed or
// exchanged with that of another message.
func TestSealedHeaderIsBound(t *testing.T) {
	for name, change := range map[string]func(m *deadletter.Message){
		"body":       func(m *deadletter.Message) { m.Raw[len(m.Raw)-1] ^= 1 },
		"cut off":    func(m *deadletter.Message) { m.Raw = m.Raw[:len("redoxgen sealed 1\n")+5] },
		"key":        func(m *deadletter.Message) { m.Key += "x" },
		"reason":     func(m *deadletter.Message) { m.Reason = deadletter.Unhandled },
		"data model": func(m *deadletter.Message) { m.DataModel, m.EventType = m.DataModel+m.EventType, "" },
		"event type": func(m *deadletter.Message) { m.EventType = "Discharge" },
		"log ID":     func(m *deadletter.Message) { m.LogID = "" },
		"attempt ID": func(m *deadletter.Message) { m.AttemptID = "" },
		"received":   func(m *deadletter.Message) { m.Received = m.Received.Add(time.Second) },
		"nothing":    func(*deadletter.Message) {},
	} {
		t.Run(name, func(t *testing.T) {
			inner := deadletter.Dir(t.TempDir())
			store := seal(t, inner, gcm(t, 1))
			require.NoError(t, store.Put(t.Context(), deadlettertest.Message("a", 1, `{"LastName": "Bixby"}`)))
			m := messages(t, inner)[0]
			require.NoError(t, inner.Remove(t.Context(), m))
			change(&m)
			require.NoError(t, inner.Put(t.Context(), m))
			for _, err := range store.Messages(t.Context()) {
				if name == "nothing" {
					assert.NoError(t, err)
					continue
				}
				assert.ErrorIs(t, err, deadletter.ErrSealed)
			}
		})
	}
}

func TestSealKeyRotation(t *testing.T) {
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			inner := open(t)
			plain, first, second := deadlettertest.Message("p", 1, "0"), deadlettertest.Message("a", 2, "1"), deadlettertest.Message("b", 3, "2")
			require.NoError(t, inner.Put(t.Context(), plain), "before messages were sealed")
			require.NoError(t, seal(t, inner, gcm(t, 1)).Put(t.Context(), first))
			rotated := seal(t, inner, gcm(t, 2), gcm(t, 1))
			require.NoError(t, rotated.Put(t.Context(), second))
			assert.Equal(t, []deadletter.Message{plain, first, second}, messages(t, rotated))

			var read []deadletter.Message
			failed := 0
			for m, err := range seal(t, inner, gcm(t, 2)).Messages(t.Context()) {
				if err != nil {
					failed++
					require.ErrorIs(t, err, deadletter.ErrSealed)
					assert.ErrorContains(t, err, "log-a")
					continue
				}
				read = append(read, m)
			}
			assert.Equal(t, 1, failed)
			assert.Equal(t, []deadletter.Message{plain, second}, read, "one that no key opens does not hide the others")
		})
	}
}

// TestReplayOfSealed: without the key nothing is delivered. A receiver would
// dead-letter what it cannot decode, and replace what could still be opened.
func TestReplayOfSealed(t *testing.T) {
	inner := deadletter.Dir(t.TempDir())
	want := deadlettertest.Message("a", 1, "{}")
	require.NoError(t, seal(t, inner, gcm(t, 1)).Put(t.Context(), want))
	delivered := 0
	deliver := func(_ context.Context, m deadletter.Message) error {
		delivered++
		assert.Equal(t, want, m)
		return nil
	}
	for _, store := range []deadletter.Store{inner, seal(t, inner, gcm(t, 2))} {
		result, err := deadletter.Replay(t.Context(), store, deliver)
		require.ErrorIs(t, err, deadletter.ErrSealed)
		assert.Equal(t, deadletter.Replayed{Failed: 1}, result)
	}
	assert.Zero(t, delivered)
	result, err := deadletter.Replay(t.Context(), seal(t, inner, gcm(t, 1)), deliver)
	require.NoError(t, err)
	assert.Equal(t, deadletter.Replayed{Delivered: 1}, result)
	assert.Empty(t, messages(t, inner))
}

// shortNonce is an AEAD whose nonces must be counted.
type shortNonce struct{ cipher.AEAD }

func (shortNonce) NonceSize() int { return 8 }

func TestSealRefuses(t *testing.T) {
	_, err := deadletter.Seal(nil, gcm(t, 1))
	assert.Error(t, err)
	_, err = deadletter.Seal(deadletter.Dir("x"), nil)
	assert.Error(t, err)
	_, err = deadletter.Seal(deadletter.Dir("x"), gcm(t, 1), nil)
	assert.Error(t, err)
	_, err = deadletter.Seal(deadletter.Dir("x"), shortNonce{gcm(t, 1)})
	assert.ErrorContains(t, err, "too short")
}

func TestSealedTimesThatJSONDoesNotHave(t *testing.T) {
	for name, open := range stores {
		for _, year := range []int{-5, 10_000, 12_000} {
			store := seal(t, open(t), gcm(t, 1))
			m := deadlettertest.Message("a", 1, "{}")
			m.Received = time.Date(year, 1, 2, 3, 4, 5, 6, time.FixedZone("", 3600))
			require.NoError(t, store.Put(t.Context(), m))
			got := messages(t, store)
			require.Len(t, got, 1, "%s, year %d", name, year)
			assert.Equal(t, m.Raw, got[0].Raw)
		}
	}
}
