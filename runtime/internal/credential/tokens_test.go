package credential_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/internal/credential"
)

func TestTokens(t *testing.T) {
	set, err := credential.NewTokens("list", []string{"the old one", "the new one"})
	require.NoError(t, err)
	for token, want := range map[string]bool{
		"the old one": true, "the new one": true,
		"": false, "the old": false, "the old one ": false, "the old onethe new one": false,
	} {
		assert.Equal(t, want, set.Contains(token), "%q", token)
	}
	assert.False(t, credential.Tokens{}.Contains(""), "the empty set")
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", set, set, set), "old one")

	for name, list := range map[string][]string{
		"list is empty":             nil,
		"list[1] is empty":          {"hunter2", ""},
		"list[0] begins or ends":    {"hunter2\n"},
		"list[1] has a byte-order":  {"a", "\ufeffhunter2"},
		"list[0] has a line end or": {"hun\nter2"},
	} {
		_, err := credential.NewTokens("list", list)
		require.ErrorContains(t, err, name)
		assert.NotContains(t, err.Error(), "hun")
	}
}
