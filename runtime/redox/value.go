package redox

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/compare"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/convert"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/decode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/encode"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// The functions below take generated structs, which the type system cannot
// tell from others: all but Redact panic if they are given anything else.

// Marshal encodes *v, a generated struct, outside of its event: members in
// schema order, with what decoding kept, and none required. An *Unknown is
// written as it was received.
//
//go:noinline
func Marshal(v any) ([]byte, error) {
	if u, ok := v.(*Unknown); ok {
		return u.MarshalJSON()
	}
	return encode.Append(plainOf(v), nil, mem.Of(v))
}

// Unmarshal decodes into *v, a generated struct, outside of its event. Like
// event types it takes any JSON object, and on an error *v is as it was. null
// leaves *v alone, as package json asks of methods that decode.
//
//go:noinline
func Unmarshal(data []byte, v any) error {
	if isNull(data) {
		return nil
	}
	if u, ok := v.(*Unknown); ok {
		return u.UnmarshalJSON(data)
	}
	return decode.Unmarshal(plainOf(v), data, mem.Of(v))
}

func isNull(data []byte) bool { return string(bytes.Trim(data, " \t\r\n")) == "null" }

// Equal reports whether *a and *b, generated structs, hold the same data.
// Absent, null and empty are the same; numbers are compared by value; members
// without a field and values of a wrong type are compared as JSON, except that
// a scalar which a field can read, such as 7 for text, counts as what it is read
// as. What encoding no longer writes does not count. Structs of different types
// are not equal, and nil equals nil only.
//
// It must not let a and b escape: generated methods pass pointers to their
// receivers, which would be copied to the heap.
//
//go:noinline
func Equal(a, b any) bool {
	switch t, u := reflect.TypeOf(a), reflect.TypeOf(b); {
	case t != u:
		return false
	case t == nil:
		return true
	case t == reflect.TypeFor[*Unknown]():
		return equalUnknown(a.(*Unknown), b.(*Unknown))
	}
	compiled := plainOf(a)
	p, q := mem.Of(a), mem.Of(b)
	if p.IsNil() || q.IsNil() {
		return p.IsNil() && q.IsNil()
	}
	return compare.Equal(compiled, p, q)
}

// Diff returns the paths at which *a and *b differ, none when they are equal.
// It never returns values, nor names that may be content (see Violation), so its
// result may be printed by tests that use real messages:
//
//	assert.Empty(t, redox.Diff(want, got))
func Diff[T any](a, b *T) []string { return diff(a, b) }

func diff(a, b any) []string {
	p, q, alike := comparables(a, b)
	switch {
	case p != nil:
		return compare.Diff(plainOf(p), mem.Of(p), mem.Of(q))
	case alike:
		return nil
	default:
		return []string{"(message)"}
	}
}

// comparables returns pointers to structs of one type that tell how a and b
// differ. If there are none, it says whether a and b are alike.
func comparables(a, b any) (p, q any, alike bool) {
	p, q = mustStruct(a), mustStruct(b)
	if p == q {
		return nil, nil, true
	}
	if reflect.TypeOf(p) != reflect.TypeOf(q) {
		return nil, nil, false
	}
	if u, ok := p.(*Unknown); ok {
		return comparableUnknown(u, q.(*Unknown))
	}
	return p, q, false
}

// Redact returns v as indented JSON in which every value is replaced by the
// name of its kind, so that it can be printed. Member names are shown if they
// look like such (see Violation). Of what is deeper than 32 levels only the kind
// is shown, and a member "…" ends what is longer than 4 MB. It is made for generated structs and pointers to them, takes anything that package
// json can encode, and never panics: of what is no JSON it returns a
// placeholder.
func Redact(v any) string {
	encode := json.Marshal
	if p, ok := structOf(v); ok {
		v = p
		if p != nil {
			encode = Marshal
		}
	}
	data, err := encode(v)
	if err != nil {
		return withheld
	}
	return convert.Redact(data)
}

// Forget drops everything that decoding kept in *v, a generated struct, beyond
// its fields, nested structs included: unknown members, values of a wrong type,
// nulls.
func Forget(v any) {
	if u, ok := v.(*Unknown); ok {
		v = &u.Meta // its JSON is a field
	}
	convert.DiscardUnknown(plainOf(v), mem.Of(v))
}

// Clone returns a copy of *v, a generated struct, that shares no memory with it,
// with everything that decoding kept; nil for nil. So it also lets go of the
// message that a part comes from.
func Clone[T any](v *T) *T {
	if v == nil {
		return nil
	}
	c := new(T)
	clone(c, v)
	return c
}

func clone(dst, src any) {
	if u, ok := src.(*Unknown); ok {
		c := dst.(*Unknown)
		*c = *u
		c.JSON = Raw(strings.Clone(string(u.JSON)))
		dst, src = &c.Meta, &u.Meta
	}
	convert.Clone(plainOf(src), mem.Of(dst), mem.Of(src))
}

// View decodes what *v, a generated struct, encodes to into another type with
// members of the same names, such as the view types of this package.
func View[R any](v any) R {
	var r R
	if data, err := Marshal(v); err == nil {
		_ = Unmarshal(data, &r)
	}
	return r
}
