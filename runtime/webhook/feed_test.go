package webhook_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// everything registers a handler that notes every message.
func everything(mux *webhook.Mux, r *receiver) {
	webhook.OnAny(mux, func(_ context.Context, d webhook.Delivery, _ redox.Message) error { r.note(d); return nil })
}

// results are the outcomes of attempts in the order in which they ended.
func results(attempts []redoxtest.FeedAttempt) []string {
	var list []string
	for _, a := range attempts {
		switch outcome := a.Header.Get(webhook.OutcomeHeader); {
		case a.Err != nil:
			list = append(list, "lost")
		case outcome == "":
			list = append(list, http.StatusText(a.Status))
		default:
			list = append(list, outcome)
		}
	}
	return list
}

// TestFeedScenarios: what Redox may do to a receiver, and what comes of it.
func TestFeedScenarios(t *testing.T) {
	arrival := arrival("in the sample")
	for name, tt := range map[string]struct {
		deliver func(*redoxtest.Feed)
		want    []string // nil: not in a fixed order
		handled int
	}{
		"one":                 {func(f *redoxtest.Feed) { f.Deliver(arrival) }, []string{"handled"}, 1},
		"duplicate delivery":  {func(f *redoxtest.Feed) { f.Deliver(arrival).Twice() }, []string{"handled", "duplicate"}, 1},
		"a message as struct": {func(f *redoxtest.Feed) { f.Deliver(decode(arrival)).Twice() }, []string{"handled", "duplicate"}, 1},
		"numeric log IDs":     {func(f *redoxtest.Feed) { f.Deliver(arrival).NumericLogID().Twice() }, []string{"handled", "duplicate"}, 1},
		"wrong token":         {func(f *redoxtest.Feed) { f.Deliver(arrival).WrongToken() }, []string{"Unauthorized", "handled"}, 1},
		"fields from a newer schema": {func(f *redoxtest.Feed) { f.Deliver(arrival).NewerSchema() },
			[]string{"handled"}, 1},
		"two attempts at once": {func(f *redoxtest.Feed) { f.Deliver(arrival).AtOnce(2) }, nil, 1},
		"answer lost":          {func(f *redoxtest.Feed) { f.Deliver(arrival).AnswerLost() }, nil, 1},
		"burst":                {func(f *redoxtest.Feed) { f.Burst(200, arrival) }, nil, 200},
		"out of order across data models": {func(f *redoxtest.Feed) {
			f.Deliver(arrival)
			f.Deliver(event("Results", "New", "")).OutOfOrder()
		}, []string{"handled", "handled"}, 2},
		"no JSON": {func(f *redoxtest.Feed) { f.Deliver("{"); f.Deliver(arrival) }, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := receive(t, everything, func(c *webhook.Config) { c.Wait = time.Second })
			f := feed(t, r)
			tt.deliver(f)
			attempts, err := f.Run(t.Context())
			require.NoError(t, err)
			if tt.want != nil {
				assert.Equal(t, tt.want, results(attempts))
			}
			// An attempt whose answer was lost may still be on its way.
			eventually(t, "all handled", func() bool { return len(r.noted()) >= tt.handled })
			assert.Len(t, r.noted(), tt.handled)
			if name == "out of order across data models" {
				assert.Equal(t, "Results", r.noted()[0].DataModel)
			}
		})
	}
}

func decode(body string) *patientadmin.Arrival {
	ev, _, err := patientadmin.DecodeArrival([]byte(body))
	if err != nil {
		panic(err)
	}
	return ev
}

// TestFeedKeepsOrderAndPauses: a message that fails for a while holds up its
// own subscription, in order, and no other.
func TestFeedKeepsOrderAndPauses(t *testing.T) {
	var failures atomic.Int32
	r := receive(t, func(mux *webhook.Mux, r *receiver) {
		webhook.OnAny(mux, func(_ context.Context, d webhook.Delivery, _ redox.Message) error {
			if d.DataModel == "PatientAdmin" && failures.Add(1) <= 3 {
				return errors.New("down")
			}
			r.note(d)
			return nil
		})
	}, nil)
	clock := &steppedClock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	f := feed(t, r, redoxtest.WithFeedClock(clock))
	first, second := f.Deliver(arrival("")), f.Deliver(arrival(""))
	attempts, err := f.Run(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"failed", "failed", "failed", "handled", "handled"}, results(attempts))
	assert.Equal(t, []string{first.LogID, second.LogID}, r.logIDs())
	assert.Equal(t, []time.Duration{10 * time.Second, 10 * time.Second, 20 * time.Second}, clock.slept)
	seen := map[string]bool{}
	for _, a := range attempts[:4] {
		assert.Equal(t, first.LogID, a.LogID, "a redelivery has the same log ID")
		assert.False(t, seen[a.AttemptID], "and an attempt ID of its own")
		seen[a.AttemptID] = true
	}
	assert.Equal(t, 40*time.Second, attempts[3].At.Sub(attempts[0].At))
}

// steppedClock passes only by sleeping.
type steppedClock struct {
	now   time.Time
	slept []time.Duration
}

func (c *steppedClock) Now() time.Time { return c.now }

func (c *steppedClock) Sleep(_ context.Context, d time.Duration) error {
	c.now = c.now.Add(d)
	c.slept = append(c.slept, d)
	return nil
}

// TestPoisonDoesNotDelay: the message after a poisonous one comes at its first
// attempt.
func TestPoisonDoesNotDelay(t *testing.T) {
	r := receive(t, nil, nil)
	f := feed(t, r)
	f.Deliver(event("PatientAdmin", "Teleport", ""))
	next := f.Deliver(arrival(""))
	attempts, err := f.Run(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"dead-letter", "handled"}, results(attempts))
	assert.Equal(t, []string{next.LogID}, r.logIDs())
}
