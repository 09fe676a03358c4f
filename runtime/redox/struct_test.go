package redox

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func decodeUnknown(t *testing.T, text string) Message {
	t.Helper()
	m, _, err := Dispatch([]byte(text))
	require.NoError(t, err)
	require.IsType(t, &Unknown{}, m)
	return m
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
	assert.Equal(t, []string{"Patient"}, Diff(m.(*Unknown), other.(*Unknown)))
	assert.Equal(t, "X", View[struct {
		Object
		Meta Meta `json:"Meta"`
	}](m).Meta.DataModel)

	out, err := Marshal(m)
	require.NoError(t, err)
	Forget(m)
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
	assert.Equal(t, withheld, Redact(func() {}))
	assert.Equal(t, withheld, Redact(&visit{Extension: "{"}))
}

func TestEqualTakesPointers(t *testing.T) {
	a, b := decodeVisit(t, `{"Class":"a"}`), decodeVisit(t, `{"Class":"b"}`)
	assert.False(t, Equal(a, b))
	assert.True(t, Equal(nil, nil))
	assert.False(t, Equal(a, nil))
	assert.PanicsWithValue(t, "redox: redox.visit is no pointer to a generated struct", func() { Equal(*a, *b) })
	assert.False(t, Equal(a, new(place)), "another type")
	assert.True(t, Equal((*visit)(nil), (*visit)(nil)))
	assert.False(t, Equal(a, (*visit)(nil)))
	assert.Equal(t, []string{"(message)"}, Diff(a, nil))
	var m, o Message = &sample{}, decodeUnknown(t, `{}`)
	assert.Empty(t, Diff(&m, &m))
	assert.Equal(t, []string{"(message)"}, Diff(&m, &o))
	assert.PanicsWithValue(t, "redox: int is no pointer to a generated struct", func() { Equal(7, 7) })
	assert.PanicsWithValue(t, "redox: []redox.Meta is no generated struct", func() { Forget(&[]Meta{}) })
	assert.PanicsWithValue(t, "redox: redox.visit is no pointer to a generated struct", func() { _, _ = Marshal(*a) })
}
