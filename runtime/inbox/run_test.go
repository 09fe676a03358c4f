package inbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// receiver is a webhook with an inbox and a worker.
type receiver struct {
	t    *testing.T
	box  inbox.Box
	h    *webhook.Handler
	dead string
}

func receive(t *testing.T, mux *webhook.Mux, config inbox.Config) *receiver {
	return receiveInto(t, mux, config, inbox.NewMemory(nil), nil)
}

// receiveInto is receive with a box, in which before does something first.
func receiveInto(t *testing.T, mux *webhook.Mux, config inbox.Config, box inbox.Box, before func(inbox.Box)) *receiver {
	if before != nil {
		before(box)
	}
	r := &receiver{t: t, box: box, dead: t.TempDir()}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	h, err := webhook.NewHandler(mux, webhook.Config{Tokens: []string{"token"}, DeadLetter: deadletter.Dir(r.dead), Inbox: r.box, Logger: quiet})
	require.NoError(t, err)
	r.h = h
	config.Logger = quiet
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- inbox.Run(ctx, r.box, h, config) }()
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-done)
	})
	return r
}

// visit is an arrival of a patient.
func visit(n int, patients ...string) string {
	var ids []string
	for _, p := range patients {
		ids = append(ids, fmt.Sprintf(`{"ID":%q,"IDType":"MR"}`, p))
	}
	return fmt.Sprintf(`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","EventDateTime":"2026-01-01T00:00:%02dZ","Source":{"ID":"s"},"Logs":[{"ID":"%d"}]},"Patient":{"Identifiers":[%s]},"Visit":{"VisitNumber":"%d"}}`,
		n, n, strings.Join(ids, ","), n)
}

func (r *receiver) post(body string) (int, webhook.Result, string) {
	w := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	req.Header.Set("verification-token", "token")
	req.Header.Set("Content-Type", "application/json")
	r.h.ServeHTTP(w, req)
	return w.Code, webhook.ResultOf(w.Header()), w.Body.String()
}

func (r *receiver) queue(body string) {
	r.t.Helper()
	status, result, _ := r.post(body)
	require.Equal(r.t, 200, status)
	require.Equal(r.t, webhook.Queued, result)
}

// until waits until all that is not held is finished.
func (r *receiver) until(depth int) {
	r.t.Helper()
	require.Eventually(r.t, func() bool {
		s, err := r.box.Stats(r.t.Context())
		return err == nil && s.Depth == depth
	}, 10*time.Second, 2*time.Millisecond)
}

// seen is what handlers saw, by order.
type seen struct {
	mu  sync.Mutex
	all []string
}

func (s *seen) add(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, what)
}

func (s *seen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.all, " ")
}

// TestOrderOfPatients: a message that fails holds back its patient, and no other one's.
func TestOrderOfPatients(t *testing.T) {
	var s seen
	failing := true
	mux := webhook.NewMux()
	webhook.On(mux, func(_ context.Context, d webhook.Delivery, ev *patientadmin.Arrival) error {
		s.mu.Lock()
		fails := failing && ev.Visit.VisitNumber == "2"
		s.mu.Unlock()
		if fails {
			return errors.New("not now")
		}
		s.add(ev.Visit.VisitNumber)
		return nil
	})
	r := receive(t, mux, inbox.Config{Backoff: 20 * time.Millisecond, MaxBackoff: 20 * time.Millisecond, MaxAttempts: 1 << 20})
	for i, p := range [][]string{{"a"}, {"a"}, {"a"}, {"b"}, {"b", "c"}, {"c", "a"}, {"b"}} {
		r.queue(visit(i+1, p...))
	}
	status, result, _ := r.post(visit(2, "a"))
	assert.Equal(t, []any{200, webhook.Duplicate}, []any{status, result}, "a redelivery")
	r.until(3)
	for _, n := range []string{"2", "3", "6"} {
		assert.NotContains(t, s.String(), n)
	}
	s.mu.Lock()
	failing = false
	s.mu.Unlock()
	r.until(0)
	got := s.String()
	for _, inOrder := range []string{"1 2 3 6", "4 5 7", "5 6"} {
		at := 0
		for _, n := range strings.Fields(inOrder) {
			i := strings.Index(got[at:], n)
			require.GreaterOrEqual(t, i, 0, "%s in the order %s", got, inOrder)
			at += i
		}
	}
}

// TestExhausted: after its attempts a message is dead-lettered, and its keys go on.
func TestExhausted(t *testing.T) {
	for _, hold := range []bool{false, true} {
		var s seen
		mux := webhook.NewMux()
		webhook.On(mux, func(_ context.Context, d webhook.Delivery, ev *patientadmin.Arrival) error {
			s.add(fmt.Sprint(ev.Visit.VisitNumber, ".", d.Attempt))
			if ev.Visit.VisitNumber == "1" && !d.Replay {
				return errors.New("not now")
			}
			return nil
		})
		r := receive(t, mux, inbox.Config{Backoff: time.Millisecond, MaxAttempts: 3, Hold: hold})
		r.queue(visit(1, "a"))
		r.queue(visit(2, "a"))
		var reasons []deadletter.Reason
		if hold {
			require.Eventually(t, func() bool {
				stats, err := r.box.Stats(t.Context())
				return err == nil && stats.Held == 1
			}, 10*time.Second, time.Millisecond)
			assert.Equal(t, "1.1 1.2 1.3", s.String())
			require.NoError(t, r.box.Replay(t.Context(), 1, ""))
		}
		r.until(0)
		for m, err := range deadletter.Dir(r.dead).Messages(t.Context()) {
			require.NoError(t, err)
			reasons = append(reasons, m.Reason)
		}
		assert.Equal(t, []deadletter.Reason{deadletter.Exhausted}, reasons)
		want := map[bool]string{false: "1.1 1.2 1.3 2.1", true: "1.1 1.2 1.3 1.1 2.1"}
		assert.Equal(t, want[hold], s.String())
	}
}

// TestReplayOfHandled: a replay to one handler reaches that one, with a key of its own.
func TestReplayOfHandled(t *testing.T) {
	var s seen
	mux := webhook.NewMux()
	for _, name := range []string{"beds", "meals"} {
		webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
			s.add(fmt.Sprint(name, d.Replay))
			s.add(d.Key().Hash().String())
			return nil
		}, webhook.WithName(name))
	}
	r := receive(t, mux, inbox.Config{})
	r.queue(visit(1, "a"))
	r.until(0)
	require.NoError(t, r.box.Replay(t.Context(), 1, "meals"))
	r.until(0)
	got := strings.Fields(s.String())
	require.Len(t, got, 6)
	assert.Equal(t, []string{"bedsfalse", "mealsfalse", "mealstrue"}, []string{got[0], got[2], got[4]})
	assert.NotEqual(t, got[3], got[5], "the keys of the effects")
}

// TestQueriesAreAnswered: a query does not go into the inbox.
func TestQueriesAreAnswered(t *testing.T) {
	mux := webhook.NewMux()
	webhook.Answer(mux, func(context.Context, webhook.Delivery, *patientsearch.Query) (*patientsearch.Response, error) {
		return &patientsearch.Response{}, nil
	})
	r := receive(t, mux, inbox.Config{})
	status, result, body := r.post(`{"Meta":{"DataModel":"PatientSearch","EventType":"Query"},"Patient":{"Identifiers":[{"ID":"1","IDType":"MR"}]}}`)
	assert.Equal(t, []any{200, webhook.Answered}, []any{status, result})
	assert.Contains(t, body, "PatientSearch")
	r.until(0)
}

// TestNewer: an older event of a patient does not overwrite a newer one.
func TestNewer(t *testing.T) {
	var s seen
	mux := webhook.NewMux()
	webhook.On(mux, func(ctx context.Context, d webhook.Delivery, ev *patientadmin.Arrival) error {
		newer, err := d.Newer(ctx)
		s.add(fmt.Sprintf("%s%v%v", ev.Visit.VisitNumber, newer, err))
		return err
	})
	r := receive(t, mux, inbox.Config{Concurrency: 1})
	for _, m := range []string{visit(5, "a"), visit(3, "a"), visit(4, "b"), visit(7, "b", "a"), visit(6, "a")} {
		r.queue(m)
		r.until(0)
	}
	assert.Equal(t, "5true<nil> 3false<nil> 4true<nil> 7true<nil> 6false<nil>", s.String())
}

// TestHealth: it tells of the inbox on request.
func TestHealth(t *testing.T) {
	mux := webhook.NewMux()
	release := make(chan struct{})
	webhook.OnAny(mux, func(context.Context, webhook.Delivery, redox.Message) error { <-release; return nil })
	r := receive(t, mux, inbox.Config{})
	r.queue(visit(1, "a"))
	w := httptest.NewRecorder()
	r.h.Health().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz?inbox", nil))
	var got struct {
		Status string
		Inbox  struct{ Depth int }
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
	assert.Equal(t, "ok", got.Status)
	assert.Equal(t, 1, got.Inbox.Depth)
	close(release)
}

// TestKeysOf: identifiers of all patients, or the visit, or the subscription.
func TestKeysOf(t *testing.T) {
	for raw, want := range map[string]int{
		`{"Patient":{"Identifiers":[{"ID":"1","IDType":"MR"},{"ID":"2","IDType":"EHR"}],"PreviousIdentifiers":[{"ID":"3","IDType":"MR"}]},"Visit":{"VisitNumber":"9"}}`: 3,
		`{"Patients":[{"Identifiers":[{"ID":"1","IDType":"MR"}]},{"Identifiers":[{"ID":"1","IDType":"MR"}]}]}`:                                                          1,
		`{"Visit":{"VisitNumber":"9","PreviousVisitNumber":"8"}}`:                                                                                                       2,
		`{}`:       1,
		`not JSON`: 1,
	} {
		assert.Len(t, inbox.KeysOf(redox.Meta{}, []byte(raw)), want, raw)
	}
	one := inbox.KeysOf(redox.Meta{Source: redox.Endpoint{ID: "s"}}, []byte(`{"Patient":{"Identifiers":[{"ID":"1","IDType":"MR"}]}}`))
	assert.Equal(t, []string{inbox.Identifier("s", "MR", "1")}, one)
}

// TestRunWithout: what is missing is an error at once, and not a panic with the first message.
func TestRunWithout(t *testing.T) {
	mux := webhook.NewMux()
	webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return nil })
	box, h := inbox.NewMemory(nil), receive(t, mux, inbox.Config{}).h
	for want, run := range map[string]func() error{
		"Run has no Box":           func() error { return inbox.Run(t.Context(), nil, h, inbox.Config{}) },
		"no Box: was the error":    func() error { return inbox.Run(t.Context(), (*inbox.Memory)(nil), h, inbox.Config{}) },
		"Run has no Handler":       func() error { return inbox.Run(t.Context(), box, nil, inbox.Config{}) },
		"webhook.NewHandler looke": func() error { return inbox.Run(t.Context(), box, (*webhook.Handler)(nil), inbox.Config{}) },
		"has no Handler: was the":  inbox.Start(t.Context(), box, nil, inbox.Config{}),
		"the Box is nil":           func() error { _, err := inbox.Seal(nil, aead(t, 1)); return err },
		"a key is nil":             func() error { _, err := inbox.Seal(box, nil); return err },
	} {
		assert.ErrorContains(t, run(), want)
	}
}
