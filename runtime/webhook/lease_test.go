package webhook_test

import (
	"context"
	"net/http"
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

// TestLeaseIsRenewed: a handler may take longer than the lease.
func TestLeaseIsRenewed(t *testing.T) { synctest.Test(t, testLeaseIsRenewed) }

func testLeaseIsRenewed(t *testing.T) {
	release := make(chan struct{})
	r := receiveOffline(t, func(mux *webhook.Mux, r *receiver) {
		webhook.On(mux, func(ctx context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
			r.note(d)
			<-release
			return ctx.Err()
		})
	}, func(c *webhook.Config, _ *receiver) { c.Lease = 90 * time.Millisecond })
	first := make(chan answer)
	go func() { first <- r.post(arrival("L1")) }()
	synctest.Wait()
	assert.Len(t, r.noted(), 1)
	for range 5 {
		time.Sleep(60 * time.Millisecond)
		assert.Equal(t, webhook.InFlight, r.post(arrival("L1")).outcome)
	}
	close(release)
	assert.Equal(t, webhook.Handled, (<-first).outcome)
	assert.Len(t, r.noted(), 1)
}

// losing is a store in which every claim is lost to another worker.
type losing struct{ dedup.Store }

func (losing) Extend(context.Context, dedup.Claim, time.Duration) error { return dedup.ErrLost }
func (losing) Commit(context.Context, dedup.Claim) error                { return dedup.ErrLost }

func TestLostClaimEndsTheHandler(t *testing.T) { synctest.Test(t, testLostClaimEndsTheHandler) }

func testLostClaimEndsTheHandler(t *testing.T) {
	var cause error
	r := receiveOffline(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.On(mux, func(ctx context.Context, _ webhook.Delivery, _ *patientadmin.Arrival) error {
			<-ctx.Done()
			cause = context.Cause(ctx)
			return nil
		})
	}, func(c *webhook.Config, _ *receiver) {
		c.Dedup, c.Lease = losing{dedup.NewMemory(dedup.MemoryConfig{})}, 30*time.Millisecond
	})
	a := r.post(arrival("L1"))
	assert.ErrorIs(t, cause, webhook.ErrClaimLost)
	assert.Equal(t, http.StatusServiceUnavailable, a.status, "the other one's result counts")
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

// TestCutOff: a receiver that cannot reach the store does not learn that another
// one has its message. It stops when its lease may be over, and calls no
// further handler.
func TestCutOff(t *testing.T) {
	for name, extend := range map[string]func(context.Context, dedup.Claim, time.Duration) error{
		"renewal fails": func(context.Context, dedup.Claim, time.Duration) error { return errDown },
		"renewal hangs": func(ctx context.Context, _ dedup.Claim, _ time.Duration) error { <-ctx.Done(); return ctx.Err() },
		"renewal hangs for good": func(context.Context, dedup.Claim, time.Duration) error {
			time.Sleep(time.Hour)
			return errDown
		},
	} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { testCutOff(t, extend) }) })
	}
}

func testCutOff(t *testing.T, extend func(context.Context, dedup.Claim, time.Duration) error) {
	const lease = 30 * time.Second
	shared := dedup.NewMemory(dedup.MemoryConfig{})
	began := time.Now()
	var ended time.Duration
	var cause error
	first := receiveOffline(t, func(mux *webhook.Mux, r *receiver) {
		webhook.On(mux, func(ctx context.Context, _ webhook.Delivery, _ *patientadmin.Arrival) error {
			<-ctx.Done()
			ended, cause = time.Since(began), context.Cause(ctx)
			return nil
		})
		webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error { r.note(d); return nil })
	}, func(c *webhook.Config, _ *receiver) { c.Dedup = &renewing{shared, extend} })
	other := receiveOffline(t, nil, func(c *webhook.Config, _ *receiver) { c.Dedup, c.Wait = shared, 2*lease })
	answered := make(chan answer)
	go func() { answered <- first.post(arrival("L1")) }()
	synctest.Wait()
	assert.Equal(t, webhook.Handled, other.post(arrival("L1")).outcome)
	assert.Equal(t, http.StatusServiceUnavailable, (<-answered).status)
	assert.ErrorIs(t, cause, webhook.ErrClaimLost)
	assert.LessOrEqual(t, ended, lease)
	assert.Empty(t, first.noted())
	time.Sleep(2 * time.Hour) // until what hangs has ended
}

// TestLeaseCountsFromTheRequest: when the store's answer is slow, its lease may
// have begun long before.
func TestLeaseCountsFromTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var left time.Duration
		r := receiveOffline(t, func(mux *webhook.Mux, _ *receiver) {
			webhook.On(mux, func(ctx context.Context, _ webhook.Delivery, _ *patientadmin.Arrival) error {
				began := time.Now()
				<-ctx.Done()
				left = time.Since(began)
				return context.Cause(ctx)
			})
		}, func(c *webhook.Config, _ *receiver) {
			store := dedup.NewMemory(dedup.MemoryConfig{})
			c.Dedup = &slowClaims{&renewing{store, func(context.Context, dedup.Claim, time.Duration) error { return errDown }}}
		})
		assert.Equal(t, webhook.Failed, r.post(arrival("L1")).outcome)
		assert.Equal(t, 21*time.Second, left)
	})
}

// slowClaims takes 9 seconds to answer a claim.
type slowClaims struct{ dedup.Store }

func (s *slowClaims) Claim(ctx context.Context, key dedup.Key, lease time.Duration) (dedup.Claim, error) {
	claim, err := s.Store.Claim(ctx, key, lease)
	time.Sleep(9 * time.Second)
	return claim, err
}

// TestHungHandler: a handler that does not end, and heeds no context, does not
// stop its feed for ever.
func TestHungHandler(t *testing.T) { synctest.Test(t, testHungHandler) }

func testHungHandler(t *testing.T) {
	stuck := make(chan struct{})
	var calls atomic.Int32
	r := receiveOffline(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error {
			if calls.Add(1) == 1 {
				<-stuck
			}
			return nil
		}, webhook.WithName("beds"))
	}, func(*webhook.Config, *receiver) {})
	hung := make(chan answer)
	go func() { hung <- r.post(arrival("L1")) }()
	time.Sleep(149 * time.Second) // Timeout is 120 s, the lease 30 s
	assert.Equal(t, webhook.InFlight, r.post(arrival("L1")).outcome, "it may still be at work")
	time.Sleep(time.Minute)
	assert.Equal(t, webhook.Handled, r.post(arrival("L1")).outcome)
	assert.Contains(t, r.logged(), `"level":"ERROR","msg":"redox webhook: a handler does not end`)
	assert.Contains(t, r.logged(), `"handler":"beds"`)
	close(stuck)
	assert.Equal(t, http.StatusServiceUnavailable, (<-hung).status, "the other one's result counts")
}
