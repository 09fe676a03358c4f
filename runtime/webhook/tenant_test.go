package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// sent is a message of a sender.
func sent(model, kind, logID, source, facility string) string {
	return fmt.Sprintf(`{"Meta":{"DataModel":%q,"EventType":%q,"Logs":[{"ID":%q}],"Source":{"ID":%q},"FacilityCode":%q},
		"Patient":{"Identifiers":[{"ID":"PLANTED-MRN-77","IDType":"MR"}]}}`, model, kind, logID, source, facility)
}

// clinics registers three tenants, of which one is a facility of another's source,
// and a handler for all of them.
func clinics(got *[]string) func(*webhook.Mux, *receiver) {
	return func(mux *webhook.Mux, _ *receiver) {
		handler := func(name string) arrivalHandler {
			return func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
				*got = append(*got, name)
				return nil
			}
		}
		for name, senders := range map[string][]webhook.Sender{
			"north": {{SourceID: "N"}, {SourceID: "N2"}},
			"south": {{SourceID: "S"}},
			"east":  {{SourceID: "S", FacilityCode: "EAST"}},
			"west":  {{SourceID: "W", FacilityCode: "WEST"}},
		} {
			m := webhook.From(mux, senders...)
			webhook.Use(m, func(next webhook.HandlerFunc) webhook.HandlerFunc {
				return func(ctx context.Context, d webhook.Delivery, msg redox.Message) (redox.Message, error) {
					*got = append(*got, "in "+name)
					return next(ctx, d, msg)
				}
			})
			webhook.On(m, handler(name), webhook.WithName("arrivals"))
			if name == "north" {
				webhook.Answer(m, func(context.Context, webhook.Delivery, *patientsearch.Query) (*patientsearch.Response, error) {
					return &patientsearch.Response{}, nil
				})
			}
		}
		webhook.OnPatient(mux, func(_ context.Context, d webhook.Delivery, _ redox.PatientMessage) error {
			*got = append(*got, "all "+d.Source.ID+" "+d.FacilityCode)
			return nil
		})
	}
}

// TestFrom: messages go to the handlers of all tenants and of their own, and those of
// no tenant are dead-lettered.
func TestFrom(t *testing.T) {
	for _, tt := range []struct {
		event, source, facility string
		outcome                 webhook.Result
		reason                  deadletter.Reason
		got                     []string
	}{
		{"PatientAdmin.Arrival", "N", "", webhook.Handled, "", []string{"all N ", "in north", "north"}},
		{"PatientAdmin.Arrival", "N", "EAST", webhook.Handled, "", []string{"all N EAST", "in north", "north"}},
		{"PatientAdmin.Arrival", "N2", "", webhook.Handled, "", []string{"all N2 ", "in north", "north"}},
		{"PatientAdmin.Arrival", "S", "", webhook.Handled, "", []string{"all S ", "in south", "south"}},
		{"PatientAdmin.Arrival", "S", "EAST", webhook.Handled, "", []string{"all S EAST", "in east", "east"}},
		{"PatientAdmin.Arrival", "S", "east", webhook.Handled, "", []string{"all S east", "in south", "south"}},
		{"PatientAdmin.Arrival", "W", "WEST", webhook.Handled, "", []string{"all W WEST", "in west", "west"}},
		{"PatientAdmin.Arrival", "W", "", webhook.DeadLetter, deadletter.NoTenant, nil},
		{"PatientAdmin.Arrival", "W", "EAST", webhook.DeadLetter, deadletter.NoTenant, nil},
		{"PatientAdmin.Arrival", "n", "", webhook.DeadLetter, deadletter.NoTenant, nil},
		{"PatientAdmin.Arrival", "", "", webhook.DeadLetter, deadletter.NoTenant, nil},
		{"PatientAdmin.Arrival", "", "EAST", webhook.DeadLetter, deadletter.NoTenant, nil},
		{"PatientAdmin.Discharge", "N", "", webhook.Handled, "", []string{"all N "}},
		{"PatientSearch.Query", "N", "", webhook.Answered, "", []string{"all N ", "in north"}},
		{"PatientSearch.Query", "S", "", webhook.Handled, "", []string{"all S "}},
		{"PatientSearch.Query", "X", "", webhook.DeadLetter, deadletter.NoTenant, nil},
	} {
		t.Run(tt.event+" "+tt.source+" "+tt.facility, func(t *testing.T) {
			var got []string
			r := receive(t, clinics(&got), nil)
			model, kind, _ := strings.Cut(tt.event, ".")
			body := sent(model, kind, "L1", tt.source, tt.facility)
			assert.Equal(t, tt.outcome, r.post(body).outcome)
			assert.Equal(t, tt.got, got)
			if tt.reason == "" {
				assert.Empty(t, r.deadLetters(t))
				return
			}
			dead := r.deadLetters(t)
			require.Len(t, dead, 1)
			assert.Equal(t, tt.reason, dead[0].Reason)
			assert.Equal(t, body, string(dead[0].Raw), "byte for byte")
			assert.Contains(t, r.logged(), `"reason":"no-tenant","error":"webhook: no tenant has the source`)
			assert.Contains(t, r.logged(), `"source":"`+tt.source+`"`)
			assert.Equal(t, tt.facility != "", strings.Contains(r.logged(), `"facility":"`+tt.facility+`"`))
			assert.Equal(t, webhook.Duplicate, r.post(body).outcome)
		})
	}
}

// TestFromAfterTheTenantIsKnown: what was dead-lettered is replayed to its tenant.
func TestFromAfterTheTenantIsKnown(t *testing.T) {
	var got []string
	r := receive(t, clinics(&got), nil)
	assert.Equal(t, webhook.DeadLetter, r.post(sent("PatientAdmin", "Arrival", "L1", "new", "")).outcome)
	_, err := deadletter.Replay(t.Context(), r.dead, r.Replay)
	assert.ErrorIs(t, err, webhook.ErrDeadLettered)
	assert.Len(t, r.deadLetters(t), 1)

	next := receive(t, func(mux *webhook.Mux, r *receiver) {
		clinics(&got)(mux, r)
		webhook.On(webhook.From(mux, webhook.Sender{SourceID: "new"}), func(context.Context, webhook.Delivery, *patientadmin.Arrival) error {
			got = append(got, "new")
			return nil
		})
	}, nil)
	_, err = deadletter.Replay(t.Context(), r.dead, next.Replay)
	require.NoError(t, err)
	assert.Equal(t, []string{"all new ", "new"}, got)
	assert.Empty(t, r.deadLetters(t))
}

// TestTenantsOfAMiddleware are those that are known only while the program runs.
func TestTenantsOfAMiddleware(t *testing.T) {
	var got []any
	r := receive(t, func(mux *webhook.Mux, _ *receiver) {
		type tenantKey struct{}
		webhook.Use(mux, func(next webhook.HandlerFunc) webhook.HandlerFunc {
			return func(ctx context.Context, d webhook.Delivery, msg redox.Message) (redox.Message, error) {
				clinic := map[string]string{"N": "north"}[d.Source.ID]
				if clinic == "" {
					return nil, webhook.Permanent(errors.New("no clinic"))
				}
				return next(context.WithValue(ctx, tenantKey{}, clinic), d, msg)
			}
		})
		webhook.OnPatient(mux, func(ctx context.Context, _ webhook.Delivery, _ redox.PatientMessage) error {
			got = append(got, ctx.Value(tenantKey{}))
			return nil
		})
	}, nil)
	assert.Equal(t, webhook.Handled, r.post(sent("PatientAdmin", "Arrival", "1", "N", "")).outcome)
	assert.Equal(t, webhook.DeadLetter, r.post(sent("PatientAdmin", "Arrival", "2", "S", "")).outcome)
	assert.Equal(t, []any{"north"}, got)
	assert.Equal(t, deadletter.Rejected, r.deadLetters(t)[0].Reason)
}

// TestFromMistakes are found by NewHandler.
func TestFromMistakes(t *testing.T) {
	onArrival := func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return nil }
	sender := webhook.Sender{SourceID: "S", FacilityCode: "EAST"}
	for want, register := range map[string]func(*webhook.Mux){
		"webhook: From without senders":               func(m *webhook.Mux) { webhook.On(webhook.From(m), onArrival) },
		"webhook: From has a Sender without SourceID": func(m *webhook.Mux) { webhook.On(webhook.From(m, webhook.Sender{FacilityCode: "E"}), onArrival) },
		"webhook: From has the Sender {SourceID:S FacilityCode:EAST} twice": func(m *webhook.Mux) {
			webhook.On(webhook.From(m, sender), onArrival)
			webhook.On(webhook.From(m, sender), onArrival)
		},
		"webhook: From of a tenant's Mux: a tenant has none of its own": func(m *webhook.Mux) {
			webhook.On(webhook.From(webhook.From(m, sender), sender), onArrival)
		},
		"webhook: the Mux has no handlers":                     func(m *webhook.Mux) { webhook.From(m, sender) },
		"webhook: the handler for PatientAdmin.Arrival is nil": func(m *webhook.Mux) { webhook.On(webhook.From(m, sender), arrivalHandler(nil)) },
		"webhook: a Middleware is nil":                         func(m *webhook.Mux) { webhook.Use(webhook.From(m, sender), nil) },
		`webhook: the handlers for PatientAdmin.Arrival and for PatientAdmin.Arrival have the same name "PatientAdmin.Arrival": give each its own with webhook.WithName`: func(m *webhook.Mux) {
			webhook.On(webhook.From(m, sender), onArrival)
			webhook.On(m, onArrival)
		},
	} {
		mux := webhook.NewMux()
		register(mux)
		_, err := webhook.NewHandler(mux, webhook.Config{Tokens: []string{token}, DeadLetter: deadletter.Discard()})
		assert.EqualError(t, err, want)
	}
}
