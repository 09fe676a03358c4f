package redox

import (
	"reflect"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/redox/internal/codec"
)

// plain holds the compiled program of every concept type that was encoded,
// decoded or compared by itself, outside of an event.
var plain sync.Map // reflect.Type → *codec.Program

func plainOf(v any) *codec.Program {
	t := reflect.TypeOf(v).Elem()
	if p, ok := plain.Load(t); ok {
		return p.(*codec.Program)
	}
	p, _ := plain.LoadOrStore(t, codec.CompilePlain(t, classify))
	return p.(*codec.Program)
}

// Marshal encodes *v, a generated struct, outside of its event: members in
// schema order, with what decoding kept, and none required.
func Marshal(v any) ([]byte, error) { return plainOf(v).Append(nil, codec.PointerOf(v)) }

// Unmarshal decodes into *v, a generated struct, outside of its event. Like
// event types it takes any JSON object, and on an error *v is as it was.
func Unmarshal(data []byte, v any) error { return plainOf(v).Unmarshal(data, codec.PointerOf(v)) }

// Equal reports whether *a and *b, generated structs of the same type, hold the
// same data. Absent, null and empty are the same; numbers are compared by
// value; members without a field and values of a wrong type are compared as
// JSON.
//
//go:noinline
func Equal(a, b any) bool { return len(diff(a, b)) == 0 }

// Diff returns the paths at which *a and *b differ, none when they are equal.
// It never returns values, so its result may be printed by tests that use real
// messages:
//
//	assert.Empty(t, redox.Diff(want, got))
func Diff[T any](a, b *T) []string { return diff(a, b) }

func diff(a, b any) []string {
	return plainOf(a).Diff(codec.PointerOf(a), codec.PointerOf(b))
}

// Redact returns *v, a generated struct, as indented JSON in which every value
// is replaced by the name of its kind, so that it can be printed. Member names
// are shown.
func Redact(v any) string {
	data, err := Marshal(v)
	if err != nil {
		return withheld
	}
	return codec.Redact(data)
}

// Forget drops everything that decoding kept in *v, a generated struct, beyond
// its fields, nested structs included: unknown members, values of a wrong type,
// nulls.
func Forget(v any) { plainOf(v).Forget(codec.PointerOf(v)) }

// View decodes what *v, a generated struct, encodes to into another type with
// members of the same names, such as the view types of this package.
func View[R any](v any) R {
	var r R
	if data, err := Marshal(v); err == nil {
		_ = Unmarshal(data, &r)
	}
	return r
}
