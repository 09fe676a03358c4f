package jsontree_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/jsontree"
)

// What is not changed is spelled as before.
func TestSpelling(t *testing.T) {
	const text = `{"n":1.50,"e":1E400,"s":"\u0041\/\ud800","\u0061":{"x":[true,null,{}],"x":[]},"deep":[[["<&>"]]]}`
	v, err := jsontree.Parse([]byte("\ufeff " + strings.ReplaceAll(text, ":", " : ") + "\n"))
	require.NoError(t, err)
	assert.Equal(t, text, string(v.Append(nil)))

	v.Member("a").Set("x", jsontree.String("<\"\n"))
	v.Set("new", &jsontree.Value{Kind: jsontree.Object})
	v.Remove("n")
	assert.Equal(t, `{"e":1E400,"s":"\u0041\/\ud800","\u0061":{"x":[true,null,{}],"x":"<\"\n"},"deep":[[["<&>"]]],"new":{}}`, string(v.Append(nil)))
	assert.Nil(t, v.Member("none"))
}

func TestNoJSON(t *testing.T) {
	for _, text := range []string{"", "{", `{"a"}`, "[1,]", "{} {}", "nul", strings.Repeat("[", 1_000_000)} {
		_, err := jsontree.Parse([]byte(text))
		assert.Error(t, err, "%.20s", text)
	}
}

// Whatever is JSON is written as it was read, but for space.
func FuzzParse(f *testing.F) {
	for _, text := range []string{`{"a":[1,"b",null]}`, ` "\ud83d\ude00" `, "[[],{}]", `{"":{"":1}}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := jsontree.Parse(text)
		if err != nil {
			return
		}
		var want bytes.Buffer
		require.NoError(t, json.Compact(&want, bytes.TrimPrefix(text, []byte("\ufeff"))))
		assert.Equal(t, want.String(), string(v.Append(nil)))
	})
}
