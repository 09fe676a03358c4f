package webhook_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
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

// half is a store and a sink of which one does its work the first time and does
// not say so: the sink has the message then, and Redox too.
type half struct {
	dedup.Store
	deadletter.Sink
	put, commit bool // whose first answer is an error
}

func (h *half) Put(ctx context.Context, l deadletter.Message) error {
	err := h.Sink.Put(ctx, l)
	if h.put {
		h.put = false
		return context.DeadlineExceeded
	}
	return err
}

func (h *half) Commit(ctx context.Context, c dedup.Claim) error {
	if h.commit {
		h.commit = false
		return errDown
	}
	return h.Store.Commit(ctx, c)
}

// halfDeadLettered starts, in a bubble of synctest, a receiver that has put L1 aside and did not answer 200.
// From then on its handler does what then does.
func halfDeadLettered(t *testing.T, h half, then func(*receiver, webhook.Delivery) error) *receiver {
	t.Helper()
	first := true
	r := receiveOffline(t, func(mux *webhook.Mux, r *receiver) {
		webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
			if first {
				first = false
				return webhook.Permanent(errors.New("broken"))
			}
			return then(r, d)
		})
	}, func(c *webhook.Config, _ *receiver) {
		h.Store, h.Sink = dedup.NewMemory(dedup.MemoryConfig{}), c.DeadLetter
		c.Dedup, c.DeadLetter, c.Lease = &h, &h, 50*time.Millisecond
	})
	require.Equal(t, http.StatusServiceUnavailable, r.post(arrival("L1")).status)
	require.Len(t, r.deadLetters(t), 1)
	time.Sleep(60 * time.Millisecond) // the lease
	return r
}

// inBubble is t.Run with a clock of its own.
func inBubble(t *testing.T, name string, f func(*testing.T)) {
	t.Run(name, func(t *testing.T) { synctest.Test(t, f) })
}

func note(r *receiver, d webhook.Delivery) error {
	r.note(d)
	return nil
}

// TestLetterLeftBehind: a message that is in the sink and comes again is handled
// once, whether its redelivery or the replay of its dead letter comes first.
func TestLetterLeftBehind(t *testing.T) {
	for name, how := range map[string]half{"by the sink": {put: true}, "by the store": {commit: true}} {
		inBubble(t, name+", redelivered, then replayed", func(t *testing.T) {
			r := halfDeadLettered(t, how, note)
			require.Equal(t, webhook.Handled, r.post(arrival("L1")).outcome)
			_, err := deadletter.Replay(t.Context(), r.dead, r.Replay)
			require.NoError(t, err)
			assert.Equal(t, []string{"L1"}, r.logIDs())
			assert.Empty(t, r.deadLetters(t))
		})
		inBubble(t, name+", replayed, then redelivered", func(t *testing.T) {
			r := halfDeadLettered(t, how, note)
			_, err := deadletter.Replay(t.Context(), r.dead, r.Replay)
			require.NoError(t, err)
			assert.Equal(t, webhook.Duplicate, r.post(arrival("L1")).outcome)
			assert.Equal(t, []string{"L1"}, r.logIDs())
			assert.Empty(t, r.deadLetters(t))
		})
		inBubble(t, name+", dead-lettered by a replay, then redelivered", func(t *testing.T) {
			fixed := false
			r := halfDeadLettered(t, how, func(r *receiver, d webhook.Delivery) error {
				if !fixed {
					return webhook.Permanent(errors.New("still broken"))
				}
				return note(r, d)
			})
			_, err := deadletter.Replay(t.Context(), r.dead, r.Replay)
			require.ErrorIs(t, err, webhook.ErrDeadLettered)
			assert.Equal(t, webhook.Duplicate, r.post(arrival("L1")).outcome, "it is in the sink")
			fixed = true
			_, err = deadletter.Replay(t.Context(), r.dead, r.Replay)
			require.NoError(t, err)
			assert.Equal(t, []string{"L1"}, r.logIDs())
		})
		inBubble(t, name+", failed by a replay, then redelivered", func(t *testing.T) {
			calls := 0
			r := halfDeadLettered(t, how, func(r *receiver, d webhook.Delivery) error {
				if calls++; calls == 1 {
					return errors.New("temporary")
				}
				return note(r, d)
			})
			_, err := deadletter.Replay(t.Context(), r.dead, r.Replay)
			require.Error(t, err)
			assert.Equal(t, webhook.Handled, r.post(arrival("L1")).outcome, "the replay holds nothing back")
		})
	}
}

// TestReplayBesideRedelivery: of the two only one at a time handles the message,
// and the other one finds it done or comes again.
func TestReplayBesideRedelivery(t *testing.T) { synctest.Test(t, testReplayBesideRedelivery) }

func testReplayBesideRedelivery(t *testing.T) {
	var handling one
	r := halfDeadLettered(t, half{put: true}, func(r *receiver, d webhook.Delivery) error {
		defer handling.enter()()
		time.Sleep(100 * time.Millisecond)
		return note(r, d)
	})
	redelivered := make(chan answer)
	go func() { redelivered <- r.post(arrival("L1")) }()
	for range 200 {
		if result, _ := deadletter.Replay(t.Context(), r.dead, r.Replay); result.Failed == 0 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	<-redelivered
	assert.EqualValues(t, 1, handling.most.Load())
	assert.Equal(t, []string{"L1"}, r.logIDs())
	assert.Empty(t, r.deadLetters(t))
}

// TestReplayRenewsBothLeases: a replay may take longer than the lease, and holds
// the message as long.
func TestReplayRenewsBothLeases(t *testing.T) { synctest.Test(t, testReplayRenewsBothLeases) }

func testReplayRenewsBothLeases(t *testing.T) {
	var during atomic.Value
	r := halfDeadLettered(t, half{put: true}, func(r *receiver, d webhook.Delivery) error {
		time.Sleep(150 * time.Millisecond)
		during.Store(r.post(arrival("L1")).outcome)
		return note(r, d)
	})
	_, err := deadletter.Replay(t.Context(), r.dead, r.Replay)
	require.NoError(t, err)
	assert.Equal(t, webhook.InFlight, during.Load())
}

// TestReplaysAreRedeliveries: a message that comes from the sink was delivered
// before, and to the same handler.
func TestReplaysAreRedeliveries(t *testing.T) {
	r := receive(t, func(mux *webhook.Mux, r *receiver) {
		webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
			r.note(d)
			return webhook.Permanent(errors.New("broken"))
		})
	}, nil)
	r.post(arrival("L1"))
	for range 2 {
		_, err := deadletter.Replay(t.Context(), r.dead, r.Replay)
		require.ErrorIs(t, err, webhook.ErrDeadLettered)
	}
	var attempts []int
	var again []bool
	for _, d := range r.noted() {
		attempts, again = append(attempts, d.Attempt), append(again, d.Redelivery)
	}
	assert.Equal(t, []int{1, 2, 3}, attempts)
	assert.Equal(t, []bool{false, true, true}, again)
}
