package generator

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/schemas"
)

// A telephone number at work is in another field than the one at home, which depends on
// whose it is.
func TestCounterpartsOfPlaces(t *testing.T) {
	x, err := Inspect(context.Background(), Options{Events: []string{"PatientAdmin.Arrival"}})
	require.NoError(t, err)
	for path, want := range map[string]string{
		"PatientAdmin.Arrival.Patient.Demographics.PhoneNumber.Home":      "PID-13.1",
		"PatientAdmin.Arrival.Patient.Demographics.PhoneNumber.Office":    "PID-14.1",
		"PatientAdmin.Arrival.Patient.Contacts[].PhoneNumber.Home":        "NK1-5.1",
		"PatientAdmin.Arrival.Patient.Contacts[].PhoneNumber.Office":      "NK1-6.1",
		"PatientAdmin.Arrival.Visit.Guarantor.PhoneNumber.Home":           "GT1-6.1",
		"PatientAdmin.Arrival.Visit.Guarantor.PhoneNumber.Business":       "GT1-7.1",
		"PatientAdmin.Arrival.Visit.AttendingProvider.PhoneNumber.Office": schemas.None,
	} {
		event := strings.Join(strings.SplitN(path, ".", 3)[:2], ".")
		found := ""
		require.NoError(t, x.Locations(event, func(e *Explanation) {
			if event+"."+e.Path == path {
				found = e.HL7
			}
		}))
		assert.Equal(t, want, found, path)
	}
}

// Each counterpart is that of a field, and the concepts that have a typical one
// have it, or say that there is none, for every field.
func TestCounterpartsOfFields(t *testing.T) {
	x, err := Inspect(context.Background(), Options{})
	require.NoError(t, err)
	concepts := map[string]*model.Struct{}
	for _, p := range x.model.Packages {
		for _, s := range p.Concepts {
			concepts[s.Key] = s
		}
	}
	all, err := schemas.Counterparts()
	require.NoError(t, err)
	for key, fields := range all {
		require.Contains(t, concepts, key)
		for name := range fields {
			name, member, inside := strings.Cut(name, ".")
			f := concepts[key].Field(name)
			if assert.NotNil(t, f, "%s has no field %s", key, name) && inside {
				require.NotNil(t, f.Kind.Concept, "%s.%s is no object", key, name)
				assert.NotNil(t, f.Kind.Concept.Field(member), "%s.%s has no member %s", key, name, member)
			}
		}
	}
	for _, key := range []string{
		"common.Meta", "common.Identifier", "common.Demographics", "common.PhoneNumber", "common.Address", "common.Contact",
		"common.Guarantor", "common.Insurance", "common.InsuranceCompany", "common.InsurancePlan", "common.Insured",
		"common.Location", "common.Provider", "common.Staff", "common.Diagnosis", "common.Code", "common.CodedValue",
		"patientadmin.Patient", "patientadmin.Visit", "patientadmin.Allergy", "order.Order", "order.Visit",
		"results.Order", "results.Result", "flowsheet.Observation", "clinicalsummary.Allergy", "clinicalsummary.Problem",
		"clinicalsummary.Procedure", "clinicalsummary.VitalSign", "clinicalsummary.ResultObservation",
		"medications.Order", "medications.Medication", "medications.Allergy", "vaccination.Vaccination", "vaccination.Product",
		"scheduling.Visit", "media.Media", "notes.Note", "financial.ChargeTransaction",
	} {
		require.Contains(t, concepts, key)
		for _, f := range concepts[key].Fields {
			assert.NotEqual(t, schemas.Counterpart{}, f.Counterpart, "%s.%s", key, f.Name)
		}
	}
}
