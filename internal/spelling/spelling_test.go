package spelling

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNearest(t *testing.T) {
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
		assert.Equal(t, want, Nearest(word, words), word)
	}
	assert.Empty(t, Nearest("x", nil))
	assert.Equal(t, "ab", Nearest("aa", []string{"ab", "ac"}), "the first of equals")
}
