package webhook_test

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// TestOneLogIDForSeveralMessages: samples share IDs, and tools for developers send
// the same one again. Each message is handled, or dead-lettered, for itself.
func TestOneLogIDForSeveralMessages(t *testing.T) {
	reject := false
	r := receive(t, func(mux *webhook.Mux, r *receiver) {
		webhook.OnModel(mux, patientadmin.Events(), func(_ context.Context, d webhook.Delivery, _ redox.Message) error {
			if reject {
				return webhook.Permanent(errors.New("broken"))
			}
			r.note(d)
			return nil
		})
	}, nil)
	messages := []string{
		arrival("L1"), event("PatientAdmin", "Discharge", "L1"),
		strings.Replace(arrival("L1"), `"Planterson"`, `"Other"`, 1),
	}
	reject = true
	for _, m := range messages {
		assert.Equal(t, webhook.DeadLetter, r.post(m).outcome)
	}
	var texts []string
	for _, l := range r.deadLetters(t) {
		texts = append(texts, string(l.Raw))
	}
	assert.ElementsMatch(t, messages, texts)
	reject = false
	result, err := deadletter.Replay(t.Context(), r.dead, r.Replay)
	require.NoError(t, err)
	assert.Equal(t, 3, result.Delivered)
	assert.Len(t, r.noted(), 3)
	for _, m := range messages {
		again := strings.Replace(m, `"a1"`, `"a2"`, 1)
		assert.Equal(t, webhook.Duplicate, r.post(again).outcome)
	}
}

// before is the KeyFunc of the version that knew messages by their ID alone.
func before(meta redox.Meta, raw []byte) dedup.Key {
	key, _ := dedup.Earlier(dedup.KeyOf(meta, raw))
	return key
}

// TestUpgrade: a message that the version before had taken up and not finished, or
// whose answer was lost, goes on under the key that it has there: handlers that
// succeeded and what they did once are spared.
func TestUpgrade(t *testing.T) {
	store, err := sqldedup.Open(t.Context(), "sqlite", "file:"+filepath.Join(t.TempDir(), "redox.db"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	var fail error
	var beds, meals []webhook.Delivery
	handlers := func(mux *webhook.Mux, _ *receiver) {
		webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
			beds = append(beds, d)
			return nil
		}, webhook.WithName("beds"))
		webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
			meals = append(meals, d)
			return fail
		}, webhook.WithName("meals"))
	}
	dead := deadletter.Dir(t.TempDir())
	configure := func(key dedup.KeyFunc) *receiver {
		r := receive(t, handlers, func(c *webhook.Config) { c.Dedup, c.DeadLetter, c.Key = store, dead, key })
		r.dead = dead
		return r
	}
	old, updated := configure(before), configure(nil)

	require.Equal(t, webhook.Handled, old.post(arrival("done")).outcome)
	fail = errors.New("down")
	require.Equal(t, webhook.Failed, old.post(arrival("failed")).outcome)
	fail = webhook.Permanent(errors.New("broken"))
	require.Equal(t, webhook.DeadLetter, old.post(arrival("dead")).outcome)
	inFlight, err := store.Claim(t.Context(), "src/dst/log:flying/claim:", time.Minute)
	require.NoError(t, err)
	beds, meals, fail = nil, nil, nil

	assert.Equal(t, webhook.Duplicate, updated.post(arrival("done")).outcome)
	assert.Equal(t, http.StatusServiceUnavailable, updated.post(arrival("flying")).status)
	require.NoError(t, store.Commit(t.Context(), inFlight))
	assert.Empty(t, beds)
	assert.Equal(t, webhook.Handled, updated.post(arrival("failed")).outcome)
	assert.Empty(t, beds, "it had succeeded")
	require.Len(t, meals, 1)
	assert.True(t, meals[0].Redelivery)
	assert.Equal(t, dedup.Key("src/dst/log:failed/meals"), meals[0].Key(), "what was done once is known by it")

	// The dead letter keeps its key, and is dead-lettered again in its own place.
	assert.Equal(t, webhook.Duplicate, updated.post(arrival("dead")).outcome)
	fail = webhook.Permanent(errors.New("still broken"))
	for range 2 {
		_, err = deadletter.Replay(t.Context(), dead, updated.Replay)
		assert.ErrorIs(t, err, webhook.ErrDeadLettered)
		require.Len(t, updated.deadLetters(t), 1)
	}
	fail = nil
	_, err = deadletter.Replay(t.Context(), dead, webhook.ReplayTo(updated.URL, token, nil))
	require.NoError(t, err)
	assert.Empty(t, beds, "it had succeeded before it was dead-lettered")

	// What the version before did not know has a key of its own.
	require.Equal(t, webhook.Handled, updated.post(arrival("new")).outcome)
	known, err := store.Known(t.Context(), "src/dst/log:new/claim:")
	require.NoError(t, err)
	assert.False(t, known)
}

// TestUpgradeWithoutStore: whether the version before knew a message cannot be
// known while the store is down.
func TestUpgradeWithoutStore(t *testing.T) {
	store, err := sqldedup.Open(t.Context(), "sqlite", "file:"+filepath.Join(t.TempDir(), "redox.db"))
	require.NoError(t, err)
	r := receive(t, nil, func(c *webhook.Config) { c.Dedup = store })
	require.NoError(t, store.Close())
	assert.Equal(t, webhook.Unavailable, r.post(arrival("L1")).outcome)
	assert.Empty(t, r.noted())
}

// TestReplayWithOtherKeys: a dead letter is the same one whatever keys the program
// makes now.
func TestReplayWithOtherKeys(t *testing.T) {
	broken := true
	key := dedup.KeyFunc(func(redox.Meta, []byte) dedup.Key { return "one\xff" })
	r := receive(t, func(mux *webhook.Mux, r *receiver) {
		webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
			if broken {
				return webhook.Permanent(errors.New("broken"))
			}
			r.note(d)
			return nil
		})
	}, func(c *webhook.Config) {
		c.Key = func(meta redox.Meta, raw []byte) dedup.Key { return key(meta, raw) }
	})
	require.Equal(t, webhook.DeadLetter, r.post(arrival("L1")).outcome)
	key = func(redox.Meta, []byte) dedup.Key { return "two" }
	for _, replay := range []func(context.Context, deadletter.Message) error{r.Replay, webhook.ReplayTo(r.URL, token, nil)} {
		_, err := deadletter.Replay(t.Context(), r.dead, replay)
		assert.ErrorIs(t, err, webhook.ErrDeadLettered)
		require.Len(t, r.deadLetters(t), 1, "in its own place")
	}
	broken = false
	result, err := deadletter.Replay(t.Context(), r.dead, webhook.ReplayTo(r.URL, token, nil))
	require.NoError(t, err)
	assert.Equal(t, 1, result.Delivered)
	require.Len(t, r.noted(), 1)
	assert.Equal(t, dedup.Key("one\xff"), r.noted()[0].MessageKey())
}
