package decode

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/alloc"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// FuzzHeldText compares the texts that decoding makes of JSON strings with
// encoding/json, and their neighbours with what they were.
func FuzzHeldText(f *testing.F) {
	for _, s := range []string{`""`, `"a"`, `"\""`, `"\u00e9\ud83d\ude00"`, `"\ud800x\udc00"`, "\"\xff\xc3\"", `"12345678\n12345678é"`, `"abc`, `"\u12"`, "\"a\tb\"", `"\/\b\f\r\t\\"`, "\"日本語日本語\"", `"日本\n語\u65e5本語\t"`, `"\ud83d\ude00\u0000\\"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) == 0 || text[0] != '"' {
			text = append([]byte{'"'}, text...)
		}
		var d decoder
		d.In = mem.NewInput(text)
		end, flags := d.SkipString(0)
		var want string
		if d.Reason != "" || json.Unmarshal(text[:end], &want) != nil {
			return
		}
		bad := jsontext.IsDamaged(string(text[1:end-1]), flags)
		assert.Equal(t, want, d.holdText(0, end, flags, bad))
		d.Message = alloc.Message{}
		d.BeginPart(nil, 2*len(text)+32)
		before := d.Hold("before") // makes room
		held := d.holdText(0, end, flags, bad)
		after := d.Hold("after")
		assert.Equal(t, []string{"before", want, "after"}, []string{before, held, after})
		var at string
		if d.escapedString(mem.Of(&at), 1) > 0 {
			assert.Equal(t, want, at)
			assert.Equal(t, "after", after)
			assert.Equal(t, "next", d.Hold("next"))
			assert.Equal(t, want, at)
		}
	})
}
