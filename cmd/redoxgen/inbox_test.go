//go:build !redoxgen_bootstrap

package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/cli"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/sqlinbox"
)

// TestInbox: each command of redoxgen inbox, and nothing of a message but with --values.
func TestInbox(t *testing.T) {
	path := filepath.Join(t.TempDir(), "redox.db")
	box, err := sqlinbox.Open(t.Context(), "sqlite", "file:"+path)
	require.NoError(t, err)
	defer box.Close()
	testInbox(t, box, path)
}

// testInbox runs all commands with an empty inbox, which is at path.
func testInbox(t *testing.T, box inbox.Box, path string) {
	for _, key := range []string{"a", "b", "c"} {
		_, err := box.Append(t.Context(), inbox.Message{
			Key: dedup.Key(key), DataModel: "PatientAdmin", EventType: "Arrival", Source: "one", LogID: "log-" + key,
			Order: []string{inbox.Identifier("one", "MR", key)}, Received: time.Now().Add(-time.Hour), Raw: []byte(`{"Patient":"planted ` + key + `"}`),
		})
		require.NoError(t, err)
	}
	claims, err := box.Claim(t.Context(), 2, time.Minute)
	require.NoError(t, err)
	require.NoError(t, box.Finish(t.Context(), claims[0], inbox.Handled))
	require.NoError(t, box.Finish(t.Context(), claims[1], inbox.Held))
	for args, want := range map[string]string{
		"list":                    "abc",
		"list --newest --limit 2": "cb",
		"list --outcome held":     "b",
		"list --event PatientAdmin.Arrival --log log-a": "a",
		"list --source one --identifier MR:c":           "c",
		"list --older-than 2h":                          "",
	} {
		code, stdout, stderr := runInbox(t, path, args)
		require.Equal(t, cli.ExitOK, code, stderr)
		got := ""
		for line := range strings.Lines(stdout) {
			got += strings.TrimPrefix(strings.Fields(line)[3], "log-")
		}
		assert.Equal(t, want, got, args)
		assert.NotContains(t, stdout, "planted")
	}
	_, stdout, _ := runInbox(t, path, "show --id 1")
	assert.Contains(t, stdout, "Patient")
	assert.NotContains(t, stdout, "planted")
	_, stdout, _ = runInbox(t, path, "stats")
	assert.Contains(t, stdout, `"depth": 2`)
	assert.Contains(t, stdout, `"held": 1`)
	_, stdout, _ = runInbox(t, path, "replay --outcome handled --handler beds")
	assert.Equal(t, "1 to be handled again\n", stdout)
	claims = nil
	for more := true; more; {
		some, err := box.Claim(t.Context(), 9, time.Minute) // not always all at once
		require.NoError(t, err)
		claims, more = append(claims, some...), len(some) > 0
	}
	require.Len(t, claims, 2)
	assert.Equal(t, []any{"beds", true}, []any{claims[1].Handler, claims[1].Replay})
	_, stdout, _ = runInbox(t, path, "purge --all")
	assert.Equal(t, "1 purged\n", stdout)
	for _, wrong := range []string{"purge", "replay", "list --identifier x", "list --outcome x"} {
		code, _, _ := runInbox(t, path, wrong)
		assert.NotEqual(t, cli.ExitOK, code, wrong)
	}
}

// runInbox runs a command of redoxgen inbox with path before its flags.
func runInbox(t *testing.T, path, args string) (code int, stdout, stderr string) {
	fields := strings.Fields(args)
	return command(t, "", append([]string{"inbox", fields[0], path}, fields[1:]...)...)
}
