package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/sqlinbox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// TestPoison: a message whose every attempt ended its process, so that its lease ran out,
// is dead-lettered without being handled again.
func TestPoison(t *testing.T) {
	var s seen
	mux := webhook.NewMux()
	webhook.On(mux, func(_ context.Context, _ webhook.Delivery, ev *patientadmin.Arrival) error {
		s.add(ev.Visit.VisitNumber)
		return nil
	})
	r := receiveInto(t, mux, inbox.Config{MaxAttempts: 2}, inbox.NewMemory(nil), func(box inbox.Box) {
		_, err := box.Append(t.Context(), inbox.Message{Key: "k", Order: []string{"a"}, Received: time.Now(), Raw: []byte(visit(1, "a"))})
		require.NoError(t, err)
		for range 2 { // workers that die
			claims, err := box.Claim(t.Context(), 1, time.Nanosecond)
			require.NoError(t, err)
			require.Len(t, claims, 1)
		}
	})
	r.queue(visit(2, "a"))
	r.until(0)
	assert.Equal(t, "2", s.String())
	for e, err := range r.box.Find(t.Context(), inbox.Filter{ID: 1}) {
		require.NoError(t, err)
		assert.Equal(t, inbox.Dead, e.Outcome)
	}
}

// unreliable is a Box whose engine is down now and then.
type unreliable struct {
	inbox.Box

	down atomic.Bool
}

var errDown = errors.New("the engine is down")

func (b *unreliable) Append(ctx context.Context, m inbox.Message) (bool, error) {
	if b.down.Load() {
		return false, errDown
	}
	return b.Box.Append(ctx, m)
}

func (b *unreliable) Claim(ctx context.Context, n int, lease time.Duration) ([]inbox.Claim, error) {
	if b.down.Load() {
		return nil, errDown
	}
	return b.Box.Claim(ctx, n, lease)
}

func (b *unreliable) Finish(ctx context.Context, c inbox.Claim, as inbox.Outcome) error {
	if b.down.Load() {
		return errDown
	}
	return b.Box.Finish(ctx, c, as)
}

// TestEngineDown: what cannot be stored is answered 503 and comes again; what is being
// handled when the engine goes down is finished when it is back.
func TestEngineDown(t *testing.T) {
	box := &unreliable{Box: inbox.NewMemory(nil)}
	var s seen
	mux := webhook.NewMux()
	webhook.On(mux, func(_ context.Context, _ webhook.Delivery, ev *patientadmin.Arrival) error {
		if ev.Visit.VisitNumber == "1" {
			box.down.Store(true)
			time.AfterFunc(300*time.Millisecond, func() { box.down.Store(false) })
		}
		s.add(ev.Visit.VisitNumber)
		return nil
	})
	r := receiveInto(t, mux, inbox.Config{}, box, nil)
	r.queue(visit(1, "a"))
	require.Eventually(t, box.down.Load, 5*time.Second, time.Millisecond)
	status, result, _ := r.post(visit(2, "a"))
	assert.Equal(t, []any{503, webhook.Unavailable}, []any{status, result})
	require.Eventually(t, func() bool { return !box.down.Load() }, 5*time.Second, time.Millisecond)
	r.queue(visit(2, "a"))
	r.until(0)
	assert.Equal(t, "1 2", s.String())
}

// TestLatencyOfOthers: while 200 messages of a patient wait for one that fails, those of
// others take as long as before.
func TestLatencyOfOthers(t *testing.T) {
	testenv.NeedsMeasured(t)
	done := make(chan struct{}, 1)
	mux := webhook.NewMux()
	webhook.On(mux, func(_ context.Context, d webhook.Delivery, ev *patientadmin.Arrival) error {
		switch ev.Patient.Identifiers[0].ID {
		case "held":
			if ev.Visit.VisitNumber == "2" {
				return errors.New("not now")
			}
		default:
			done <- struct{}{}
		}
		return nil
	})
	box, err := sqlinbox.Open(t.Context(), "sqlite", "file:"+filepath.Join(t.TempDir(), "redox.db"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = box.Close() })
	r := receiveInto(t, mux, inbox.Config{Backoff: time.Minute}, box, nil)
	next := 1000
	latency := func() time.Duration {
		var all []time.Duration
		for range 200 {
			next++
			began := time.Now()
			r.queue(visit(next, fmt.Sprint("p", next)))
			<-done
			all = append(all, time.Since(began))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	latency()
	before := latency()
	for i := range 200 {
		r.queue(visit(i, "held"))
	}
	r.until(198)
	during := latency()
	t.Logf("before %v, while a patient's messages wait %v: %.2f", before, during, float64(during)/float64(before))
	assert.Less(t, float64(during)/float64(before), 1.5)
}
