package webhook_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/deadletter/sqldeadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// TestMistakesAreFoundAtOnce: what would panic or lose messages once they come is
// reported before any does, all of it.
func TestMistakesAreFoundAtOnce(t *testing.T) {
	mux := new(webhook.Mux)
	webhook.On[patientadmin.Arrival](mux, nil)
	webhook.OnModel(mux, patientadmin.Events(), nil)
	webhook.OnAny(mux, nil)
	webhook.OnPatient(mux, nil)
	webhook.OnVisit(mux, nil)
	webhook.Answer[patientsearch.Query, patientsearch.Response](mux, (func(context.Context, webhook.Delivery, *patientsearch.Query) (*patientsearch.Response, error))(nil))
	_, err := webhook.NewHandler(mux, webhook.Config{
		Tokens:     []string{"", " x"},
		DeadLetter: (*sqldeadletter.Store)(nil),
		Dedup:      (*dedup.Memory)(nil),
		Observers:  []webhook.Observer{nil, (*observed)(nil)},
	})
	assert.EqualError(t, err, `webhook: Config.Tokens[0] is empty: everybody could send messages
webhook: Config.Tokens[1] begins or ends with white space or a line end: trim it (strings.TrimSpace)
webhook: Config.DeadLetter is a nil *sqldeadletter.Store
webhook: Config.Dedup is a nil *dedup.Memory: leave it out for the default
webhook: Config.Observers[0] is nil
webhook: Config.Observers[1] is nil
webhook: the handler for PatientAdmin.Arrival is nil
webhook: the handler for PatientAdmin.* is nil
webhook: the handler for * is nil
webhook: the handler for patient is nil
webhook: the handler for visit is nil
webhook: the handler that answers PatientSearch.Query is nil`)

	_, err = webhook.NewHandler(nil, webhook.Config{})
	assert.ErrorContains(t, err, "Config.Tokens is empty")
	assert.ErrorContains(t, err, "Config.DeadLetter is not set")
	assert.ErrorContains(t, err, "NewHandler has no Mux")
}
