package dev_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/dev"
	"github.com/redoxgen/redoxgen/internal/testenv"
)

// A program in Python, with its standard library alone, sends, queries and receives.
func TestPython(t *testing.T) {
	python := testenv.NeedsProgram(t, "python3")
	port := filepath.Join(t.TempDir(), "port")
	receiver := exec.CommandContext(t.Context(), python, "testdata/receive.py", port, token)
	var out strings.Builder
	receiver.Stdout, receiver.Stderr = &out, &out
	require.NoError(t, receiver.Start())
	var number []byte
	eventually(t, "the endpoint listens", func() bool {
		number, _ = os.ReadFile(port)
		return len(number) > 0
	})
	s := start(t, func(o *dev.Options) { o.Endpoint = "http://127.0.0.1:" + string(number) })
	eventually(t, "verified", func() bool { return strings.Contains(s.get(t, "/feed"), "· verified") })

	legacy := s.Legacy()
	text, err := exec.CommandContext(t.Context(), python, "testdata/send.py", s.url, legacy.APIKey, legacy.Secret).CombinedOutput()
	require.NoError(t, err, "%s", text)
	assert.Equal(t, "endpoint 200\nquery 200\ninvalid 400\nno token 401\ndelivered 200\n", string(text))
	require.NoError(t, receiver.Wait(), "%s", &out) // it ends after a message
	assert.Equal(t, "challenge\nchallenge\nmessage PatientAdmin.Arrival, a log ID\n", out.String())
	eventually(t, "accepted", func() bool { return strings.Contains(s.get(t, "/"), "accepted, attempt 1") })
}

// The lines that a page shows for curl work.
func TestCurl(t *testing.T) {
	curl := testenv.NeedsProgram(t, "curl")
	s := start(t, nil)
	run := func(args ...string) string {
		text, err := exec.CommandContext(t.Context(), curl, append([]string{"-sS"}, args...)...).CombinedOutput()
		require.NoError(t, err, "%s", text)
		return string(text)
	}
	legacy := s.Legacy()
	answer := run("-H", "Content-Type: application/json", "--data", `{"apiKey":"`+legacy.APIKey+`","secret":"`+legacy.Secret+`"}`, s.url+"/auth/authenticate")
	_, rest, found := strings.Cut(answer, `"accessToken":"`)
	require.True(t, found, answer)
	access, _, _ := strings.Cut(rest, `"`)
	file := filepath.Join(t.TempDir(), "message.json")
	require.NoError(t, os.WriteFile(file, []byte(arrival("1")), 0o600))
	assert.Contains(t, run("-X", "POST", s.url+"/endpoint", "-H", "Authorization: Bearer "+access,
		"-H", "Content-Type: application/json", "--data-binary", "@"+file), `"Meta"`)
	assert.Contains(t, s.get(t, "/"), "answered 200")
}
