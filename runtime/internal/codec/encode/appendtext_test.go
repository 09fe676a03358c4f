package encode

import (
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
)

// FuzzAppendText compares the short way for strings of fields with the long one.
func FuzzAppendText(f *testing.F) {
	for _, s := range []string{"a", "1234567", "12345678", "12345678\n12345678é", "\"", `\`, "a\tb", "\xff\xc3", "日本語日本語", "plain and long, with \x00", "\ufffd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if s == "" {
			return
		}
		var e encoder
		k := program.NewKey("Name")
		assert.Equal(t, `{,"Name":`+string(jsontext.AppendString(nil, s)), string(e.appendText([]byte("{"), &k, s)))
		assert.Equal(t, !utf8.ValidString(s), slices.Equal(e.Replaced, []int{len(`{,"Name":`)}))
	})
}
