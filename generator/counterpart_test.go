package generator

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/schemas"
)

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
			assert.NotNil(t, concepts[key].Field(name), "%s has no field %s", key, name)
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
