package webhook_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// noteless is a store whose notes of handlers cannot be asked for, or given up.
type noteless struct {
	dedup.Store
	claims, releases bool
}

func isNote(k dedup.Key) bool { return strings.Contains(string(k), "ran:") }

func (s *noteless) Claim(ctx context.Context, k dedup.Key, lease time.Duration) (dedup.Claim, error) {
	if s.claims && isNote(k) {
		return dedup.Claim{}, errDown
	}
	return s.Store.Claim(ctx, k, lease)
}

func (s *noteless) Release(ctx context.Context, c dedup.Claim) error {
	if s.releases && isNote(c.Key) {
		return errDown
	}
	return s.Store.Release(ctx, c)
}

// twoHandlers receives with a handler that succeeds and one that fails at first.
func twoHandlers(t *testing.T, store dedup.Store, failures int) (r *receiver, first, second *int) {
	first, second = new(int), new(int)
	r = receiveOffline(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { *first++; return nil }, webhook.WithName("first"))
		webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error {
			if *second++; *second <= failures {
				return errors.New("later")
			}
			return nil
		}, webhook.WithName("second"))
	}, func(c *webhook.Config, _ *receiver) { c.Dedup = store })
	return r, first, second
}

// TestNoHandlerIsCalledOnASuspicion: while the store cannot tell whether a
// handler succeeded before, none is called.
func TestNoHandlerIsCalledOnASuspicion(t *testing.T) {
	store := &noteless{Store: dedup.NewMemory(dedup.MemoryConfig{})}
	r, first, _ := twoHandlers(t, store, 1)
	require.Equal(t, http.StatusServiceUnavailable, r.post(arrival("L1")).status)
	store.claims = true
	a := r.post(arrival("L1"))
	assert.Equal(t, http.StatusServiceUnavailable, a.status)
	assert.Equal(t, webhook.Unavailable, a.outcome)
	store.claims = false
	assert.Equal(t, webhook.Handled, r.post(arrival("L1")).outcome)
	assert.Equal(t, 1, *first)
}

// TestNoteOutlivesALostRelease: that a note could not be given up does not keep
// it from being written.
func TestNoteOutlivesALostRelease(t *testing.T) {
	store := &noteless{Store: dedup.NewMemory(dedup.MemoryConfig{}), releases: true}
	r, first, second := twoHandlers(t, store, 3)
	for range 3 {
		require.Equal(t, http.StatusServiceUnavailable, r.post(arrival("L1")).status)
	}
	assert.Equal(t, webhook.Handled, r.post(arrival("L1")).outcome)
	assert.Equal(t, 1, *first)
	assert.Equal(t, 4, *second)
}

// stalled is a store that renews no lease until it is asked to.
type stalled struct {
	dedup.Store
	renews atomic.Bool
}

func (s *stalled) Extend(ctx context.Context, c dedup.Claim, lease time.Duration) error {
	if !s.renews.Load() {
		return errDown
	}
	return s.Store.Extend(ctx, c, lease)
}

// TestNoDeadLetterOfALostMessage: a receiver that lost a message to another one does
// not dead-letter it, as the other may have handled it.
func TestNoDeadLetterOfALostMessage(t *testing.T) { synctest.Test(t, testNoDeadLetterOfALostMessage) }

func testNoDeadLetterOfALostMessage(t *testing.T) {
	store := dedup.NewMemory(dedup.MemoryConfig{})
	handled := 0
	other, _, _ := twoHandlers(t, store, 0)
	stale := &stalled{Store: store}
	slow := receiveOffline(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.On(mux, func(ctx context.Context, _ webhook.Delivery, _ *patientadmin.Arrival) error {
			<-ctx.Done() // the lease was not renewed
			time.Sleep(50 * time.Millisecond)
			if other.post(arrival("L1")).status == http.StatusOK {
				handled++
			}
			stale.renews.Store(true)
			return webhook.Permanent(ctx.Err())
		}, webhook.WithName("first"))
	}, func(c *webhook.Config, _ *receiver) { c.Dedup, c.Lease = stale, 200*time.Millisecond })
	assert.Equal(t, http.StatusServiceUnavailable, slow.post(arrival("L1")).status)
	assert.Equal(t, 1, handled)
	for m, err := range slow.dead.Messages(t.Context()) {
		t.Errorf("a dead letter: %v %v", m.Key, err)
	}
}
