package diag

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDidYouMean(t *testing.T) {
	words := []string{"required", "properties", "items", "type", "not"}
	for word, want := range map[string]string{
		"requird":    "required",
		"Required":   "required",
		"propertys":  "properties",
		"itmes":      "items",
		"tpye":       "",
		"typ":        "type",
		"nto":        "",
		"additional": "",
		"":           "",
	} {
		assert.Equal(t, want, DidYouMean(word, words), word)
	}
	assert.Empty(t, DidYouMean("x", nil))
	assert.Equal(t, "ab", DidYouMean("aa", []string{"ab", "ac"}), "the first of equals")
}
