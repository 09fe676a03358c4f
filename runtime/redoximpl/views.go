package redoximpl

import (
	"reflect"
	"sync"
	"sync/atomic"

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

// The types that views were made of last: nearly always the same.
var metaView, demographicsView, locationView, identifierView convert.View

// MetaOf returns *section, a generated struct, as a Meta.
//
//go:noinline
func MetaOf(section any) (v redox.Meta) {
	if !isView(&metaView, metaProgram(), mem.Of(&v), section) {
		v = viewByText[redox.Meta](metaProgram(), section)
	}
	return v
}

// DemographicsOf returns *section, a generated struct, as Demographics.
//
//go:noinline
func DemographicsOf(section any) (v redox.Demographics) {
	if !isView(&demographicsView, demographicsProgram(), mem.Of(&v), section) {
		v = viewByText[redox.Demographics](demographicsProgram(), section)
	}
	return v
}

// LocationOf returns *section, a generated struct, as a Location.
//
//go:noinline
func LocationOf(section any) (v redox.Location) {
	if !isView(&locationView, locationProgram(), mem.Of(&v), section) {
		v = viewByText[redox.Location](locationProgram(), section)
	}
	return v
}

// isView sets the struct at dst to *section, and reports false if that takes the text.
func isView(view *convert.View, to *program.Program, dst mem.Ptr, section any) bool {
	from := func() *program.Program { return programOf(section) }
	return view.Struct(to, dst, reflect.TypeOf(section).Elem(), from, mem.Of(section))
}

func viewByText[T any](to *program.Program, section any) T {
	v := new(T)
	convert.Text(to, mem.Of(v), programOf(section), mem.Of(section))
	return *v
}

// IdentifiersOf returns *list, a slice of generated structs, as Identifiers.
//
//go:noinline
func IdentifiersOf(list any) []redox.Identifier {
	source, src := sliceOf(reflect.TypeOf(list).Elem()), mem.Of(list)
	if source.slice.IsNil(src) {
		return nil
	}
	from := func() *program.Program { return source.program }
	t, to := source.slice.Elem(), identifierProgram()
	ids := make([]redox.Identifier, source.slice.Len(src))
	for i := range ids {
		p, q := mem.Of(&ids[i]), source.slice.Index(src, i)
		if !identifierView.Struct(to, p, t, from, q) {
			convert.Text(to, p, source.program, q)
		}
	}
	return ids
}

// slice is a type of slices of generated structs.
type slice struct {
	typ     reflect.Type
	slice   mem.Slice
	program *program.Program
}

var (
	sliceTypes sync.Map // reflect.Type → *slice
	lastSlice  atomic.Pointer[slice]
)

func sliceOf(t reflect.Type) *slice {
	if s := lastSlice.Load(); s != nil && s.typ == t {
		return s
	}
	known, ok := sliceTypes.Load(t)
	if !ok {
		known, _ = sliceTypes.LoadOrStore(t, &slice{t, mem.SliceOf(t), program.Plain(t.Elem())})
	}
	s := known.(*slice)
	lastSlice.Store(s)
	return s
}
