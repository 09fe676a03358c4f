package redoxtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/redoxsample"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

func TestSample(t *testing.T) {
	one := redoxtest.Sample[patientadmin.Arrival](t, redoxsample.Options{Seed: 7})
	two := redoxtest.Sample[patientadmin.Arrival](t, redoxsample.Options{Seed: 7})
	other := redoxtest.Sample[patientadmin.Arrival](t, redoxsample.Options{Seed: 8})
	assert.True(t, one.Equal(*two))
	assert.False(t, one.Equal(*other))
	assert.NoError(t, one.Validate().Err())
	assert.NotEmpty(t, one.Patient.Demographics.LastName)
}
