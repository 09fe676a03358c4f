package httpkit_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/runtime/internal/httpkit"
)

func TestTrimMark(t *testing.T) {
	for text, want := range map[string]struct {
		rest    string
		isUTF16 bool
	}{
		"":               {"", false},
		"{}":             {"{}", false},
		"\ufeff{}":       {"{}", false},
		"\ufeff":         {"", false},
		"\xfe\xff\x00{":  {"\xfe\xff\x00{", true},
		"\xff\xfe{\x00":  {"\xff\xfe{\x00", true},
		"{\x00}\x00":     {"{\x00}\x00", true},
		"\x00{\x00}":     {"\x00{\x00}", true},
		"-\x00-\x00":     {"-\x00-\x00", true},
		"-----BEGIN":     {"-----BEGIN", false},
		" \ufeff{}":      {" \ufeff{}", false},
		"\xef\xbb{}":     {"\xef\xbb{}", false},
		"\ufeff\ufeff{}": {"\ufeff{}", false},
	} {
		rest, isUTF16 := httpkit.TrimMark([]byte(text))
		assert.Equal(t, want.rest, string(rest), "%q", text)
		assert.Equal(t, want.isUTF16, isUTF16, "%q", text)
	}
}
