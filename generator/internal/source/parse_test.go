package source

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
)

func parse(text string) (*Value, []string) {
	f := &File{Name: "f.json"}
	diags := new(diag.List)
	Parse(f, []byte(text), diags)
	var lines []string
	for _, d := range diags.Sorted() {
		lines = append(lines, d.String())
	}
	return f.Root, lines
}

func TestParseKeepsOrderAndText(t *testing.T) {
	root, diags := parse(`{"b": [1.50e+2, -0, true, false, null], "a": "x\"\\\/\b\f\n\r\té\ud83d\ude00\u0041é", "": {}}`)
	require.Empty(t, diags)
	require.Equal(t, Object, root.Kind)
	var names []string
	for _, m := range root.Members {
		names = append(names, m.Name)
	}
	assert.Equal(t, []string{"b", "a", ""}, names)
	var texts []string
	var kinds []Kind
	for _, item := range root.Get("b").Items {
		texts = append(texts, item.Text)
		kinds = append(kinds, item.Kind)
	}
	assert.Equal(t, []string{"1.50e+2", "-0", "true", "false", ""}, texts)
	assert.Equal(t, []Kind{Number, Number, Bool, Bool, Null}, kinds)
	assert.Equal(t, "x\"\\/\b\f\n\r\té😀Aé", root.Get("a").Text)
	assert.Equal(t, Object, root.Get("").Kind)
	assert.Nil(t, root.Get("c"))
}

func TestPositions(t *testing.T) {
	root, diags := parse("\n{\n  \"a/b~c\": [\n\t10, {\"é\": true}\n  ]\r\n}")
	require.Empty(t, diags)
	for _, c := range []struct {
		value *Value
		want  string
	}{
		{root, "f.json:2:1"},
		{root.Get("a/b~c"), "f.json:3:12#/a~1b~0c"},
		{root.Get("a/b~c").At("0"), "f.json:4:2#/a~1b~0c/0"},
		{root.Get("a/b~c").At("1"), "f.json:4:6#/a~1b~0c/1"},
		{root.Get("a/b~c").At("1").At("é"), "f.json:4:13#/a~1b~0c/1/é"},
	} {
		assert.Equal(t, c.want, c.value.Pos().String())
	}
	assert.Equal(t, "f.json:3:3#/a~1b~0c", root.Members[0].NamePos().String())
	for _, segment := range []string{"2", "-1", "01", "x", ""} {
		assert.Nil(t, root.Get("a/b~c").At(segment), segment)
	}
}

func TestPointerSegments(t *testing.T) {
	for _, name := range []string{"", "a", "~", "/", "~1", "~01", "a/b~c"} {
		assert.Equal(t, name, UnescapeSegment(EscapeSegment(name)))
		assert.NotContains(t, EscapeSegment(name), "/")
	}
}

func TestParseErrors(t *testing.T) {
	deep := strings.Repeat("[", MaxDepth+2) + strings.Repeat("]", MaxDepth+2)
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"empty":              {"", "f.json: error: the file is empty [json-syntax]\n\twrite the schema into it, or remove the file"},
		"truncated object":   {"{\n  \"a\": {", "f.json:2:9#/a: error: found the end of the file where a member name in double quotes was expected [json-syntax]\n\tthe file looks truncated: an object that begins at line 2, column 8 is not complete"},
		"truncated in value": {"{\n  \"a\": tr", "f.json:2:8#/a: error: found 't' where a value was expected [json-syntax]"},
		"truncated string":   {`{"a": ["b`, "f.json:1:10#/a/0: error: found the end of the file where the closing quote of a string was expected [json-syntax]\n\tthe file looks truncated: an array that begins at line 1, column 7 is not complete"},
		"truncated escape":   {`["\`, "f.json:1:4#/0: error: found the end of the file where the closing quote of a string was expected [json-syntax]\n\tthe file looks truncated: an array"},
		"trailing comma":     {`{"a":1,}`, `f.json:1:8: error: found '}' where a member name in double quotes was expected [json-syntax]`},
		"array comma":        {`[1,]`, `f.json:1:4#/1: error: found ']' where a value was expected [json-syntax]`},
		"missing comma":      {`[1 2]`, `f.json:1:4: error: found '2' where ',' or ']' was expected [json-syntax]`},
		"missing colon":      {`{"a" 1}`, `f.json:1:6: error: found '1' where ':' was expected [json-syntax]`},
		"two values":         {"{}\n {}", "f.json:2:2: error: unexpected '{' after the end of the value [json-syntax]\n\ta file holds one JSON value"},
		"comment":            {"{} // x", "f.json:1:4: error: unexpected '/'"},
		"single quotes":      {`{'a': 1}`, `f.json:1:2: error: found '\'' where a member name`},
		"leading zero":       {`[01]`, `f.json:1:3: error: found '1' where ',' or ']' was expected`},
		"plus":               {`[+1]`, `f.json:1:2#/0: error: found '+' where a value`},
		"no fraction":        {`[1.]`, `f.json:1:4#/0: error: found ']' where a digit after the decimal point was expected`},
		"no exponent":        {`[1e+]`, `f.json:1:5#/0: error: found ']' where a digit of the exponent was expected`},
		"minus":              {`[-]`, `f.json:1:3#/0: error: found ']' where a digit was expected`},
		"huge exponent":      {`[1e1000001]`, `f.json:1:2#/0: error: the exponent of 1e1000001 is too large for a number [too-large]`},
		"long number":        {"[" + strings.Repeat("1", 401) + "]", `f.json:1:2#/0: error: the number has 401 characters, more than schemas have a use for [too-large]`},
		"NaN":                {`[NaN]`, `f.json:1:2#/0: error: found 'N' where a value`},
		"control character":  {"[\"a\tb\"]", "f.json:1:4#/0: error: found the control character '\\t' inside a string [json-syntax]\n\twrite it as an escape, such as \\n"},
		"not UTF-8":          {"[\"a\xff\"]", "f.json:1:4#/0: error: found a byte that is not UTF-8 inside a string [json-syntax]\n\tsave the file as UTF-8"},
		"UTF-16":             {"\xff\xfe{\x00}\x00", "f.json:1:1: error: found '�' where a value was expected [json-syntax]"},
		"bad escape":         {`["\x41"]`, "f.json:1:3#/0: error: found the invalid escape \"\\\\x\" [json-syntax]\n\ta backslash itself is written \\\\"},
		"short escape":       {`["\u12"]`, "f.json:1:3#/0: error: found an invalid \\u escape [json-syntax]"},
		"lone surrogate":     {`["\ud83d"]`, "f.json:1:3#/0: error: found an invalid \\u escape [json-syntax]"},
		"low surrogate":      {`["\ude00"]`, "f.json:1:3#/0: error: found an invalid \\u escape [json-syntax]"},
		"wrong pair":         {`["\ud83d\u0041"]`, "f.json:1:3#/0: error: found an invalid \\u escape [json-syntax]"},
		"byte order mark":    {"\ufeff{}", "f.json:1:1: error: the file starts with a byte order mark [json-syntax]\n\tsave the file as UTF-8 without a byte order mark"},
		"too deep":           {deep, "error: values are nested deeper than 200 levels [too-deep]"},
		"too many values":    {"[" + strings.Repeat("0,", MaxValues) + "0]", "error: the file has more than 500000 values [too-large]"},
	} {
		t.Run(name, func(t *testing.T) {
			root, diags := parse(c.text)
			assert.Nil(t, root)
			require.Len(t, diags, 1)
			assert.Contains(t, diags[0], c.want)
			if strings.HasPrefix(c.want, "f.json") {
				assert.True(t, strings.HasPrefix(diags[0], c.want), diags[0])
			}
		})
	}
}

func TestParseDuplicateMembers(t *testing.T) {
	for name, filler := range map[string]string{
		"small object": ``,
		"large object": `"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,`,
	} {
		t.Run(name, func(t *testing.T) {
			root, diags := parse("{" + filler + "\n\"a\": 1, \"b\": {\"x\": 1, \"x\": 2}, \"\\u0061\": 3}")
			assert.NotNil(t, root, "the rest is still checked")
			assert.Equal(t, []string{
				"f.json:2:23#/b/x: error: member \"x\" occurs twice in one object [duplicate-member]\n\tthe first is at line 2, column 15; remove one of them",
				"f.json:2:32#/a: error: member \"a\" occurs twice in one object [duplicate-member]\n\tthe first is at line 2, column 1; remove one of them",
			}, diags)
		})
	}
}
