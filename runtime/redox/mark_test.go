package redox_test

import (
	"encoding/binary"
	"encoding/json"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
)

// readers are all ways to read a message.
var readers = map[string]func(data []byte) (any, Report, error){
	"Decode": func(data []byte) (any, Report, error) { v, r, err := decodeSample(data); return v, r, err },
	"Replace": func(data []byte) (any, Report, error) {
		v := new(sample)
		r, err := sampleSchema.Replace(data, v)
		return v, r, err
	},
	"UnmarshalJSON": func(data []byte) (any, Report, error) {
		v := new(sample)
		err := v.UnmarshalJSON(data)
		return v, v.Validate(), err
	},
	"Unmarshal": func(data []byte) (any, Report, error) {
		v := new(sample)
		err := Unmarshal(data, v)
		return v, v.Validate(), err
	},
	"Dispatch": func(data []byte) (any, Report, error) {
		m, r, err := Dispatch(data, []*EventInfo{&sampleEvent})
		return m, r, err
	},
	"ValidateJSON": func(data []byte) (any, Report, error) { r, err := sampleSchema.ValidateJSON(data); return nil, r, err },
	"PeekMeta":     func(data []byte) (any, Report, error) { m, err := PeekMeta(data); return &m, Report{}, err },
	"Unknown": func(data []byte) (any, Report, error) {
		v := new(Unknown)
		r, err := v.DecodeJSON(data)
		return v, r, err
	},
}

// A byte-order mark does not matter, and is not written.
func TestByteOrderMark(t *testing.T) {
	const mark = "\ufeff"
	for _, text := range []string{
		`{"Meta":{"DataModel":"Sample","EventType":"New"},"Persons":[{"ID":7}],"New":["é"],"Score":null}`,
		" \n" + `{"Meta":{"DataModel":"Sample","EventType":"New"},"Persons":[],"Score":1,"Score":"2"}`,
		`{}`,
	} {
		for name, read := range readers {
			want, wantReport, err := read([]byte(text))
			require.NoError(t, err, name)
			got, report, err := read([]byte(mark + text))
			require.NoError(t, err, name)
			assert.Equal(t, wantReport, report, name)
			if want == nil {
				continue
			}
			assert.Empty(t, Diff(want.(Struct), got.(Struct)), name)
			out, err := json.Marshal(got)
			require.NoError(t, err, name)
			if again, err := json.Marshal(want); assert.NoError(t, err) {
				assert.Equal(t, string(again), string(out), name)
			}
		}
		assert.Equal(t, Redact(received(t, text)), Redact(received(t, mark+text)))
	}
	for text, at := range map[string]SyntaxError{
		mark:                      {Offset: 3, Line: 1, Col: 4, Reason: "unexpected end of input"},
		mark + "[]":               {Offset: 3, Line: 1, Col: 4, Reason: "object expected, found array"},
		mark + mark + "{}":        {Offset: 3, Line: 1, Col: 4, Reason: "object expected"},
		mark + "{\n" + mark + "}": {Offset: 5, Line: 2, Col: 1, Reason: "member name expected"},
		"{}" + mark:               {Offset: 2, Line: 1, Col: 3, Reason: "end of input expected"},
		"\xef\xbb":                {Offset: 0, Line: 1, Col: 1, Reason: "object expected"},
	} {
		assertSyntaxErrors(t, text, at)
	}
}

// assertSyntaxErrors requires that all readers return want.
func assertSyntaxErrors(t *testing.T, text string, want SyntaxError) {
	t.Helper()
	for name, read := range readers {
		_, _, err := read([]byte(text))
		var e *SyntaxError
		if assert.ErrorAs(t, err, &e, "%s: %q", name, text) {
			assert.Equal(t, want, *e, "%s: %q", name, text)
		}
	}
}

// UTF-16 is called by its name, with a mark and without.
func TestUTF16(t *testing.T) {
	want := SyntaxError{Offset: 0, Line: 1, Col: 1, Reason: "UTF-8 expected, found UTF-16"}
	for _, text := range []string{"\ufeff{}", "{}", " {\"Meta\":{}}", "\ufeff"} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			var data []byte
			for _, unit := range utf16.Encode([]rune(text)) {
				data = order.AppendUint16(data, unit)
			}
			assertSyntaxErrors(t, string(data), want)
		}
	}
	assertSyntaxErrors(t, "\x00\x00{}", SyntaxError{Offset: 0, Line: 1, Col: 1, Reason: "object expected"})
	assertSyntaxErrors(t, "\x00", SyntaxError{Offset: 0, Line: 1, Col: 1, Reason: "object expected"})
	assertSyntaxErrors(t, "{", SyntaxError{Offset: 1, Line: 1, Col: 2, Reason: "unexpected end of input"})
	assertSyntaxErrors(t, "", SyntaxError{Offset: 0, Line: 1, Col: 1, Reason: "unexpected end of input"})
}
