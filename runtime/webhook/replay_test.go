package webhook_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver sqlite

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/deadletter/sqldeadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// broken registers a handler that rejects everything until it is fixed.
func broken(fixed *atomic.Bool) func(*webhook.Mux, *receiver) {
	return func(mux *webhook.Mux, r *receiver) {
		webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
			if !fixed.Load() {
				return webhook.Permanent(errors.New("broken"))
			}
			r.note(d)
			return nil
		})
	}
}

// TestReplay: what was dead-lettered stays there until a handler took it, and is
// then handled in the order in which it was received.
func TestReplay(t *testing.T) {
	var fixed atomic.Bool
	store, err := sqldedup.Open(t.Context(), "sqlite", "file:"+filepath.Join(t.TempDir(), "redox.db"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	dead, err := sqldeadletter.New(t.Context(), store.DB(), "sqlite")
	require.NoError(t, err)

	for name, change := range map[string]func(*webhook.Config, *receiver){
		"directory and memory": func(*webhook.Config, *receiver) {},
		"SQLite": func(c *webhook.Config, r *receiver) {
			c.Dedup, c.DeadLetter = store, dead
			r.dead = dead
		},
	} {
		t.Run(name, func(t *testing.T) {
			fixed.Store(false)
			r := receiveInto(t, broken(&fixed), change)
			for _, id := range []string{"L1", "L2", "L3"} {
				assert.Equal(t, webhook.DeadLetter, r.post(arrival(id)).outcome)
			}
			deliver := webhook.ReplayTo(r.URL, token, nil)
			result, err := deadletter.Replay(t.Context(), r.dead, deliver)
			assert.ErrorIs(t, err, webhook.ErrDeadLettered)
			assert.Equal(t, deadletter.Replayed{Failed: 3}, result)
			assert.Len(t, r.deadLetters(t), 3, "nothing is lost by a replay that fails")

			fixed.Store(true)
			result, err = deadletter.Replay(t.Context(), r.dead, webhook.ReplayTo(r.URL, token, nil))
			require.NoError(t, err)
			assert.Equal(t, deadletter.Replayed{Delivered: 3}, result)
			assert.Equal(t, []string{"L1", "L2", "L3"}, r.logIDs())
			for _, d := range r.noted() {
				assert.True(t, d.Replay)
				assert.Equal(t, arrival(d.LogID), string(d.Raw), "byte for byte")
			}
			assert.Empty(t, r.deadLetters(t))
			assert.Equal(t, webhook.Duplicate, r.post(arrival("L1")).outcome, "to Redox it has been done all along")
		})
	}
}

// TestReplayKeepsTheOrder: a message that is dead-lettered again does not fall behind
// those that came after it.
func TestReplayKeepsTheOrder(t *testing.T) {
	for _, how := range []string{"in the process", "over HTTP"} {
		t.Run(how, func(t *testing.T) {
			rejects := webhook.Permanent(errors.New("no"))
			fails := map[string]error{"L1": rejects, "L2": rejects}
			r := receive(t, func(mux *webhook.Mux, r *receiver) {
				webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
					if err := fails[d.LogID]; err != nil {
						return err
					}
					r.note(d)
					return nil
				})
			}, nil)
			deliver := r.Replay
			if how == "over HTTP" {
				deliver = webhook.ReplayTo(r.URL, token, nil)
			}
			r.post(arrival("L1"))
			r.post(arrival("L2"))
			r.post("not JSON")
			before := r.deadLetters(t)
			fails["L2"] = errDown // so that its dead letter stays as it is, and those of the others are put again
			_, err := deadletter.Replay(t.Context(), r.dead, deliver)
			require.ErrorIs(t, err, webhook.ErrDeadLettered)
			for i, l := range r.deadLetters(t) {
				assert.Equal(t, before[i].LogID, l.LogID)
				assert.True(t, before[i].Received.Equal(l.Received))
			}
			clear(fails)
			_, err = deadletter.Replay(t.Context(), r.dead, deliver)
			require.ErrorIs(t, err, webhook.ErrDeadLettered, "what is not JSON")
			assert.Equal(t, []string{"L1", "L2"}, r.logIDs())
		})
	}
}

func TestReplayErrors(t *testing.T) {
	var fixed atomic.Bool
	r := receive(t, broken(&fixed), nil)
	r.post(arrival("L1"))
	deadLetter := r.deadLetters(t)[0]

	assert.ErrorContains(t, webhook.ReplayTo(r.URL, "wrong", nil)(t.Context(), deadLetter), "status 401")
	foreign := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer foreign.Close()
	assert.ErrorContains(t, webhook.ReplayTo(foreign.URL, token, nil)(t.Context(), deadLetter), "does not belong to a handler")
	assert.Error(t, webhook.ReplayTo("http://127.0.0.1:1", token, nil)(t.Context(), deadLetter))

	assert.ErrorIs(t, r.Replay(t.Context(), deadLetter), webhook.ErrDeadLettered)
	fixed.Store(true)
	assert.NoError(t, r.Replay(t.Context(), deadLetter))
	require.NoError(t, r.Shutdown(t.Context()))
	assert.ErrorIs(t, r.Replay(t.Context(), deadLetter), http.ErrServerClosed)
}

// TestReplayDoesNotFollowRedirects: they would carry the message and the token
// to another host.
func TestReplayDoesNotFollowRedirects(t *testing.T) {
	var followed atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Add(1) }))
	defer elsewhere.Close()
	redirects := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer redirects.Close()
	deadLetter := deadletter.Message{Raw: []byte(arrival("L1"))}
	for name, client := range map[string]*http.Client{"default": nil, "given": {}} {
		err := webhook.ReplayTo(redirects.URL, token, client)(t.Context(), deadLetter)
		assert.ErrorContains(t, err, "status 307: redirects are not followed", name)
	}
	assert.Zero(t, followed.Load())
}

// TestReplayErrorsRepeatNoContent: a handler's error may contain patient data.
// What is said of it is what logs say.
func TestReplayErrorsRepeatNoContent(t *testing.T) {
	cause := errors.New("no bed for Planterson")
	handled := cause
	r := receive(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return handled })
	}, nil)
	handled = webhook.Permanent(cause)
	require.Equal(t, webhook.DeadLetter, r.post(arrival("L1")).outcome)

	_, err := deadletter.Replay(t.Context(), r.dead, r.Replay)
	assert.ErrorIs(t, err, webhook.ErrDeadLettered)
	assert.ErrorIs(t, err, cause, "for who wants to know")
	assert.ErrorContains(t, err, "dead-lettered again: *errors.errorString")
	assert.NotContains(t, err.Error(), "Planterson")

	handled = cause
	_, err = deadletter.Replay(t.Context(), r.dead, r.Replay)
	assert.NotErrorIs(t, err, webhook.ErrDeadLettered)
	assert.ErrorIs(t, err, cause)
	assert.ErrorContains(t, err, "webhook: failed: *errors.errorString")
	assert.NotContains(t, err.Error(), "Planterson")
}

// TestReplayWithoutAnswer: errors repeat neither the url, which may have a key in
// its query, nor what a server says.
func TestReplayWithoutAnswer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if assert.NoError(t, err) {
			_, _ = io.WriteString(c, "HTTP/1.1 Planterson\r\n\r\n")
			_ = c.Close()
		}
	}))
	defer server.Close()
	for url, want := range map[string]string{
		server.URL + "/?key=SECRET":       "webhook: the request failed in transport",
		"http://127.0.0.1:1/?key=SECRET":  "webhook: connection refused",
		"http://127.0.0.1:x1/?key=SECRET": "webhook: the url of ReplayTo is not a URL",
	} {
		err := webhook.ReplayTo(url, token, nil)(t.Context(), deadletter.Message{Raw: []byte(arrival("L1"))})
		assert.EqualError(t, err, want)
	}
}

// silent is a server that takes a request and does not answer it.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, context.Cause(r.Context())
}

func TestReplayDoesNotWaitForEver(t *testing.T) {
	was := http.DefaultTransport
	defer func() { http.DefaultTransport = was }()
	http.DefaultTransport = silent{}
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		err := webhook.ReplayTo("http://localhost", token, nil)(t.Context(), deadletter.Message{Raw: []byte(arrival("L1"))})
		assert.EqualError(t, err, "webhook: no answer in time")
		assert.Equal(t, 130*time.Second, time.Since(began))
	})
}

// stuck is a store from which nothing is removed until it is fixed: to the next
// replay, one that was killed before it could.
type stuck struct {
	deadletter.Store
	fixed bool
}

func (b *stuck) Remove(ctx context.Context, l deadletter.Message) error {
	if !b.fixed {
		return errDown
	}
	return b.Store.Remove(ctx, l)
}

// TestReplayTwice: what was handled but could not be removed is not handled
// again by the next replay, whichever way it comes.
func TestReplayTwice(t *testing.T) {
	var fixed atomic.Bool
	r := receive(t, broken(&fixed), nil)
	r.post(arrival("L1"))
	fixed.Store(true)
	store := &stuck{Store: r.dead}
	for _, deliver := range []func(context.Context, deadletter.Message) error{
		webhook.ReplayTo(r.URL, token, nil), webhook.ReplayTo(r.URL, token, nil), r.Replay,
	} {
		result, err := deadletter.Replay(t.Context(), store, deliver)
		assert.ErrorIs(t, err, errDown)
		assert.Equal(t, deadletter.Replayed{Failed: 1}, result)
	}
	store.fixed = true
	result, err := deadletter.Replay(t.Context(), store, webhook.ReplayTo(r.URL, token, nil))
	require.NoError(t, err)
	assert.Equal(t, deadletter.Replayed{Delivered: 1}, result)
	assert.Equal(t, []string{"L1"}, r.logIDs(), "handled once")
	assert.Empty(t, r.deadLetters(t))
}

// TestReplayOfACopy: a message that is dead-lettered again is not done, also where
// that makes no other dead letter of the one that is replayed.
func TestReplayOfACopy(t *testing.T) {
	var fixed atomic.Bool
	r := receive(t, broken(&fixed), nil)
	r.post(arrival("L1"))
	backup := deadletter.Dir(t.TempDir())
	require.NoError(t, backup.Put(t.Context(), r.deadLetters(t)[0]))
	for range 2 {
		_, err := deadletter.Replay(t.Context(), backup, webhook.ReplayTo(r.URL, token, nil))
		assert.ErrorIs(t, err, webhook.ErrDeadLettered)
	}
	fixed.Store(true)
	result, err := deadletter.Replay(t.Context(), backup, webhook.ReplayTo(r.URL, token, nil))
	require.NoError(t, err)
	assert.Equal(t, deadletter.Replayed{Delivered: 1}, result)
	assert.Equal(t, []string{"L1"}, r.logIDs())
}

// observed notes the outcomes that an observer gets.
type observed struct{ outcomes []webhook.Outcome }

type observedKey struct{}

func (o *observed) Begin(ctx context.Context, _ *http.Request) (context.Context, webhook.RequestObserver) {
	return context.WithValue(ctx, observedKey{}, true), o
}

func (o *observed) End(out webhook.Outcome) { o.outcomes = append(o.outcomes, out) }

// TestReplayIsObserved: a replay within the process is observed, logged and
// measured as one over HTTP.
func TestReplayIsObserved(t *testing.T) {
	var o observed
	var inContext []any
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	r := receive(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.On(mux, func(ctx context.Context, _ webhook.Delivery, _ *patientadmin.Arrival) error {
			inContext = append(inContext, ctx.Value(observedKey{}))
			now = now.Add(time.Second)
			return nil
		})
	}, func(c *webhook.Config) {
		c.Observers = []webhook.Observer{&o}
		c.Now = func() time.Time { return now }
	})
	deadLetter := deadletter.Message{Key: "src/dst/log:L1", Raw: []byte(arrival("L1"))}
	require.NoError(t, r.Replay(t.Context(), deadLetter))
	require.NoError(t, r.Shutdown(t.Context()))
	require.Error(t, r.Replay(t.Context(), deadLetter))

	assert.Equal(t, []any{true}, inContext)
	require.Len(t, o.outcomes, 2)
	out := o.outcomes[0]
	assert.Equal(t, webhook.Handled, out.Result)
	assert.Equal(t, http.StatusOK, out.Status)
	assert.True(t, out.Delivery.Replay)
	assert.Nil(t, out.Delivery.Raw)
	assert.Equal(t, len(deadLetter.Raw), out.Size)
	assert.Equal(t, time.Second, out.Duration)
	assert.Contains(t, r.logged(), `"took":1000000000`)
	assert.Equal(t, webhook.Unavailable, o.outcomes[1].Result, "not taken when shutting down")
}

// TestReplayAfterNewerMessages: a handler that knows which message is a replay,
// and of when, can leave a patient where a newer message put them.
func TestReplayAfterNewerMessages(t *testing.T) {
	transfer := func(bed string) string {
		return `{"Meta":{"DataModel":"PatientAdmin","EventType":"Transfer","EventDateTime":"2024-01-0` + bed + `T00:00:00+01:00",` +
			`"Logs":[{"ID":"L` + bed + `"}]},"Patient":{"Identifiers":[{"ID":"PLANTED-MRN-77","IDType":"MR"}]},"Visit":{"Location":{"Bed":"` + bed + `"}}}`
	}
	timeline := dedup.NewMemory(dedup.MemoryConfig{})
	var fixed bool
	beds := map[string]string{}
	r := receive(t, func(mux *webhook.Mux, r *receiver) {
		webhook.On(mux, func(ctx context.Context, d webhook.Delivery, ev *patientadmin.Transfer) error {
			if !fixed && ev.Visit.Location.Bed != "2" {
				return webhook.Permanent(errors.New("no such bed yet"))
			}
			patient := ev.Patient.Identifiers[0].ID
			latest, err := timeline.Advance(ctx, dedup.Key("bed:"+patient), d.EventTime)
			if err != nil {
				return err
			}
			r.note(d)
			if d.Replay && latest.After(d.EventTime) {
				return nil
			}
			beds[patient] = ev.Visit.Location.Bed
			return nil
		})
	}, func(c *webhook.Config) { c.Dedup = timeline })
	for _, bed := range []string{"1", "2", "3"} {
		require.Equal(t, http.StatusOK, r.post(transfer(bed)).status)
	}
	assert.Equal(t, map[string]string{"PLANTED-MRN-77": "2"}, beds)
	fixed = true
	result, err := deadletter.Replay(t.Context(), r.dead, webhook.ReplayTo(r.URL, token, nil))
	require.NoError(t, err)
	assert.Equal(t, 2, result.Delivered)
	assert.Equal(t, map[string]string{"PLANTED-MRN-77": "3"}, beds, "the older one changes nothing, the newer one does")
	assert.Equal(t, []string{"L2", "L1", "L3"}, r.logIDs())
	assert.True(t, r.noted()[1].Replay)
	assert.Equal(t, "2023-12-31T23:00:00Z", r.noted()[1].EventTime.UTC().Format(time.RFC3339))

	d, err := webhook.NewDelivery([]byte(`{"Meta":{"EventDateTime":"yesterday"}}`), "")
	require.NoError(t, err)
	assert.Zero(t, d.EventTime)
}
