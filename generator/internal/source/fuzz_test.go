package source

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
)

// FuzzParse compares the parser with encoding/json and checks that every
// position leads back to what stands there.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `[]`, `null`, ` {"a": [1, -0.5e+3, true, false, null, "x"]} `,
		`{"a":{"a":{}},"b":"\u00e9\ud83d\ude00\n"}`, "{\n\t\"é\": \"\\\"\"\r\n}", `{"a":1,"a":2}`,
		`{"a":`, `[1,]`, `01`, `1e5000`, `"\ud800"`, "\"\xff\"", "\ufeff{}", `{"~/":{"":[[]]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file := &File{Name: "f"}
		diags := new(diag.List)
		Parse(file, data, diags)
		require.Equal(t, file.Root == nil || hasDuplicates(diags), diags.HasErrors(), "an error is reported if and only if there is one")
		if file.Root == nil {
			if json.Valid(data) {
				require.True(t, stricter(diags), "refused although it is JSON: %v", diags.Sorted())
			}
			return
		}
		require.True(t, json.Valid(data), "accepted although it is no JSON")
		if hasDuplicates(diags) {
			return // a pointer names the first of them only
		}
		checkPlaces(t, file.Root, strings.Split(string(data), "\n"))
		var want any
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		require.NoError(t, d.Decode(&want))
		require.Equal(t, want, plain(file.Root))
	})
}

func hasDuplicates(diags *diag.List) bool {
	for _, d := range diags.Sorted() {
		if d.Code == "duplicate-member" {
			return true
		}
	}
	return false
}

// stricter reports whether the file was refused for what encoding/json lets pass:
// limits, broken UTF-8 and unpaired surrogates.
func stricter(diags *diag.List) bool {
	for _, d := range diags.Sorted() {
		if d.Code == "too-large" || d.Code == "too-deep" || strings.Contains(d.Message, "UTF-8") || strings.Contains(d.Message, `\u escape`) {
			return true
		}
	}
	return false
}

// checkPlaces follows each value's position into the text, and its pointer from the root.
func checkPlaces(t *testing.T, v *Value, lines []string) {
	pos := v.Pos()
	rest := lines[pos.Line-1][pos.Col-1:]
	switch v.Kind {
	case Null, Bool, Number:
		require.True(t, strings.HasPrefix(rest, v.Text))
	default:
		require.Equal(t, map[Kind]byte{String: '"', Array: '[', Object: '{'}[v.Kind], rest[0])
	}
	at := v.file.Root
	for _, segment := range strings.Split(pos.Pointer, "/")[1:] {
		require.NotNil(t, at)
		at = at.At(UnescapeSegment(segment))
	}
	require.Same(t, v, at)
	for _, item := range v.Items {
		checkPlaces(t, item, lines)
	}
	for i := range v.Members {
		m := &v.Members[i]
		require.Equal(t, byte('"'), lines[m.NamePos().Line-1][m.NamePos().Col-1])
		checkPlaces(t, m.Value, lines)
	}
}

// plain returns v as encoding/json would.
func plain(v *Value) any {
	switch v.Kind {
	case Bool:
		return v.Text == "true"
	case Number:
		return json.Number(v.Text)
	case String:
		return v.Text
	case Array:
		list := make([]any, len(v.Items))
		for i, item := range v.Items {
			list[i] = plain(item)
		}
		return list
	case Object:
		object := make(map[string]any, len(v.Members))
		for i := range v.Members {
			object[v.Members[i].Name] = plain(v.Members[i].Value)
		}
		return object
	default:
		return nil
	}
}
