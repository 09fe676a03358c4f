package model

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSingular(t *testing.T) {
	for plural, want := range map[string]string{
		"Visits": "Visit", "Addresses": "Address", "Allergies": "Allergy", "Diagnoses": "Diagnosis", "Statuses": "Status",
		"Status": "Status", "Series": "Series", "Basis": "Basis", "Address": "Address", "Boxes": "Box", "Batches": "Batch",
		"Codes": "Code", "Causes": "Cause", "Staff": "Staff", "s": "s", "": "", "AdditionalStaff": "AdditionalStaff",
	} {
		assert.Equal(t, want, Singular(plural), plural)
	}
}

func TestPackageKey(t *testing.T) {
	for name, want := range map[string]string{"Clinical Summary": "clinicalsummary", "PatientAdmin": "patientadmin", "3-D": "3d", "Größe": "größe", "--": ""} {
		assert.Equal(t, want, PackageKey(name))
	}
}

func TestWord(t *testing.T) {
	for name, want := range map[string]string{"visit-location": "VisitLocation", "Visit": "Visit", "a b": "AB", "IDType": "IDType", "": "", "!": ""} {
		assert.Equal(t, want, Word(name))
	}
}
