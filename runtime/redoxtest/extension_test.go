package redoxtest_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/flowsheet"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// TestExtensionsArrive: what the examples build is valid, is on the wire what Redox
// documents, and is read there as it was built.
func TestExtensionsArrive(t *testing.T) {
	srv := server(t)
	srv.Destination(carequality).Supports("PatientSearch.Query").Answers(redoxtest.NoMatch())
	srv.Destination(emr).Supports("Flowsheet.New")
	c := connect(t, srv.Config())
	query, err := carequalityQuery()
	require.NoError(t, err)
	assert.Zero(t, query.Validate().Len(), query.Validate())
	_, err = client.Query(t.Context(), c, query)
	require.NoError(t, err)
	sheet, err := bloodSugar()
	require.NoError(t, err)
	assert.Equal(t, "Observations[0].Trend: unknown, got string (warning)\n", sheet.Validate().String())
	_, err = c.Send(t.Context(), sheet)
	require.NoError(t, err)

	sent := srv.Requests()
	require.Len(t, sent, 2)
	assertExtensions(t, sent[0].Body, []any{"Meta"}, `{
		"sender-organization-id": {"url": "https://api.redoxengine.com/extensions/sender-organization-id", "string": "2.16.840.1.113883.3.1"},
		"user-id": {"url": "https://api.redoxengine.com/extensions/user-id", "string": "jdoe"},
		"user-role": {"url": "https://api.redoxengine.com/extensions/user-role", "coding": {"code": "112247003", "display": "Medical Doctor"}},
		"purpose-of-use": {"url": "https://api.redoxengine.com/extensions/purpose-of-use", "coding": {"code": "TREATMENT", "display": "Treatment"}}}`)
	assertExtensions(t, sent[1].Body, []any{"Visit"}, `{
		"additional-identifier": {"url": "https://api.redoxengine.com/extensions/additional-identifier", "identifier": {"type": "orderId", "value": "157968300"}},
		"additional-provider-info": {"url": "https://api.redoxengine.com/extensions/additional-provider-info",
			"participants": [{"id": "4356789876", "idType": "NPI", "person": {"name": {"given": ["Pat"], "family": "Granite"}}}]}}`)
	assertExtensions(t, sent[1].Body, []any{"Observations", 0}, `{
		"dose": {"url": "https://api.redoxengine.com/extensions/dose", "quantity": {"value": 2.5, "unit": "mg"}}}`)

	queries, sheets := redoxtest.Received[*patientsearch.Query](srv), redoxtest.Received[*flowsheet.New](srv)
	require.True(t, len(queries) == 1 && len(sheets) == 1)
	assert.Empty(t, redox.Diff(query, queries[0]))
	assert.Empty(t, redox.Diff(sheet, sheets[0]))
	assert.Equal(t, redox.Raw(`"rising"`), redox.UnknownMember(sheets[0].Observations[0].Object, "Trend"))
	assert.Equal(t, "TREATMENT", redox.ExtensionOf(&sheets[0].Meta, redox.ExtensionPurposeOfUse).Coding.Code+
		redox.ExtensionOf(&queries[0].Meta, redox.ExtensionPurposeOfUse).Coding.Code)
}

func assertExtensions(t *testing.T, body []byte, path []any, want string) {
	t.Helper()
	var at any
	require.NoError(t, json.Unmarshal(body, &at))
	for _, step := range append(path, "Extensions") {
		switch step := step.(type) {
		case string:
			at = at.(map[string]any)[step]
		case int:
			at = at.([]any)[step]
		}
	}
	got, err := json.Marshal(at)
	require.NoError(t, err)
	assert.JSONEq(t, want, string(got))
}
