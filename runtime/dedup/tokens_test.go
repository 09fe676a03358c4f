package dedup

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAppendTokens compares with encoding/json, wherever in a block of bytes a string,
// an escape or white space begins and ends.
func TestAppendTokens(t *testing.T) {
	for _, form := range []string{
		`["@"]`, `[ "@" , "b c" ]`, `{"@":"a b", "c" : "d"}`, `["@\\", " \" ", "a\\\" b" , "" ]`, `["@ä\u00e9 é", 1 , true]`,
		"[\"@\" ,\r\n\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t{ } ]", "[1,@ 2 ]", `["a b",@"c d" ]`,
	} {
		fill := "x"
		if !strings.Contains(form, `"@`) {
			fill = " "
		}
		for n := range 3 * blockSize {
			text := []byte(strings.Replace(form, "@", strings.Repeat(fill, n), 1))
			var want bytes.Buffer
			require.NoError(t, json.Compact(&want, text))
			assert.Equal(t, want.String(), string(appendTokens(nil, text)), "%s with %d", form, n)
		}
	}
}

// TestAppendTokensOfHalfAText: what is not JSON is appended in some way.
func TestAppendTokensOfHalfAText(t *testing.T) {
	text := []byte(`{"a":"` + strings.Repeat("b", 2*blockSize) + `\\\" c" , "` + strings.Repeat(`\\`, blockSize) + `" : "d"}`)
	for end := range text {
		assert.LessOrEqual(t, len(appendTokens(nil, text[:end])), end)
	}
}

// TestAnotherMeta: of each Meta, the values of Logs and Transmission do not count.
func TestAnotherMeta(t *testing.T) {
	const first = `{"Meta":{"Logs":[1],"A":2},"B":"Meta","C":[{"Logs":3}]`
	for name, tt := range map[string]struct{ rest, want string }{
		"none":         {`}`, `}`},
		"one":          {`,"Meta":{"Logs":4, "D":5}}`, `,"Meta":{"Logs","D":5}}`},
		"escaped":      {`,"M\u0065ta":{"Transmission": {"ID":1}}}`, `,"M\u0065ta":{"Transmission"}}`},
		"further down": {`,"E":{"Meta":{"Logs":6}}, "F":[ "\u00e9" ]}`, `,"E":{"Meta":{"Logs":6}},"F":["\u00e9"]}`},
	} {
		want := strings.Replace(first, `"Logs":[1]`, `"Logs"`, 1) + tt.want
		assert.Equal(t, want, string(appendCounted(nil, []byte(first+tt.rest))), name)
	}
}
