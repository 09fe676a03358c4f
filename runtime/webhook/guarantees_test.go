package webhook_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// TestSetupsOfSeveralReceivers: what a message that is delivered to one receiver and
// again to another, or to the same one after a restart, comes to.
func TestSetupsOfSeveralReceivers(t *testing.T) {
	shared := dedup.NewMemory(dedup.MemoryConfig{})
	for name, tt := range map[string]struct {
		store  func() dedup.Store
		second webhook.Result
	}{
		"one store for both":  {func() dedup.Store { return shared }, webhook.Duplicate},
		"a memory of its own": {func() dedup.Store { return nil }, webhook.Handled},
		"none":                {dedup.None, webhook.Handled},
	} {
		t.Run(name, func(t *testing.T) {
			first := receive(t, nil, func(c *webhook.Config) { c.Dedup = tt.store() })
			other := receive(t, nil, func(c *webhook.Config) { c.Dedup = tt.store() })
			assert.Equal(t, webhook.Handled, first.post(arrival("L1")).outcome)
			assert.Equal(t, tt.second, other.post(arrival("L1")).outcome)
			assert.Equal(t, tt.second == webhook.Handled, len(other.noted()) == 1)
		})
	}
}

// TestWithoutDedup: every delivery is handled, by all handlers, and so is every
// replay; nothing is lost.
func TestWithoutDedup(t *testing.T) {
	fail := errors.New("down")
	beds, meals := 0, 0
	r := receive(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { beds++; return nil }, webhook.WithName("beds"))
		webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { meals++; return fail }, webhook.WithName("meals"))
	}, func(c *webhook.Config) { c.Dedup = dedup.None() })
	assert.Equal(t, webhook.Failed, r.post(arrival("L1")).outcome)
	fail = webhook.Permanent(errors.New("broken"))
	assert.Equal(t, webhook.DeadLetter, r.post(arrival("L1")).outcome)
	fail = nil
	assert.Equal(t, webhook.Handled, r.post(arrival("L1")).outcome)
	_, err := deadletter.Replay(t.Context(), r.dead, r.Replay)
	require.NoError(t, err)
	assert.Equal(t, []int{4, 4}, []int{beds, meals})
	assert.Empty(t, r.deadLetters(t))
}

// TestReceiverKilled: what it was busy with is answered 503 until its lease is
// over, and then handled as a redelivery.
func TestReceiverKilled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := dedup.NewMemory(dedup.MemoryConfig{})
		_, err := store.Claim(t.Context(), messageKey(t, arrival("L1")).Sub("claim:"), 30*time.Second)
		require.NoError(t, err)
		r := receiveOffline(t, nil, func(c *webhook.Config, _ *receiver) { c.Dedup = store })
		for range 2 {
			a := r.post(arrival("L1"))
			assert.Equal(t, http.StatusServiceUnavailable, a.status)
			assert.Equal(t, webhook.InFlight, a.outcome)
			time.Sleep(14 * time.Second)
		}
		time.Sleep(2 * time.Second)
		assert.Equal(t, webhook.Handled, r.post(arrival("L1")).outcome)
		require.Len(t, r.noted(), 1)
		assert.True(t, r.noted()[0].Redelivery)
		assert.Equal(t, 2, r.noted()[0].Attempt)
	})
}

// TestForgottenMessages: after the retention a duplicate is new, and the replay of
// a dead letter calls all handlers of its message.
func TestForgottenMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fail := webhook.Permanent(errors.New("broken"))
		var beds, meals []string
		r := receiveOffline(t, func(mux *webhook.Mux, _ *receiver) {
			webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
				beds = append(beds, d.LogID)
				return nil
			}, webhook.WithName("beds"))
			webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
				meals = append(meals, d.LogID)
				return fail
			}, webhook.WithName("meals"))
		}, func(c *webhook.Config, _ *receiver) {
			c.Dedup = dedup.NewMemory(dedup.MemoryConfig{Retention: time.Hour})
		})
		assert.Equal(t, webhook.DeadLetter, r.post(arrival("dead")).outcome)
		_, err := deadletter.Replay(t.Context(), r.dead, r.Replay)
		assert.ErrorIs(t, err, webhook.ErrDeadLettered)
		assert.Equal(t, []string{"dead"}, beds, "it had succeeded")
		fail = nil
		assert.Equal(t, webhook.Handled, r.post(arrival("done")).outcome)
		assert.Equal(t, webhook.Duplicate, r.post(arrival("done")).outcome)

		time.Sleep(2 * time.Hour)
		assert.Equal(t, webhook.Handled, r.post(arrival("done")).outcome)
		_, err = deadletter.Replay(t.Context(), r.dead, r.Replay)
		require.NoError(t, err)
		assert.Equal(t, []string{"dead", "done", "done", "dead"}, beds)
	})
}

// TestClockSet: leases and retention do not go by the clock of the configuration,
// which may jump.
func TestClockSet(t *testing.T) {
	now := time.Now()
	r := receive(t, nil, func(c *webhook.Config) { c.Now = func() time.Time { return now } })
	assert.Equal(t, webhook.Handled, r.post(arrival("L1")).outcome)
	for _, by := range []time.Duration{-72 * time.Hour, 144 * time.Hour} {
		now = now.Add(by)
		assert.Equal(t, webhook.Duplicate, r.post(arrival("L1")).outcome)
	}
}
