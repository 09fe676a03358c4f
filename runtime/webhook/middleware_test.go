package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// trace notes what happens, in order.
type trace struct {
	steps []string
	keys  map[dedup.Key]bool // of deliveries
}

func (tr *trace) note(d webhook.Delivery, step string) {
	if tr.keys == nil {
		tr.keys = map[dedup.Key]bool{}
	}
	tr.steps = append(tr.steps, step)
	tr.keys[d.Key()] = true
}

// middleware notes when it is entered, with which message, and when it is left.
func (tr *trace) middleware(name string) webhook.Middleware {
	return func(next webhook.HandlerFunc) webhook.HandlerFunc {
		return func(ctx context.Context, d webhook.Delivery, msg redox.Message) (redox.Message, error) {
			tr.note(d, fmt.Sprintf("%s %T", name, msg))
			answer, err := next(ctx, d, msg)
			tr.note(d, fmt.Sprintf("%s end %T", name, answer))
			return answer, err
		}
	}
}

const answerJSON = `{"Meta":{"DataModel":"CDSHooks","EventType":"order-select-response"},"cards":[]}`

// TestMiddlewareWrapsEveryHandler: whatever it was registered as, the first
// outermost, with the message and the key that the handler gets.
func TestMiddlewareWrapsEveryHandler(t *testing.T) {
	for name, tt := range map[string]struct {
		body     string
		register func(*webhook.Mux, *trace)
		msg      string
		answer   string
	}{
		"On": {arrival("1"), func(m *webhook.Mux, tr *trace) {
			webhook.On(m, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
				tr.note(d, "handler")
				return nil
			})
		}, "*patientadmin.Arrival", "<nil>"},
		"OnModel": {arrival("1"), func(m *webhook.Mux, tr *trace) {
			webhook.OnModel(m, patientadmin.Events(), func(_ context.Context, d webhook.Delivery, _ redox.Message) error { tr.note(d, "handler"); return nil })
		}, "*patientadmin.Arrival", "<nil>"},
		"OnAny": {arrival("1"), func(m *webhook.Mux, tr *trace) {
			webhook.OnAny(m, func(_ context.Context, d webhook.Delivery, _ redox.Message) error { tr.note(d, "handler"); return nil })
		}, "*redox.Unknown", "<nil>"},
		"OnPatient": {arrival("1"), func(m *webhook.Mux, tr *trace) {
			webhook.OnPatient(m, func(_ context.Context, d webhook.Delivery, _ redox.PatientMessage) error {
				tr.note(d, "handler")
				return nil
			})
		}, "*unknown.patientView", "<nil>"},
		"OnVisit": {withVisit(arrival("1")), func(m *webhook.Mux, tr *trace) {
			webhook.OnVisit(m, func(_ context.Context, d webhook.Delivery, _ redox.VisitMessage) error {
				tr.note(d, "handler")
				return nil
			})
		}, "*unknown.visitView", "<nil>"},
		"Answer": {search("1"), func(m *webhook.Mux, tr *trace) {
			webhook.Answer(m, func(_ context.Context, d webhook.Delivery, _ *patientsearch.Query) (*patientsearch.Response, error) {
				tr.note(d, "handler")
				return &patientsearch.Response{}, nil
			})
		}, "*patientsearch.Query", "*patientsearch.Response"},
		"AnswerAny": {event("CDSHooks", "order-select", "1"), func(m *webhook.Mux, tr *trace) {
			webhook.AnswerAny(m, "CDSHooks", "*", func(_ context.Context, d webhook.Delivery, _ *redox.Unknown) (redox.Raw, error) {
				tr.note(d, "handler")
				return answerJSON, nil
			})
		}, "*redox.Unknown", "*redox.Unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			var tr trace
			r := receive(t, func(m *webhook.Mux, _ *receiver) {
				webhook.Use(m, tr.middleware("first"), tr.middleware("second"))
				tt.register(m, &tr)
				webhook.Use(m, tr.middleware("third"))
			}, nil)
			require.Equal(t, http.StatusOK, r.post(tt.body).status)
			assert.Equal(t, []string{
				"first " + tt.msg, "second " + tt.msg, "third " + tt.msg, "handler",
				"third end " + tt.answer, "second end " + tt.answer, "first end " + tt.answer,
			}, tr.steps)
			assert.Len(t, tr.keys, 1, "the key is the handler's")
		})
	}
}

// TestMiddlewareLeavesOutcomesAlone: errors and panics pass through one as if it was
// not there, of notifications and of queries.
func TestMiddlewareLeavesOutcomesAlone(t *testing.T) {
	pass := func(next webhook.HandlerFunc) webhook.HandlerFunc { return next }
	left := 0 // how often a middleware was left, by whatever way
	deferring := func(next webhook.HandlerFunc) webhook.HandlerFunc {
		return func(ctx context.Context, d webhook.Delivery, msg redox.Message) (redox.Message, error) {
			defer func() { left++ }()
			return next(ctx, d, msg)
		}
	}
	for name, end := range map[string]func() error{
		"success":   func() error { return nil },
		"temporary": func() error { return errors.New("down") },
		"permanent": func() error { return webhook.Permanent(errors.New("never")) },
		"panic":     func() error { panic("cannot take Planterson") },
	} {
		for _, body := range []string{arrival("1"), search("1")} {
			outcome := func(middleware ...webhook.Middleware) answer {
				r := receive(t, func(m *webhook.Mux, _ *receiver) {
					webhook.Use(m, middleware...)
					webhook.On(m, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return end() })
					webhook.Answer(m, func(context.Context, webhook.Delivery, *patientsearch.Query) (*patientsearch.Response, error) {
						return &patientsearch.Response{}, end()
					})
				}, nil)
				return r.post(body)
			}
			t.Run(name, func(t *testing.T) {
				want := outcome()
				left = 0
				assert.Equal(t, want, outcome(pass, deferring))
				assert.Equal(t, 1, left)
			})
		}
	}
}

// TestMiddlewareDecides: its errors and its answers are those of the handler.
func TestMiddlewareDecides(t *testing.T) {
	type handler = webhook.HandlerFunc
	for name, tt := range map[string]struct {
		handle        func(next handler) handler
		message       webhook.Result // what an arrival ends with
		query         int            // what a query is answered
		handlerCalled bool
	}{
		"temporary": {func(handler) handler {
			return func(context.Context, webhook.Delivery, redox.Message) (redox.Message, error) {
				return nil, errors.New("down")
			}
		}, webhook.Failed, 503, false},
		"permanent": {func(handler) handler {
			return func(context.Context, webhook.Delivery, redox.Message) (redox.Message, error) {
				return nil, webhook.Permanent(errors.New("no tenant"))
			}
		}, webhook.DeadLetter, 500, false},
		"panic": {func(handler) handler {
			return func(context.Context, webhook.Delivery, redox.Message) (redox.Message, error) { panic("Planterson") }
		}, webhook.Failed, 503, false},
		"handled in place of the handler": {func(handler) handler {
			return func(context.Context, webhook.Delivery, redox.Message) (redox.Message, error) { return nil, nil }
		}, webhook.Handled, 503, false},
		"answered in place of the handler": {func(handler) handler {
			return func(context.Context, webhook.Delivery, redox.Message) (redox.Message, error) {
				return &patientsearch.Response{}, nil
			}
		}, webhook.Handled, 200, false},
		"an answer that is a nil pointer": {func(handler) handler {
			return func(context.Context, webhook.Delivery, redox.Message) (redox.Message, error) {
				return (*patientsearch.Response)(nil), nil
			}
		}, webhook.Handled, 503, false},
		"another message of the type": {func(next handler) handler {
			return func(ctx context.Context, d webhook.Delivery, msg redox.Message) (redox.Message, error) {
				return next(ctx, d, msg.RedoxEvent().New())
			}
		}, webhook.Handled, 200, true},
		"a message of another type": {func(next handler) handler {
			return func(ctx context.Context, d webhook.Delivery, _ redox.Message) (redox.Message, error) {
				return next(ctx, d, new(patientadmin.Discharge))
			}
		}, webhook.Failed, 503, false},
		"no message": {func(next handler) handler {
			return func(ctx context.Context, d webhook.Delivery, _ redox.Message) (redox.Message, error) {
				return next(ctx, d, nil)
			}
		}, webhook.Failed, 503, false},
		"an error behind the handler": {func(next handler) handler {
			return func(ctx context.Context, d webhook.Delivery, msg redox.Message) (redox.Message, error) {
				answer, _ := next(ctx, d, msg)
				return answer, errors.New("commit failed")
			}
		}, webhook.Failed, 503, true},
	} {
		t.Run(name, func(t *testing.T) {
			called := false
			r := receive(t, func(m *webhook.Mux, _ *receiver) {
				webhook.Use(m, tt.handle)
				webhook.On(m, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { called = true; return nil })
				webhook.Answer(m, func(context.Context, webhook.Delivery, *patientsearch.Query) (*patientsearch.Response, error) {
					called = true
					return &patientsearch.Response{}, nil
				})
			}, nil)
			assert.Equal(t, tt.message, r.post(arrival("1")).outcome)
			assert.Equal(t, tt.handlerCalled, called)
			called = false
			assert.Equal(t, tt.query, r.post(search("1")).status)
			assert.Equal(t, tt.handlerCalled, called)
		})
	}
}

// TestMiddlewareOfSeveralHandlers: each handler is wrapped by itself, so one that
// succeeded is not called again, and neither is the middleware around it.
func TestMiddlewareOfSeveralHandlers(t *testing.T) {
	var tr trace
	fails := errors.New("down")
	r := receive(t, func(m *webhook.Mux, _ *receiver) {
		webhook.Use(m, tr.middleware("around"))
		for _, name := range []string{"A", "B"} {
			webhook.On(m, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
				tr.note(d, name)
				if name == "B" {
					return fails
				}
				return nil
			}, webhook.WithName(name))
		}
	}, nil)
	assert.Equal(t, webhook.Failed, r.post(arrival("1")).outcome)
	fails = nil
	assert.Equal(t, webhook.Handled, r.post(arrival("1")).outcome)
	one := func(name string) []string {
		return []string{"around *patientadmin.Arrival", name, "around end <nil>"}
	}
	assert.Equal(t, append(append(one("A"), one("B")...), one("B")...), tr.steps)
	assert.Len(t, tr.keys, 2)
}

// TestMiddlewareMistakes are found by NewHandler.
func TestMiddlewareMistakes(t *testing.T) {
	onArrival := func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return nil }
	for want, use := range map[string][]webhook.Middleware{
		"webhook: a Middleware is nil": {nil},
		"webhook: a Middleware returned nil for the handler for PatientAdmin.Arrival": {func(webhook.HandlerFunc) webhook.HandlerFunc { return nil }},
	} {
		mux := webhook.NewMux()
		webhook.On(mux, onArrival)
		webhook.Use(mux, use...)
		_, err := webhook.NewHandler(mux, webhook.Config{Tokens: []string{token}, DeadLetter: deadletter.Discard()})
		assert.EqualError(t, err, want)
	}
}
