package redoximpl

import (
	"fmt"
	"reflect"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/compare"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/decode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/encode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Marshal, Unmarshal and Equal are what methods of generated structs call. They
// are not inlined, and neither are others that every struct or event calls: the
// compiler would work through them hundreds of times, and none is so fast that a
// call matters.

// Marshal encodes *v, a generated struct; see redox.Marshal.
//
//go:noinline
func Marshal(v any) ([]byte, error) { return encode.Append(programOf(v), nil, mem.Of(v)) }

// Unmarshal decodes data into *v, a generated struct; see redox.Unmarshal.
//
//go:noinline
func Unmarshal(data []byte, v any) error {
	if jsontext.IsNull(data) {
		return nil
	}
	return exported(decode.Unmarshal(programOf(v), data, mem.Of(v)))
}

// Equal compares *a and *b, generated structs of one type; see redox.Equal. It
// must not let a and b escape: methods pass pointers to their receivers, which
// would be copied to the heap.
//
//go:noinline
func Equal(a, b any) bool {
	return compare.Equal(programOf(a), mem.Of(a), mem.Of(b))
}

// programOf returns the program of the struct that v points to. It panics if
// that is not a generated struct, which generated code never passes.
func programOf(v any) *program.Program {
	t := reflect.TypeOf(v)
	if p := program.Plain(t.Elem()); p != nil {
		return p
	}
	panic(fmt.Sprintf("redoximpl: %s is not a pointer to a generated struct", t)) // not v, which would move to the heap in all callers
}
