package webhook_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// deaf is a store and a sink of which one operation takes long, whatever its
// context says, as that of a driver that knows its own timeouts only.
type deaf struct {
	dedup.Store
	deadletter.Sink
	op    string
	takes atomic.Int64 // nanoseconds
	asked atomic.Int64 // how often the operation was asked for
}

func slow(op string, takes time.Duration) *deaf {
	d := &deaf{op: op}
	d.takes.Store(int64(takes))
	return d
}

func (d *deaf) listen(op string) {
	if op == d.op {
		d.asked.Add(1)
		time.Sleep(time.Duration(d.takes.Load()))
	}
}

func (d *deaf) Claim(ctx context.Context, k dedup.Key, l time.Duration) (dedup.Claim, error) {
	d.listen("claim")
	return d.Store.Claim(context.WithoutCancel(ctx), k, l)
}

func (d *deaf) Extend(ctx context.Context, c dedup.Claim, l time.Duration) error {
	d.listen("extend")
	return d.Store.Extend(context.WithoutCancel(ctx), c, l)
}

func (d *deaf) Commit(ctx context.Context, c dedup.Claim) error {
	d.listen("commit")
	return d.Store.Commit(context.WithoutCancel(ctx), c)
}

func (d *deaf) Release(ctx context.Context, c dedup.Claim) error {
	d.listen("release")
	return d.Store.Release(context.WithoutCancel(ctx), c)
}

func (d *deaf) Known(context.Context, dedup.Key) (bool, error) {
	d.listen("known")
	return false, nil
}

func (d *deaf) Ping(context.Context) error { d.listen("ping"); return nil }

func (d *deaf) Put(ctx context.Context, l deadletter.Message) error {
	d.listen("put")
	return d.Sink.Put(context.WithoutCancel(ctx), l)
}

func hardOfHearing(t *testing.T, d *deaf, handler func(*receiver, webhook.Delivery) error) *receiver {
	t.Helper()
	d.Store = dedup.NewMemory(dedup.MemoryConfig{})
	return receiveOffline(t, func(mux *webhook.Mux, r *receiver) {
		webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error { return handler(r, d) })
	}, func(c *webhook.Config, _ *receiver) {
		d.Sink = c.DeadLetter
		c.Dedup, c.DeadLetter, c.StoreTimeout, c.Lease = d, d, time.Second, time.Minute
	})
}

// TestStoreTimeoutIsKept: the answer does not wait for a store or a sink that does
// not heed its context, and what comes of it too late does no harm.
func TestStoreTimeoutIsKept(t *testing.T) {
	for _, op := range []string{"known", "claim", "commit", "release", "put"} {
		t.Run(op, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := slow(op, 20*time.Second)
				fails := op == "release"
				r := hardOfHearing(t, d, func(r *receiver, d webhook.Delivery) error {
					r.note(d)
					if fails {
						return context.DeadlineExceeded
					}
					return nil
				})
				message := arrival("L1")
				if op == "put" {
					message = event("Astrology", "New", "L1")
				}
				began := time.Now()
				assert.Equal(t, http.StatusServiceUnavailable, r.post(message).status)
				assert.LessOrEqual(t, time.Since(began), 1500*time.Millisecond)
				assert.Contains(t, r.logged(), context.DeadlineExceeded.Error())

				// Redox delivers again when the store has come to its end, long
				// before the lease of a minute would be over.
				time.Sleep(45 * time.Second)
				d.takes.Store(0)
				fails = false
				a := r.post(message)
				assert.Equal(t, http.StatusOK, a.status)
				if op != "put" {
					assert.NotEmpty(t, r.noted())
					return
				}
				assert.Len(t, r.deadLetters(t), 1)
			})
		})
	}
}

// TestRenewalIsNotWaitedFor: the handler goes on while the store does not answer,
// and its claim counts as lost when the lease is over.
func TestRenewalIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan error, 1)
		r := receiveOffline(t, func(mux *webhook.Mux, _ *receiver) {
			webhook.On(mux, func(ctx context.Context, _ webhook.Delivery, _ *patientadmin.Arrival) error {
				<-ctx.Done()
				ended <- context.Cause(ctx)
				return ctx.Err()
			})
		}, func(c *webhook.Config, _ *receiver) {
			d := slow("extend", time.Hour)
			d.Store = dedup.NewMemory(dedup.MemoryConfig{})
			c.Dedup = d
			c.StoreTimeout, c.Lease, c.Timeout = time.Second, time.Minute, time.Hour
		})
		began := time.Now()
		assert.Equal(t, http.StatusServiceUnavailable, r.post(arrival("L1")).status)
		assert.Equal(t, webhook.ErrClaimLost, <-ended)
		assert.Equal(t, time.Minute, time.Since(began).Truncate(time.Second))
		time.Sleep(2 * time.Hour) // for what is still running
	})
}

// TestHealthIsNotWaitedFor: a probe has two seconds.
func TestHealthIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := hardOfHearing(t, slow("ping", time.Minute), nil)
		began := time.Now()
		w := httptest.NewRecorder()
		r.Health().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
		assert.Equal(t, http.StatusServiceUnavailable, w.Code)
		assert.LessOrEqual(t, time.Since(began), 2*time.Second)
		time.Sleep(time.Minute)
	})
}

// TestAbandonedRequestsAreBounded: a store that never comes back is not asked
// again and again by every delivery, which would leave one more each time.
func TestAbandonedRequestsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := slow("claim", 24*time.Hour)
		r := hardOfHearing(t, d, func(r *receiver, d webhook.Delivery) error { r.note(d); return nil })
		for i := range 150 {
			assert.Equal(t, http.StatusServiceUnavailable, r.post(arrival(fmt.Sprint(i))).status)
		}
		assert.EqualValues(t, 100, d.asked.Load())
		assert.Contains(t, r.logged(), "not answered in time and are still running")
		time.Sleep(25 * time.Hour)
		d.takes.Store(0)
		assert.Equal(t, http.StatusOK, r.post(arrival("later")).status)
	})
}
