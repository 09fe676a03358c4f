package locate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/locate"
)

func TestLocate(t *testing.T) {
	const text = ` {"A" : [ {"b":null}, {"c d" : {"e.f":1}} , "x"], "G":{}, "A-_1":"é", "":2, "I":{"T B":[1,{"7":3}]}}`
	tests := []struct{ path, at string }{
		{"", `{"A"`},
		{"A", `[ {`},
		{"A[0]", `{"b"`},
		{"A[0].b", `null`},
		{"A[0].missing", `{"b"`},
		{`A[1]["c d"]`, `{"e.f"`},
		{`A[1]["c d"]["e.f"]`, `1}`},
		{"A[2]", `"x"`},
		{"A[3]", `[ {`},
		{"G.H.I[0]", `{}`},
		{"A-_1", `"é"`},
		{`[""]`, `2,`},
		{"I[name withheld]", `[1,`},
		{"I[name withheld][1][name withheld]", `3}`},
		{"Nothing", `{"A"`},
	}
	paths := make([]string, len(tests))
	for i, tt := range tests {
		paths[i] = tt.path
	}
	for _, text := range []string{text, "\ufeff" + text} {
		for i, offset := range locate.Paths([]byte(text), paths) {
			assert.Regexp(t, `^\Q`+tests[i].at+`\E`, text[offset:], tests[i].path)
		}
	}
}
