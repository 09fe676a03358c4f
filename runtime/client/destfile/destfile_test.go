package destfile_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/client/destfile"
)

func TestParse(t *testing.T) {
	want := client.Destinations{"0f4b": {"PatientAdmin.*", "Results.New"}, "7ce6": {"*"}, "none": {}}
	for name, data := range map[string]string{
		"x.yaml":    "# EMR\n0f4b:\n  - PatientAdmin.*\n  - Results.New\n7ce6: ['*']\nnone: []\n",
		"x.json":    `{"0f4b": ["PatientAdmin.*", "Results.New"], "7ce6": ["*"], "none": []}`,
		"tabs.json": "{\n\t\"0f4b\": [\n\t\t\"PatientAdmin.*\",\n\t\t\"Results.New\"\n\t],\n\t\"7ce6\": [\"*\"],\n\t\"none\": []\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			require.NoError(t, os.WriteFile(path, []byte(data), 0o600))
			got, err := destfile.Load(path)
			require.NoError(t, err)
			assert.Equal(t, want, got)
			require.NoError(t, got.Check())
		})
	}
	got, err := destfile.Parse("x", []byte("a: [Genomics.New]"), "Genomics.New")
	require.NoError(t, err)
	assert.Equal(t, client.Destinations{"a": {"Genomics.New"}}, got)
}

// Everything that is wrong is named at once, by line and column.
func TestParseFailures(t *testing.T) {
	_, err := destfile.Parse("dest.yaml", []byte("a:\n  - PatientAdmin.Arival\n  - Reslts.*\n  - {x: 1}\nb: Results.New\na: []\n"))
	for _, want := range []string{
		`dest.yaml:2:5: "PatientAdmin.Arival": there is no such event (did you mean "PatientAdmin.Arrival"?)`,
		`dest.yaml:3:5: "Reslts.*": there is no such data model (did you mean "Results.*"?)`,
		`dest.yaml:4:5: want an event`,
		`dest.yaml:5:4: want a list of events for destination b`,
		`dest.yaml:6:1: destination a is in line 1 already`,
	} {
		require.ErrorContains(t, err, want)
	}
	for data, want := range map[string]string{
		"":          "the file is empty",
		"[a]":       "want a mapping",
		"a: [":      "x: yaml",
		"{\"a\": 1": "x: yaml",
		"? [1]\n: ": "want the ID of a destination",
	} {
		_, err := destfile.Parse("x", []byte(data))
		require.ErrorContains(t, err, want, data)
	}
	_, err = destfile.Load(filepath.Join(t.TempDir(), "missing"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
