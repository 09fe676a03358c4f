package webhook_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

type rawHandler = func(context.Context, webhook.Delivery, *redox.Unknown) (redox.Raw, error)

// replies returns a handler that answers with its name.
func replies(name string) rawHandler {
	return func(context.Context, webhook.Delivery, *redox.Unknown) (redox.Raw, error) {
		return redox.RawOf(map[string]string{"by": name})
	}
}

// TestAnswerAny: raw in and raw out, each time that it is asked.
func TestAnswerAny(t *testing.T) {
	query := event("CDSHooks", "order-select", "L1")
	var queries []*redox.Unknown
	r := receive(t, func(m *webhook.Mux, r *receiver) {
		webhook.OnPatient(m, func(_ context.Context, d webhook.Delivery, _ redox.PatientMessage) error { r.note(d); return nil })
		webhook.AnswerAny(m, "CDSHooks", "order-select", func(_ context.Context, d webhook.Delivery, q *redox.Unknown) (redox.Raw, error) {
			r.note(d)
			queries = append(queries, q)
			return answerJSON, nil
		})
	}, nil)
	for range 2 {
		a := r.post(query)
		assert.Equal(t, http.StatusOK, a.status)
		assert.Equal(t, webhook.Answered, a.outcome)
		assert.Equal(t, answerJSON, a.body, "byte for byte")
		assert.Equal(t, "application/json; charset=utf-8", a.header.Get("Content-Type"))
	}
	require.Len(t, queries, 2)
	assert.Equal(t, query, string(queries[0].JSON))
	assert.Equal(t, "order-select", queries[0].Meta.EventType)
	require.Len(t, r.noted(), 4, "others listen in")
	for _, d := range r.noted() {
		assert.True(t, d.Query)
	}
	assert.Empty(t, r.deadLetters(t))
}

// TestAnswerAnyPatterns: which handler answers which event, and that what no pattern
// names is a message like any other.
func TestAnswerAnyPatterns(t *testing.T) {
	r := receive(t, func(m *webhook.Mux, r *receiver) {
		webhook.AnswerAny(m, "FHIR.*", "read", replies("fhir read"))
		webhook.AnswerAny(m, "FHIR.*", "*", replies("fhir"))
		webhook.AnswerAny(m, "FHIR.Device", "read", replies("device read"))
		webhook.AnswerAny(m, "CDSHooks", "order-*", replies("orders"))
		webhook.AnswerAny(m, "Patient*", "*", replies("patients"))
		answering(func(context.Context, webhook.Delivery, *patientsearch.Query) (*patientsearch.Response, error) {
			return &patientsearch.Response{}, nil
		})(m, r)
		webhook.OnModel(m, patientadmin.Events(), func(_ context.Context, d webhook.Delivery, _ redox.Message) error { r.note(d); return nil })
	}, nil)
	for name, tt := range map[[2]string]struct {
		outcome webhook.Result
		body    string
	}{
		{"FHIR.Device", "read"}:         {webhook.Answered, `{"by":"device read"}`},
		{"FHIR.Patient", "read"}:        {webhook.Answered, `{"by":"fhir read"}`},
		{"FHIR.Patient", "search"}:      {webhook.Answered, `{"by":"fhir"}`},
		{"FHIR.", ""}:                   {webhook.Answered, `{"by":"fhir"}`},
		{"FHIR", "read"}:                {webhook.DeadLetter, ""},
		{"fhir.Device", "read"}:         {webhook.DeadLetter, ""},
		{"CDSHooks", "order-sign"}:      {webhook.Answered, `{"by":"orders"}`},
		{"CDSHooks", "discovery"}:       {webhook.DeadLetter, ""},
		{"PatientSearch", "Query"}:      {webhook.Answered, `{"Meta":{"DataModel":"PatientSearch","EventType":"Response"}}`},
		{"PatientSearch", "Other"}:      {webhook.Answered, `{"by":"patients"}`},
		{"PatientAdmin", "Arrival"}:     {webhook.Handled, ""},
		{"PatientAdmin", "CensusQuery"}: {webhook.Handled, ""},
	} {
		a := r.post(event(name[0], name[1], name[0]+name[1]))
		assert.Equal(t, tt.outcome, a.outcome, "%s", name)
		if tt.body != "" {
			assert.JSONEq(t, tt.body, a.body, "%s", name)
		}
	}
}

// TestAnswerAnyFails: what cannot be sent, and errors, become failures for whoever
// asked.
func TestAnswerAnyFails(t *testing.T) {
	for name, tt := range map[string]struct {
		answer redox.Raw
		err    error
		status int
		logged string
	}{
		"temporary":     {answerJSON, errors.New("down"), 503, "*errors.errorString"},
		"permanent":     {answerJSON, webhook.Permanent(errors.New("no")), 500, "*errors.errorString"},
		"nothing":       {"", nil, 503, "neither an answer nor an error"},
		"not JSON":      {"Planterson", nil, 500, "the answer to CDSHooks.* is not a JSON object"},
		"not an object": {`["Planterson"]`, nil, 500, "object expected, found array"},
		"not UTF-8":     {"{\"a\":\"Planterson\xff\"}", nil, 500, "UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			r := receive(t, func(m *webhook.Mux, _ *receiver) {
				webhook.AnswerAny(m, "CDSHooks", "*", func(context.Context, webhook.Delivery, *redox.Unknown) (redox.Raw, error) {
					return tt.answer, tt.err
				})
			}, nil)
			a := r.post(event("CDSHooks", "order-sign", "L1"))
			assert.Equal(t, tt.status, a.status)
			assert.Equal(t, webhook.Failed, a.outcome)
			assert.Contains(t, r.logged(), tt.logged)
			assert.Contains(t, r.logged(), `"handler":"CDSHooks.*"`)
			assert.Empty(t, r.deadLetters(t))
		})
	}
}

// TestAnswerMistakes are found by NewHandler.
func TestAnswerMistakes(t *testing.T) {
	for want, register := range map[string]func(*webhook.Mux){
		`webhook: AnswerAny for "*.*" needs a data model, such as "FHIR.*", and an event type, such as "*"`: func(m *webhook.Mux) { webhook.AnswerAny(m, "*", "*", replies("all")) },
		`webhook: AnswerAny for ".read" needs a data model, such as "FHIR.*", and an event type, such as "*"`: func(m *webhook.Mux) {
			webhook.AnswerAny(m, "", "read", replies("all"))
		},
		`webhook: AnswerAny for "FHIR.*." needs a data model, such as "FHIR.*", and an event type, such as "*"`: func(m *webhook.Mux) {
			webhook.AnswerAny(m, "FHIR.*", "", replies("all"))
		},
		"webhook: the handler that answers FHIR.*.read is nil": func(m *webhook.Mux) { webhook.AnswerAny(m, "FHIR.*", "read", nil) },
		"webhook: two handlers answer FHIR.Device.read": func(m *webhook.Mux) {
			webhook.AnswerAny(m, "FHIR.Device", "read", replies("a"))
			webhook.AnswerAny(m, "FHIR.Device", "read", replies("b"))
		},
		"webhook: AnswerAny answers PatientAdmin.Arrival, which is registered with a type: use Answer": func(m *webhook.Mux) {
			webhook.AnswerAny(m, "PatientAdmin", "Arrival", replies("a"))
			webhook.OnModel(m, patientadmin.Events(), func(context.Context, webhook.Delivery, redox.Message) error { return nil })
		},
	} {
		mux := webhook.NewMux()
		register(mux)
		_, err := webhook.NewHandler(mux, webhook.Config{Tokens: []string{token}, DeadLetter: deadletter.Discard()})
		assert.EqualError(t, err, want)
	}
}
