package redox_test

import (
	"bytes"
	"maps"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

func TestFields(t *testing.T) {
	got := map[string]redox.Class{}
	for f := range redox.Fields(&patientadmin.Arrival{}) {
		got[f.Path] = f.Class
	}
	for path, class := range map[string]redox.Class{
		"Meta.DataModel": redox.ClassNone, "Meta.EventDateTime": redox.ClassDate, "Meta.Logs[].ID": redox.ClassRouting,
		"Patient.Identifiers[].ID": redox.ClassIdentifier, "Patient.Demographics.FirstName": redox.ClassName,
		"Patient.Demographics.EmailAddresses[]": redox.ClassContact, "Patient.Demographics.Address.ZIP": redox.ClassGeographic,
		"Patient.Demographics.Sex": redox.ClassCode, "Patient.Notes[]": redox.ClassFreeText, "Visit.Duration": redox.ClassQuantity,
	} {
		assert.Equal(t, class.String(), got[path].String(), path)
		assert.Contains(t, got, path)
	}
	assert.NotContains(t, got, "Patient.Demographics", "an object")
	for range redox.Fields(&patientadmin.Visit{}) {
		break // ends the iteration inside of objects, too
	}
}

func TestClasses(t *testing.T) {
	for _, c := range redox.AllClasses() {
		parsed, ok := redox.ParseClass(c.String())
		assert.True(t, ok)
		assert.Equal(t, c, parsed)
	}
	unknown, ok := redox.ParseClass("secret")
	assert.False(t, ok)
	assert.Equal(t, redox.ClassFreeText, unknown, "what is unknown may hold anything")
	assert.Equal(t, "unknown class", redox.Class(99).String())
}

// Every extension whose name is a constant has a class.
func TestExtensionClasses(t *testing.T) {
	source, err := os.ReadFile("extension_names.go")
	require.NoError(t, err)
	classes := maps.Collect(redox.ExtensionClasses())
	assert.Len(t, classes, bytes.Count(source, []byte(` = "`)))
	assert.Equal(t, redox.ClassDate, classes[redox.ExtensionOrderedDateTime])
}
