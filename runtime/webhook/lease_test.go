package webhook_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// renewing is a store whose renewals go through extend.
type renewing struct {
	dedup.Store
	extend func(ctx context.Context, c dedup.Claim, lease time.Duration) error
}

func (s *renewing) Extend(ctx context.Context, c dedup.Claim, lease time.Duration) error {
	return s.extend(ctx, c, lease)
}

// one notes how many receivers handle the message at the same time.
type one struct{ running, most atomic.Int32 }

func (o *one) enter() (leave func()) {
	n := o.running.Add(1)
	for most := o.most.Load(); n > most && !o.most.CompareAndSwap(most, n); most = o.most.Load() {
	}
	return func() { o.running.Add(-1) }
}

// TestOneHungRenewal: a renewal that is not answered leaves time for another
// one, whatever the lease.
func TestOneHungRenewal(t *testing.T) {
	for _, lease := range []time.Duration{30 * time.Second, 10 * time.Second, time.Second} { // StoreTimeout is 10 s
		t.Run(lease.String(), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { testOneHungRenewal(t, lease) }) })
	}
}

func testOneHungRenewal(t *testing.T, lease time.Duration) {
	shared := dedup.NewMemory(dedup.MemoryConfig{})
	var renewals atomic.Int32
	store := &renewing{shared, func(ctx context.Context, c dedup.Claim, lease time.Duration) error {
		if renewals.Add(1) == 1 {
			<-ctx.Done() // a packet was lost
			return ctx.Err()
		}
		return shared.Extend(ctx, c, lease)
	}}
	var handling one
	takesLong := func(mux *webhook.Mux, r *receiver) {
		webhook.On(mux, func(ctx context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
			defer handling.enter()()
			r.note(d)
			time.Sleep(3 * lease)
			return ctx.Err()
		})
	}
	first := receiveOffline(t, takesLong, func(c *webhook.Config, _ *receiver) { c.Dedup, c.Lease = store, lease })
	other := receiveOffline(t, takesLong, func(c *webhook.Config, _ *receiver) { c.Dedup, c.Lease, c.Wait = shared, lease, 4*lease })
	answered := make(chan answer)
	go func() { answered <- first.post(arrival("L1")) }()
	synctest.Wait()
	assert.Equal(t, webhook.Duplicate, other.post(arrival("L1")).outcome)
	assert.Equal(t, webhook.Handled, (<-answered).outcome)
	assert.EqualValues(t, 1, handling.most.Load(), "receivers at the same time")
}
