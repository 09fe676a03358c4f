package main

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNDJSON(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	var out, problems strings.Builder
	require.NoError(t, convert(fstest.MapFS{
		"2023/a.json": file(`{
			"Patient": {"Identifiers": [{"ID": 7, "IDType": "MR"}], "Pets": []},
			"Meta": {"EventType": "Arrival", "DataModel": "PatientAdmin"}
		}`),
		"2023/b.json": file(`{"Meta": {"DataModel": "Pay", "EventType": "Bill"}, "Amount": 1.50}`),
		"2023/c.json": file(`{"Meta": `),
		"notes.txt":   file("not a message"),
	}, &out, &problems))
	assert.Equal(t, `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival"},"Patient":{"Identifiers":[{"ID":7,"IDType":"MR"}],"Pets":[]}}
{"Meta":{"DataModel":"Pay","EventType":"Bill"},"Amount":1.50}
`, out.String())
	assert.Contains(t, problems.String(), "2023/a.json: Patient.Identifiers[0].ID: type, want string, got number\n")
	assert.Contains(t, problems.String(), "2023/c.json: ")
}
