package webhook_test

import (
	"crypto/aes"
	"crypto/cipher"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// TestReplayOfSealed: a sealed message is not delivered before it is opened, whatever
// delivers it. The handler would dead-letter what it cannot decode under the same key,
// and the message could not be opened any more.
func TestReplayOfSealed(t *testing.T) {
	block, err := aes.NewCipher(make([]byte, 32))
	require.NoError(t, err)
	aead, err := cipher.NewGCMWithRandomNonce(block)
	require.NoError(t, err)
	inner := deadletter.Dir(filepath.Join(t.TempDir(), "dead"))
	sealed, err := deadletter.Seal(inner, aead)
	require.NoError(t, err)
	var fixed atomic.Bool
	r := receiveInto(t, broken(&fixed), func(c *webhook.Config, r *receiver) { c.DeadLetter, r.dead = sealed, sealed })
	require.Equal(t, webhook.DeadLetter, r.post(arrival("L1")).outcome)
	fixed.Store(true)
	deliver := webhook.ReplayTo(r.URL, token, nil)
	for m, err := range inner.Messages(t.Context()) {
		require.NoError(t, err)
		require.ErrorIs(t, deliver(t.Context(), m), deadletter.ErrSealed)
		require.ErrorIs(t, r.Replay(t.Context(), m), deadletter.ErrSealed)
	}
	result, err := deadletter.Replay(t.Context(), sealed, deliver)
	require.NoError(t, err)
	assert.Equal(t, deadletter.Replayed{Delivered: 1}, result)
}
