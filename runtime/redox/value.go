package redox

import (
	"reflect"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/redox/internal/codec"
)

// plain holds the compiled program of every concept type that was encoded,
// decoded or compared by itself, outside of an event.
var plain sync.Map // reflect.Type → *codec.Program

func plainOf[T any]() *codec.Program {
	t := reflect.TypeFor[T]()
	if p, ok := plain.Load(t); ok {
		return p.(*codec.Program)
	}
	p, _ := plain.LoadOrStore(t, codec.CompilePlain(t, classify))
	return p.(*codec.Program)
}

// Marshal encodes a generated struct outside of its event: members in schema
// order, with what decoding kept, and none required.
func Marshal[T any](v *T) ([]byte, error) {
	return plainOf[T]().Append(nil, codec.Pointer(v))
}

// Unmarshal decodes a generated struct outside of its event. Like event types
// it takes any JSON object, and on an error v is as it was.
func Unmarshal[T any](data []byte, v *T) error {
	var n T
	if _, _, err := plainOf[T]().Decode(data, codec.Pointer(&n), false); err != nil {
		return err
	}
	*v = n
	return nil
}

// Equal reports whether a and b hold the same data. Absent, null and empty are
// the same; numbers are compared by value; members without a field and values
// of a wrong type are compared as JSON.
func Equal[T any](a, b *T) bool { return len(Diff(a, b)) == 0 }

// Diff returns the paths at which a and b differ, none when they are equal.
// It never returns values, so its result may be printed by tests that use real
// messages:
//
//	assert.Empty(t, redox.Diff(want, got))
func Diff[T any](a, b *T) []string {
	return plainOf[T]().Diff(codec.Pointer(a), codec.Pointer(b))
}

// Redact returns v as indented JSON in which every value is replaced by the
// name of its kind, so that it can be printed. Member names are shown.
func Redact[T any](v *T) string {
	data, err := Marshal(v)
	if err != nil {
		return withheld
	}
	return codec.Redact(data)
}

// Forget drops everything that decoding kept in v beyond its fields, nested
// structs included: unknown members, values of a wrong type, nulls.
func Forget[T any](v *T) { plainOf[T]().Forget(codec.Pointer(v)) }

// View decodes what v encodes to into another type with members of the same
// names, such as the view types of this package.
func View[R, T any](v *T) R {
	var r R
	if data, err := Marshal(v); err == nil {
		_ = Unmarshal(data, &r)
	}
	return r
}
