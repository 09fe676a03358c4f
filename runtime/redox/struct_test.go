package redox_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
)

func decodeUnknown(t *testing.T, text string) *Unknown {
	t.Helper()
	m, _, err := Dispatch([]byte(text))
	require.NoError(t, err)
	require.IsType(t, &Unknown{}, m)
	return m.(*Unknown)
}

// TestUnknownIsAMessageLikeOthers: what Dispatch returns goes into every
// function that takes a message.
func TestUnknownIsAMessageLikeOthers(t *testing.T) {
	m := decodeUnknown(t, `{"Meta":{"DataModel":"X"},"Patient":{"Name":"n","Age":7}}`)
	same := decodeUnknown(t, `{"Patient":{"Age":7.0,"Name":"n"},"Meta":{"DataModel":"X"}}`)
	other := decodeUnknown(t, `{"Meta":{"DataModel":"X"},"Patient":{"Name":"o","Age":7}}`)

	assert.JSONEq(t, `{"Meta":{"DataModel":"string"},"Patient":{"Name":"string","Age":"number"}}`, Redact(m))
	assert.True(t, Equal(m, same))
	assert.False(t, Equal(m, other))
	assert.Equal(t, []string{"Patient"}, Diff(m, other))
	assert.Equal(t, "X", Convert[struct {
		Object
		Meta Meta `json:"Meta"`
	}](m).Meta.DataModel)

	out, err := Marshal(m)
	require.NoError(t, err)
	DiscardUnknown(m)
	again, err := Marshal(m)
	require.NoError(t, err)
	assert.Equal(t, string(out), string(again), "all of it is in a field")
	var u Unknown
	require.NoError(t, Unmarshal(out, &u))
	assert.True(t, Equal(m, &u))

	assert.False(t, Equal(&Unknown{JSON: "{"}, m))
	assert.True(t, Equal(&Unknown{JSON: "{"}, &Unknown{JSON: "{"}))
}

func TestUnknownWithoutContent(t *testing.T) {
	out, err := json.Marshal(Unknown{})
	require.NoError(t, err)
	assert.Equal(t, `{}`, string(out))
	assert.Equal(t, `{}`, Redact(new(Unknown)))
	assert.True(t, Equal(new(Unknown), &Unknown{JSON: " {} "}))
	_, err = new(Unknown).AppendValid(nil)
	assert.Error(t, err, "nothing to send")
}

// TestRedactTakesAnything: what is meant for a log line never panics.
func TestRedactTakesAnything(t *testing.T) {
	v := decodeVisit(t, `{"Class":"a","x":1}`)
	want := Redact(v)
	assert.JSONEq(t, `{"Class":"string","x":"number"}`, want)
	p := &v
	for _, same := range []any{*v, p, &p} {
		assert.Equal(t, want, Redact(same))
	}
	type odd struct {
		Object
		N int
	}
	for _, c := range []struct {
		v    any
		want string
	}{
		{nil, `null`},
		{(*visit)(nil), `null`},
		{(*Unknown)(nil), `null`},
		{&[]Meta{{DataModel: "a"}}, `[{"DataModel":"string"}]`},
		{map[string]Meta{"m": {DataModel: "a"}}, `{"m":{"DataModel":"string"}}`},
		{7, `"number"`},
		{odd{N: 7}, `{"N":"number"}`},
	} {
		assert.JSONEq(t, c.want, Redact(c.v), "%T", c.v)
	}
	assert.Equal(t, Withheld, Redact(func() {}))
	assert.Equal(t, Withheld, Redact(&visit{Extension: "{"}))
}

func TestEqualTakesPointers(t *testing.T) {
	a, b := decodeVisit(t, `{"Class":"a"}`), decodeVisit(t, `{"Class":"b"}`)
	assert.False(t, Equal(a, b))
	assert.True(t, Equal(nil, nil))
	assert.False(t, Equal(a, nil))
	assert.False(t, Equal(a, new(place)), "another type")
	assert.True(t, Equal((*visit)(nil), (*visit)(nil)))
	assert.False(t, Equal(a, (*visit)(nil)))
	assert.Equal(t, []string{"(message)"}, Diff(a, nil))
	m, o := new(sample), decodeUnknown(t, `{}`)
	assert.Empty(t, Diff(m, m))
	assert.Equal(t, []string{"(message)"}, Diff(m, o))
}

// wrapped embeds a Struct, as a program may do to add what it knows of a message.
type wrapped struct {
	Visit
	Seen int
}

// Visit is exported, as generated structs are.
type Visit struct {
	Object

	Class string   `json:"Class"`
	Notes []string `json:"Notes"`
}

// TestFunctionsTakeWhatEmbedsAStruct: nothing that the compiler lets through
// panics, and what embeds a struct is taken for it.
func TestFunctionsTakeWhatEmbedsAStruct(t *testing.T) {
	text := `{"Class":7,"Notes":["n"],"x":1}`
	type byPointer struct{ *Visit }
	type behind struct {
		wrapped
		N int
	}
	type inner struct {
		N int
		Object
	}
	for name, v := range map[string]Struct{
		"by value": &wrapped{Seen: 1}, "by pointer": &byPointer{new(Visit)}, "behind another": &behind{N: 2},
		"an unknown message": &struct{ *Unknown }{new(Unknown)},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, Unmarshal([]byte(text), v))
			out, err := Marshal(v)
			require.NoError(t, err)
			assert.JSONEq(t, text, string(out))
			c := Clone(v)
			assert.True(t, Equal(v, c))
			assert.Empty(t, Diff(v, c))
			require.NoError(t, Unmarshal([]byte(`{"Class":"b"}`), c))
			assert.False(t, Equal(v, c))
			assert.NotEmpty(t, Diff(v, c))
			out, err = Marshal(v)
			require.NoError(t, err)
			assert.JSONEq(t, text, string(out), "the clone shares nothing")
			assert.Equal(t, Raw("1"), UnknownMember(Convert[Demographics](v).Object, "x"))
			DiscardUnknown(v)
			Redact(v)
		})
	}
	w := &wrapped{Seen: 3}
	assert.Equal(t, 3, Clone(w).Seen)
	for name, v := range map[string]Struct{
		"nothing": nil, "nil": (*wrapped)(nil), "nil inside": &byPointer{}, "only Object": new(Object), "another struct": &inner{N: 1},
		"nil unknown": (*Unknown)(nil), "no unknown inside": &struct{ *Unknown }{},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Error(t, Unmarshal([]byte(text), v))
			_, _ = Marshal(v)
			assert.True(t, Equal(v, v))
			assert.Empty(t, Diff(v, v))
			assert.Equal(t, []string{"(message)"}, Diff(v, w))
			Clone(v)
			DiscardUnknown(v)
			Convert[Demographics](v)
			Redact(v)
		})
	}
}

// What Redact prints grows no faster than the message, and not without end.
func TestRedactIsBounded(t *testing.T) {
	nested := func(open, inner, closing string, depth int) string {
		return strings.Repeat(open, depth) + inner + strings.Repeat(closing, depth)
	}
	messages := map[string]func(n int) string{
		"deep arrays":       func(n int) string { return `{"x":` + nested("[", "1", "]", n) + `}` },
		"deep objects":      func(n int) string { return `{"x":` + nested(`{"a":`, "1", "}", n) + `}` },
		"many deep arrays":  func(n int) string { return `{"x":[` + strings.Repeat(nested("[", "", "]", 90)+",", n) + `1]}` },
		"many deep objects": func(n int) string { return `{"x":[` + strings.Repeat(nested(`{"a":`, "[]", "}", 30)+",", n) + `1]}` },
		"long lists":        func(n int) string { return `{"x":[` + strings.Repeat("1,", n) + `1]}` },
		"long names":        func(n int) string { return `{"x":{"` + strings.Repeat("a", n) + `":1}}` },
	}
	for name, message := range messages {
		t.Run(name, func(t *testing.T) {
			few, many := Redact(received(t, message(500))), Redact(received(t, message(2000)))
			assert.LessOrEqual(t, len(many), 4*len(few)+100)
			assert.Less(t, len(many), 100*len(message(2000)))
			assert.True(t, json.Valid([]byte(many)))
		})
	}
	deep := Redact(received(t, `{"x":`+nested("[", "1,{}", "]", 40)+`}`))
	assert.Contains(t, deep, "\n"+strings.Repeat("  ", 32)+`"array"`+"\n")
	assert.NotContains(t, deep, `"number"`)

	long := Redact(received(t, `{"x":[[`+strings.Repeat(`{"a":1},`, 300_000)+`1],2],"y":1}`))
	assert.Less(t, len(long), 5<<20)
	assert.Greater(t, len(long), 4<<20)
	assert.True(t, json.Valid([]byte(long)), "it is JSON also where it ends early")
	assert.Contains(t, long[len(long)-200:], `"…"`)
	assert.NotContains(t, long, `"y"`)
}
