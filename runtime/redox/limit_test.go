package redox_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
)

// readings are the ways to read a message. Each returns its error after looking
// that nothing of a message with an error is handed over.
var readings = map[string]func(t *testing.T, data []byte) error{
	"Decode": func(t *testing.T, data []byte) error {
		v, _, err := decodeSample(data)
		return emptyUnless(t, v, err)
	},
	"Strict": func(t *testing.T, data []byte) error {
		v, err := Strict(decodeSample(data))
		var invalid *ValidationError
		if errors.As(err, &invalid) {
			return nil
		}
		return emptyUnless(t, v, err)
	},
	"Replace": func(t *testing.T, data []byte) error {
		v := &sample{Score: "1"}
		_, err := sampleSchema.Replace(data, v)
		return emptyUnless(t, v, err)
	},
	"UnmarshalJSON": func(t *testing.T, data []byte) error {
		var v sample
		return emptyUnless(t, &v, v.UnmarshalJSON(data))
	},
	"Unmarshal": func(t *testing.T, data []byte) error {
		var v sample
		return emptyUnless(t, &v, Unmarshal(data, &v))
	},
	"Dispatch": func(t *testing.T, data []byte) error {
		m, _, err := Dispatch(data, []*EventInfo{&sampleEvent})
		assert.Equal(t, err == nil, m != nil)
		return err
	},
	"ValidateJSON": func(_ *testing.T, data []byte) error {
		_, err := sampleSchema.ValidateJSON(data)
		return err
	},
}

func emptyUnless(t *testing.T, v *sample, err error) error {
	if err != nil {
		assert.Equal(t, new(sample), v)
	}
	return err
}

// TestMemoryLimit: a message that takes too much is refused by all ways to read
// it, for the same place, and one that takes a little less by none. How it is
// written does not matter.
func TestMemoryLimit(t *testing.T) {
	const limit = 1 << 18
	t.Cleanup(func() { SetMemoryLimit(DefaultMemoryLimit) })
	require.EqualValues(t, DefaultMemoryLimit, SetMemoryLimit(limit))
	require.EqualValues(t, limit, SetMemoryLimit(0), "zero changes nothing")

	meta := `{"Meta":{"DataModel":"Sample","EventType":"New"}`
	repeat := func(s string) func(n int) string {
		return func(n int) string { return strings.TrimSuffix(strings.Repeat(s+",", n), ",") }
	}
	cases := []struct {
		name, before string
		repeat       func(n int) string
		after, path  string
	}{
		{"objects", meta + `,"Persons":[`, repeat(`{"ID":""}`), `]}`, "Persons"},
		{"behind names that are not shown", meta + `,"a b":{"c d":[{"e f":0}]},"Persons":[{"ID":"","g h":{}},`, repeat(`{"ID":""}`), `]}`, "Persons"},
		{"null for objects", meta + `,"Persons":[`, repeat(`null`), `]}`, "Persons"},
		{"numbers for objects", meta + `,"Persons":[`, repeat(`7`), `]}`, ""},
		{"texts", meta + `,"Persons":[],"Visit":{"VisitNumber":"1","Notes":[`, repeat(`"a"`), `]}}`, "Visit.Notes"},
		{"null for texts", meta + `,"Persons":[],"Visit":{"VisitNumber":"1","Notes":[`, repeat(`null`), `]}}`, "Visit.Notes"},
		{"numbers for texts", meta + `,"Persons":[],"Visit":{"VisitNumber":"1","Notes":[`, repeat(`7`), `]}}`, ""},
		{"lists", meta + `,"Persons":[],"Visit":{"VisitNumber":"1","Grid":[`, repeat(`[]`), `]}}`, "Visit.Grid"},
		{"texts in lists", meta + `,"Persons":[],"Visit":{"VisitNumber":"1","Grid":[`, repeat(`["a","b"]`), `]}}`, ""},
		{"members without a field", meta + `,"Persons":[],"Visit":{"VisitNumber":"1"`, func(n int) string {
			var b strings.Builder
			for i := range n {
				fmt.Fprintf(&b, `,"%d":0`, i)
			}
			return b.String()
		}, `}}`, "Visit"},
		{"wrong types in many lists", meta + `,"Persons":[`, repeat(`{"ID":7,"Roles":[7,{}]}`), `]}`, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text := func(n int) string { return c.before + c.repeat(n) + c.after }
			few, many := 1, 1
			for decodes := true; decodes; {
				few, many = many, 2*many
				_, err := sampleSchema.ValidateJSON([]byte(text(many)))
				decodes = err == nil
			}
			for few+1 < many {
				half := (few + many) / 2
				if _, err := sampleSchema.ValidateJSON([]byte(text(half))); err == nil {
					few = half
				} else {
					many = half
				}
			}
			for name, read := range readings {
				assert.NoError(t, read(t, []byte(text(few))), name)
				var e, indented *TooLargeError
				require.ErrorAs(t, read(t, []byte(text(many))), &e, name)
				assert.EqualValues(t, limit, e.Limit)
				if c.path != "" {
					assert.Equal(t, c.path, e.Path, name)
				}
				var b bytes.Buffer
				require.NoError(t, json.Indent(&b, []byte(text(many)), "", "\t"))
				require.ErrorAs(t, read(t, b.Bytes()), &indented, name)
				assert.Equal(t, e, indented, name)
				var syntax *SyntaxError
				require.ErrorAs(t, read(t, []byte(text(many)+"x")), &syntax, name)
			}
		})
	}
}

// TestMemoryLimitCountsTheSame: storing and validating exceed a limit alike,
// wherever it is.
func TestMemoryLimitCountsTheSame(t *testing.T) {
	t.Cleanup(func() { SetMemoryLimit(DefaultMemoryLimit) })
	text := []byte(`{"Meta":{"DataModel":1,"Logs":[{"ID":1},null,7,{"x":[]}],"Source":[]},"x":1,"y":{"x":[[]]},"x":2,
		"Visit":{"Notes":["a",null,7,{},"",[null]],"Scores":["1",null,{}],"Grid":[["a",7,null],null,7,[]],"Extension":{"a":[{}]},"Location":[],
			"Notes":["a",null],"Staff":[{"ID":null,"Roles":[7,null],"a":1,"b":2},{},[],null],"Urgent":"true","Class":7,"StartDateTime":{}},
		"Persons":[` + strings.Repeat(`{"ID":"1","Roles":["a"]},`, 1500) + `{}]}`)
	exceeded := make(map[string]bool)
	for limit := int64(1); ; limit += 1 + limit/50 {
		SetMemoryLimit(limit)
		v, r, err := decodeSample(text)
		validated, want := sampleSchema.ValidateJSON(text)
		require.Equal(t, want, err, "%d", limit)
		require.Equal(t, validated, r)
		if err == nil {
			break
		}
		require.Equal(t, new(sample), v)
		var e *TooLargeError
		require.ErrorAs(t, err, &e)
		exceeded[e.Path] = true
	}
	assert.Greater(t, len(exceeded), 10)
}

// TestMemoryLimitBehindByteOrderMark: the mark is no part of the message.
func TestMemoryLimitBehindByteOrderMark(t *testing.T) {
	t.Cleanup(func() { SetMemoryLimit(DefaultMemoryLimit) })
	SetMemoryLimit(1 << 10)
	_, err := sampleSchema.ValidateJSON([]byte("\ufeff" + `{"Persons":[` + strings.Repeat("{},", 5000) + `{}]}`))
	var e *TooLargeError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "Persons", e.Path)
}

// TestMemoryLimitOfMeta: the Meta section is read before the message, and by
// those who do not know the event.
func TestMemoryLimitOfMeta(t *testing.T) {
	t.Cleanup(func() { SetMemoryLimit(DefaultMemoryLimit) })
	SetMemoryLimit(1 << 20)
	for _, logs := range []string{`{}`, `7`, `null`} {
		data := []byte(`{"a b":{"c d":{}},"Meta":{"DataModel":"S","EventType":"X","Logs":[` + strings.Repeat(logs+",", 50_000) + `{}]},"Persons":[]}`)
		var e *TooLargeError
		meta, err := PeekMeta(data)
		require.ErrorAs(t, err, &e)
		assert.Contains(t, e.Path, "Meta.Logs")
		assert.Equal(t, Meta{}, meta)
		_, _, err = Dispatch(data)
		require.ErrorAs(t, err, &e)
		_, err = new(Unknown).DecodeJSON(data)
		require.ErrorAs(t, err, &e)
		_, err = PeekMeta(append(data, 'x'))
		var syntax *SyntaxError
		require.ErrorAs(t, err, &syntax)
	}
}

// TestMemoryLimitIsOfDecoding: what a program has built it can validate and send.
func TestMemoryLimitIsOfDecoding(t *testing.T) {
	t.Cleanup(func() { SetMemoryLimit(DefaultMemoryLimit) })
	SetMemoryLimit(1 << 20)
	v := sample{Meta: Meta{DataModel: "S", EventType: "N"}, Persons: make([]person, 50_000)}
	for i := range v.Persons {
		v.Persons[i] = person{ID: "1", Name: "n"}
	}
	assert.Zero(t, v.Validate().Len())
	out, err := sampleSchema.AppendValid(nil, &v)
	require.NoError(t, err)
	_, err = sampleSchema.ValidateJSON(out)
	var e *TooLargeError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "redox: decoding takes more than 1048576 bytes of memory, exceeded at Persons: redox.SetMemoryLimit sets the limit", err.Error())
}
