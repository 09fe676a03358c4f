package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deid"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// The policy of docs/deid.md is one.
func TestPolicyOfDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/deid.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(page), "```json\n")
	require.True(t, found)
	text, _, _ := strings.Cut(rest, "```")
	p, err := deid.ParsePolicy([]byte(text))
	require.NoError(t, err)
	assert.Equal(t, deid.Pseudonym, p.Classes[redox.ClassGeographic])
	assert.Equal(t, deid.Drop, p.Paths["Patient.Demographics.Race"])
	assert.Equal(t, []string{"Nickname"}, p.Members)
}
