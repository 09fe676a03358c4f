package jsontext

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// FuzzString compares scanning, unescaping and writing of strings with
// encoding/json.
func FuzzString(f *testing.F) {
	for _, s := range []string{`""`, `"a"`, `"\""`, `"\u00e9\ud83d\ude00"`, `"\ud800x\udc00"`, "\"\xff\xc3\"", `"12345678\n12345678é"`, `"abc`, `"\u12"`, "\"a\tb\"", `"\/\b\f\r\t\\"`, "\"日本語日本語\"", `"日本\n語\u65e5本語\t"`, `"\ud83d\ude00\u0000\\"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) == 0 || text[0] != '"' {
			text = append([]byte{'"'}, text...)
		}
		s := Scanner{In: mem.NewInput(text)}
		end, flags := s.SkipString(0)
		var want string
		err := json.Unmarshal(text, &want)
		// encoding/json takes trailing white space.
		ok := s.Reason == "" && strings.Trim(string(text[end:]), " \t\r\n") == ""
		require.Equal(t, err == nil, ok, "%q: %v", text, err)
		if !ok {
			return
		}
		assert.Equal(t, want, s.Unquote(0, end, flags))
		raw := string(text[1 : end-1])
		var again string
		require.NoError(t, json.Unmarshal(AppendString(nil, want), &again))
		assert.Equal(t, want, again)
		require.NoError(t, json.Unmarshal(AppendString(nil, raw), &again))
		assert.Equal(t, strings.ToValidUTF8(raw, "\ufffd"), collapse(raw, again))
	})
}

// collapse undoes that encoding replaces each invalid byte by itself, whereas
// strings.ToValidUTF8 replaces runs.
func collapse(raw, encoded string) string {
	if strings.ToValidUTF8(raw, "") == raw {
		return encoded
	}
	return strings.ToValidUTF8(raw, "\ufffd")
}
