package main

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

func TestPatientSearch(t *testing.T) {
	t.Chdir(t.TempDir())
	h, err := newHandler(directory{
		{ID: "0000000001", FirstName: "Timothy", LastName: "Bixby", DOB: "2008-01-06"},
		{ID: "0000000002", FirstName: "Barbara", LastName: "Bixby", DOB: "1976-07-04"},
	}, "t")
	require.NoError(t, err)
	server := httptest.NewServer(h)
	defer server.Close()

	ask := func(fill func(*patientsearch.Patient)) *patientsearch.Response {
		query, err := patientsearch.BuildQuery().Patient(fill).Build()
		require.NoError(t, err)
		attempts, err := redoxtest.NewFeed(t, server.URL, "t").Trigger(t.Context(), query, 1)
		require.NoError(t, err)
		require.True(t, attempts[0].Accepted())
		answer, err := redox.Strict(patientsearch.DecodeResponse(attempts[0].Body))
		require.NoError(t, err)
		return answer
	}

	one := ask(func(p *patientsearch.Patient) {
		p.Demographics.LastName, p.Demographics.DOB = "bixby", "2008-01-06T00:00:00Z"
	})
	require.Len(t, one.Patient.Identifiers, 1)
	assert.Equal(t, "0000000001", one.Patient.Identifiers[0].ID)
	assert.Empty(t, one.PotentialMatches)

	several := ask(func(p *patientsearch.Patient) { p.Demographics.LastName = "Bixby" })
	assert.Empty(t, several.Patient.Identifiers)
	assert.Len(t, several.PotentialMatches, 2)

	none := ask(func(p *patientsearch.Patient) { p.Demographics.LastName = "Doe" })
	assert.Empty(t, none.Patient.Identifiers)
	assert.Empty(t, none.PotentialMatches)
}
