package credential_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/internal/credential"
)

func TestCheck(t *testing.T) {
	for _, good := range []string{"", "abc", "open my door now", "0f4bd1d1-451d-4351-8cfd-b767d1b488d6", "Schlüssel"} {
		assert.NoError(t, credential.Check("name", good), "%q", good)
	}
	for bad, want := range map[string]string{
		"hunter2\n":       "name begins or ends with white space",
		"hunter2\r\n":     "line end",
		" hunter2":        "white space",
		"hunter2\u00a0":   "white space",
		"\t":              "white space",
		"hun\nter2":       "name has a line end or another control character",
		"hunter2\x00":     "control character",
		"\ufeffhunter2":   "name has a byte-order mark",
		"h\x00u\x00n\x00": "control character", // UTF-16
	} {
		err := credential.Check("name", bad)
		require.ErrorContains(t, err, want, "%q", bad)
		assert.NotContains(t, err.Error(), "hun")
	}
}

func TestCheckAll(t *testing.T) {
	require.NoError(t, credential.CheckAll(credential.Value{Name: "a", Value: "1"}))
	err := credential.CheckAll(credential.Value{Name: "a", Value: "1\n"}, credential.Value{Name: "b", Value: "2"}, credential.Value{Name: "c", Value: "3 "})
	assert.EqualError(t, err, "a begins or ends with white space or a line end: trim it (strings.TrimSpace)\nc begins or ends with white space or a line end: trim it (strings.TrimSpace)")
}
