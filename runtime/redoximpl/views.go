package redoximpl

import (
	"reflect"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/convert"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

var (
	metaProgram         = sync.OnceValue(programFor[redox.Meta])
	demographicsProgram = sync.OnceValue(programFor[redox.Demographics])
	locationProgram     = sync.OnceValue(programFor[redox.Location])
	identifierProgram   = sync.OnceValue(programFor[redox.Identifier])
)

func programFor[T any]() *program.Program { return program.Plain(reflect.TypeFor[T]()) }

// MetaOf returns *section, a generated struct, as a Meta.
//
//go:noinline
func MetaOf(section any) redox.Meta { return viewOf[redox.Meta](metaProgram(), section) }

// DemographicsOf returns *section, a generated struct, as Demographics.
//
//go:noinline
func DemographicsOf(section any) redox.Demographics {
	return viewOf[redox.Demographics](demographicsProgram(), section)
}

// LocationOf returns *section, a generated struct, as a Location.
//
//go:noinline
func LocationOf(section any) redox.Location {
	return viewOf[redox.Location](locationProgram(), section)
}

func viewOf[T any](to *program.Program, section any) (v T) {
	from, src := programOf(section), mem.Of(section)
	if convert.Struct(to, mem.Of(&v), from, src) {
		return v
	}
	w := new(T) // v is not on the heap
	convert.Text(to, mem.Of(w), from, src)
	return *w
}

// IdentifiersOf returns *list, a slice of generated structs, as Identifiers.
//
//go:noinline
func IdentifiersOf(list any) []redox.Identifier {
	source, src := sliceOf(reflect.TypeOf(list).Elem()), mem.Of(list)
	if source.slice.IsNil(src) {
		return nil
	}
	ids := make([]redox.Identifier, source.slice.Len(src))
	for i := range ids {
		p, q := mem.Of(&ids[i]), source.slice.Index(src, i)
		if !convert.Struct(identifierProgram(), p, source.program, q) {
			convert.Text(identifierProgram(), p, source.program, q)
		}
	}
	return ids
}

// slice is a type of slices of generated structs.
type slice struct {
	slice   mem.Slice
	program *program.Program
}

var sliceTypes sync.Map // reflect.Type → *slice

func sliceOf(t reflect.Type) *slice {
	if s, ok := sliceTypes.Load(t); ok {
		return s.(*slice)
	}
	s, _ := sliceTypes.LoadOrStore(t, &slice{slice: mem.SliceOf(t), program: program.Plain(t.Elem())})
	return s.(*slice)
}
