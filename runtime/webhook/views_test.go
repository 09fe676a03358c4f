package webhook_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// onPatientAndVisit notes what handlers for any patient and any visit see.
func onPatientAndVisit(patients, visits *[]string) func(*webhook.Mux, *receiver) {
	return func(mux *webhook.Mux, _ *receiver) {
		webhook.OnPatient(mux, func(_ context.Context, d webhook.Delivery, p redox.PatientMessage) error {
			ids := p.PatientIdentifiers()
			seen := d.EventType + " " + string(p.PatientDemographics().DOB)
			if len(ids) > 0 {
				seen += " " + ids[0].ID
			}
			*patients = append(*patients, seen)
			return nil
		})
		webhook.OnVisit(mux, func(_ context.Context, d webhook.Delivery, v redox.VisitMessage) error {
			*visits = append(*visits, d.EventType+" "+v.VisitID()+" "+v.VisitLocation().Bed)
			return nil
		})
	}
}

func withVisit(body string) string {
	return strings.Replace(body, `"Patient":{`, `"Visit":{"VisitNumber":"V1","Location":{"Bed":"B7"}},"Patient":{`, 1)
}

// TestOnPatientTakesUnknownEvents: no import of the event's data model is needed.
func TestOnPatientTakesUnknownEvents(t *testing.T) {
	var patients, visits []string
	r := receive(t, onPatientAndVisit(&patients, &visits), nil)
	assert.Equal(t, webhook.Handled, r.post(event("PatientAdmin", "Arrival", "1")).outcome)
	assert.Equal(t, webhook.Handled, r.post(withVisit(event("Astrology", "New", "2"))).outcome)
	assert.Equal(t, webhook.DeadLetter, r.post(`{"Meta":{"DataModel":"X","EventType":"Y"},"Patient":{}}`).outcome)
	assert.Equal(t, webhook.DeadLetter, r.post(`{"Meta":{"DataModel":"X","EventType":"Y"},"Patient":[{}],"Visit":null}`).outcome)
	assert.Equal(t, []string{"Arrival 1913-03-07 PLANTED-MRN-77", "New 1913-03-07 PLANTED-MRN-77"}, patients)
	assert.Equal(t, []string{"New V1 B7"}, visits)
}

func TestOnPatientTakesKnownEvents(t *testing.T) {
	if _, ok := any(new(patientadmin.Arrival)).(redox.PatientMessage); !ok {
		t.Fatal("patientadmin.Arrival is no redox.PatientMessage")
	}
	var patients, visits []string
	r := receive(t, func(mux *webhook.Mux, r *receiver) {
		onPatientAndVisit(&patients, &visits)(mux, r)
		webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return nil })
	}, nil)
	assert.Equal(t, webhook.Handled, r.post(withVisit(arrival("1"))).outcome)
	assert.Equal(t, []string{"Arrival 1913-03-07 PLANTED-MRN-77"}, patients)
	assert.Equal(t, []string{"Arrival V1 B7"}, visits)
}
