package webhook_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

func search(logID string) string { return event("PatientSearch", "Query", logID) }

// answering registers a handler for patient searches.
func answering(h func(context.Context, webhook.Delivery, *patientsearch.Query) (*patientsearch.Response, error)) func(*webhook.Mux, *receiver) {
	return func(mux *webhook.Mux, _ *receiver) { webhook.Answer(mux, h) }
}

func TestAnswer(t *testing.T) {
	// In a bubble no time passes between a query's receipt and its handler.
	synctest.Test(t, testAnswer)
}

func testAnswer(t *testing.T) {
	var left time.Duration
	r := receive(t, func(mux *webhook.Mux, r *receiver) {
		webhook.OnAny(mux, func(_ context.Context, d webhook.Delivery, _ redox.Message) error { r.note(d); return nil })
		answering(func(ctx context.Context, d webhook.Delivery, q *patientsearch.Query) (*patientsearch.Response, error) {
			deadline, _ := ctx.Deadline()
			left = deadline.Sub(d.Received)
			answer := &patientsearch.Response{}
			answer.Patient.Demographics.LastName = q.Patient.Demographics.LastName
			return answer, nil
		})(mux, r)
	}, nil)
	for range 2 { // a repeated question wants an answer too
		a := r.post(search("L1"))
		require.Equal(t, http.StatusOK, a.status)
		assert.Equal(t, webhook.Answered, a.outcome)
		assert.Equal(t, "application/json; charset=utf-8", a.header.Get("Content-Type"))
		response, report, err := patientsearch.DecodeResponse([]byte(a.body))
		require.NoError(t, err)
		assert.NoError(t, report.Err())
		assert.Equal(t, "Planterson", response.Patient.Demographics.LastName)
		assert.Equal(t, "PatientSearch", response.Meta.DataModel)
		assert.Equal(t, response.RedoxEvent().EventType, response.Meta.EventType)
	}
	assert.Equal(t, 120*time.Second, left, "the budget counts from when the query was received")
	assert.Len(t, r.noted(), 2, "others may listen in")
}

// TestSharedAnswer: handlers may return one value for many queries, such as the
// one for nothing found. It is named in a copy, or queries would disturb each
// other.
func TestSharedAnswer(t *testing.T) {
	none := &patientsearch.Response{}
	var both sync.WaitGroup
	both.Add(2)
	r := receive(t, answering(func(context.Context, webhook.Delivery, *patientsearch.Query) (*patientsearch.Response, error) {
		both.Done()
		both.Wait()
		return none, nil
	}), nil)
	answers := make(chan answer)
	for range 2 {
		go func() { answers <- r.post(search("L1")) }()
	}
	for range 2 {
		a := <-answers
		assert.Equal(t, http.StatusOK, a.status)
		assert.Contains(t, a.body, `"DataModel":"PatientSearch"`)
	}
	assert.Empty(t, none.Meta.DataModel, "the handler's value is not changed")
	assert.Empty(t, none.Meta.EventType)
}

func TestAnswerFails(t *testing.T) {
	type handler = func(context.Context, webhook.Delivery, *patientsearch.Query) (*patientsearch.Response, error)
	for name, tt := range map[string]struct {
		h      handler
		status int
	}{
		"temporary": {func(context.Context, webhook.Delivery, *patientsearch.Query) (*patientsearch.Response, error) {
			return nil, errors.New("Planterson: database is down")
		}, 503},
		"permanent": {func(context.Context, webhook.Delivery, *patientsearch.Query) (*patientsearch.Response, error) {
			return nil, webhook.Permanent(errors.New("never"))
		}, 500},
		"panic": {func(_ context.Context, _ webhook.Delivery, q *patientsearch.Query) (*patientsearch.Response, error) {
			panic(q.Patient.Demographics.LastName)
		}, 503},
		"nothing": {func(context.Context, webhook.Delivery, *patientsearch.Query) (*patientsearch.Response, error) {
			return nil, nil
		}, 503},
		"an answer that does not fit its schema": {func(context.Context, webhook.Delivery, *patientsearch.Query) (*patientsearch.Response, error) {
			answer := &patientsearch.Response{}
			_, err := answer.DecodeJSON([]byte(`{"Patient":{"Demographics":{"LastName":["Planterson"]}}}`))
			return answer, err
		}, 500},
		"out of time": {func(ctx context.Context, _ webhook.Delivery, _ *patientsearch.Query) (*patientsearch.Response, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, 503},
	} {
		t.Run(name, func(t *testing.T) {
			r := receive(t, answering(tt.h), func(c *webhook.Config) { c.Timeout = 100 * time.Millisecond })
			a := r.post(search("L1"))
			assert.Equal(t, tt.status, a.status)
			assert.NotContains(t, a.body, "Planterson")
			assert.Empty(t, r.deadLetters(t), "who asked knows that it failed")
		})
	}
}

// TestQueryThatNobodyAnswers is a message as any other: its handlers are called,
// and without one it is dead-lettered.
func TestQueryThatNobodyAnswers(t *testing.T) {
	for name, register := range map[string]func(*webhook.Mux, *receiver){
		"any": func(mux *webhook.Mux, r *receiver) {
			webhook.OnAny(mux, func(_ context.Context, d webhook.Delivery, _ redox.Message) error { return note(r, d) })
		},
		"model": func(mux *webhook.Mux, r *receiver) {
			webhook.OnModel(mux, patientsearch.Events(), func(_ context.Context, d webhook.Delivery, _ redox.Message) error { return note(r, d) })
		},
		"event": func(mux *webhook.Mux, r *receiver) {
			webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientsearch.Query) error { return note(r, d) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := receive(t, register, nil)
			assert.Equal(t, webhook.Handled, r.post(search("L1")).outcome)
			assert.Equal(t, webhook.Duplicate, r.post(search("L1")).outcome)
			assert.Equal(t, []string{"L1"}, r.logIDs())
			assert.Equal(t, webhook.DeadLetter, r.post(search("L2")+"}").outcome, "what is not JSON cannot be known to be a query")
		})
	}
	r := receive(t, nil, nil)
	assert.Equal(t, webhook.DeadLetter, r.post(search("L1")).outcome)
}

func TestTwoAnswers(t *testing.T) {
	mux := webhook.NewMux()
	for range 2 {
		webhook.Answer(mux, func(context.Context, webhook.Delivery, *patientadmin.VisitQuery) (*patientadmin.VisitQueryResponse, error) {
			return nil, nil
		})
	}
	_, err := webhook.NewHandler(mux, webhook.Config{Tokens: []string{"t"}, DeadLetter: deadletter.Discard()})
	assert.ErrorContains(t, err, "two handlers answer PatientAdmin.VisitQuery")
}

// TestQueryBudget: what a query has left is measured by the configured clock
// alone, and runs by the real one, so that the two need not agree.
func TestQueryBudget(t *testing.T) {
	ago := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		step time.Duration // of the clock, each time that it is read
		left time.Duration
	}{
		"a clock that stands still": {0, 120 * time.Second},
		"a body that took its time": {20 * time.Second, 100 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			var left time.Duration
			var reads atomic.Int64
			r := receive(t, answering(func(ctx context.Context, _ webhook.Delivery, _ *patientsearch.Query) (*patientsearch.Response, error) {
				deadline, _ := ctx.Deadline()
				left = time.Until(deadline)
				return &patientsearch.Response{}, ctx.Err()
			}), func(c *webhook.Config) {
				c.Now = func() time.Time { return ago.Add(time.Duration(reads.Add(1)) * tt.step) }
			})
			assert.Equal(t, http.StatusOK, r.post(search("L1")).status)
			assert.LessOrEqual(t, left, tt.left)
			assert.Greater(t, left, tt.left-10*time.Second)
		})
	}
}
