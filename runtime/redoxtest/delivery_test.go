package redoxtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/redoxtest"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// TestDelivery: a handler under test gets keys that work with a store, as those
// of a message of its own.
func TestDelivery(t *testing.T) {
	first, second := redoxtest.Delivery(t, newPatient()), redoxtest.Delivery(t, message)
	assert.Equal(t, "PatientAdmin.NewPatient", first.Event())
	assert.Equal(t, 1, first.Attempt)
	assert.Regexp(t, "^/"+emr+"/log:"+first.LogID+"/text:[0-9a-f]{32}/PatientAdmin.NewPatient$", string(first.Key()))
	assert.Equal(t, "Results.New", second.Event())
	assert.NotEqual(t, first.LogID, second.LogID)
	assert.NotEmpty(t, second.Raw)
	assert.NotEmpty(t, second.AttemptID)

	named, err := webhook.NewDelivery([]byte(message), "beds")
	require.NoError(t, err)
	assert.Equal(t, named.MessageKey().Sub("beds"), named.Key())
	assert.Empty(t, webhook.Delivery{}.Key(), "no message made it")

	var f fatal
	redoxtest.Delivery(&f, "not JSON")
	assert.NotEmpty(t, f.said)
}
