//go:build unix && !redoxgen_bootstrap

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/cli"
	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/inbox/natsinbox"
)

// TestInboxNATS: each command of redoxgen inbox with one in NATS servers; it creates none.
func TestInboxNATS(t *testing.T) {
	c := integration.NATS(t, 1)
	js := c.Connect(t)
	missing := c.URL + "/mine"
	code, _, stderr := command(t, "", "inbox", "stats", missing)
	assert.Equal(t, cli.ExitFailed, code)
	assert.Contains(t, stderr, missing+": stream mine: nats:")
	_, err := js.Stream(t.Context(), "mine")
	require.Error(t, err)

	box, err := natsinbox.New(t.Context(), js, natsinbox.Config{Name: "mine"})
	require.NoError(t, err)
	defer box.Close()
	testInbox(t, box, missing)

	for _, wrong := range []string{"nats://user:planted@%zz", "nats://", "nats://user:planted@127.0.0.1:1"} {
		code, stdout, stderr := command(t, "", "inbox", "stats", wrong)
		assert.Equal(t, cli.ExitFailed, code, wrong)
		assert.NotContains(t, stdout+stderr, "planted")
	}
}
