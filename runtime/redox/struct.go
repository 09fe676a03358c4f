package redox

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
)

// plain holds the compiled program of every concept type that was encoded,
// decoded or compared by itself, outside of an event.
var plain sync.Map // reflect.Type → *program.Program

// plainOf returns the program of the struct that v points to. It panics if
// that is no generated struct.
func plainOf(v any) *program.Program {
	t := reflect.TypeOf(v)
	if t == nil || t.Kind() != reflect.Pointer {
		panic(fmt.Sprintf("redox: %v is no pointer to a generated struct", t)) // not v, which would move to the heap in all callers
	}
	t = t.Elem()
	if p, ok := plain.Load(t); ok {
		return p.(*program.Program)
	}
	if !isGenerated(t) {
		panic(fmt.Sprintf("redox: %s is no generated struct", t))
	}
	p, _ := plain.LoadOrStore(t, program.CompilePlain(t, classify))
	return p.(*program.Program)
}

// isGenerated reports whether t is a struct as generated code has them.
func isGenerated(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || t.NumField() == 0 || classify(t.Field(0).Type) != program.KindPreserved {
		return false
	}
	for i := 1; i < t.NumField(); i++ {
		f := t.Field(i)
		if kind := classify(f.Type); kind == program.KindNone || kind == program.KindPreserved {
			return false
		}
		if _, ok := f.Tag.Lookup("json"); !ok {
			return false
		}
	}
	return true
}

// structOf returns a pointer to the generated struct, or Unknown, that v is or
// points to; nil if v is nil or a pointer to nothing. It is not ok if v is
// something else.
func structOf(v any) (p any, ok bool) {
	r := reflect.ValueOf(v)
	for r.Kind() == reflect.Pointer || r.Kind() == reflect.Interface {
		if r.IsNil() {
			return nil, true
		}
		if r.Kind() == reflect.Pointer && isStruct(r.Type().Elem()) {
			return r.Interface(), true
		}
		r = r.Elem()
	}
	if !r.IsValid() {
		return nil, true
	}
	if !isStruct(r.Type()) {
		return nil, false
	}
	whole := reflect.New(r.Type())
	whole.Elem().Set(r)
	return whole.Interface(), true
}

func isStruct(t reflect.Type) bool {
	if _, ok := plain.Load(t); ok {
		return true
	}
	return isGenerated(t) || t == reflect.TypeFor[Unknown]()
}

// mustStruct is structOf for functions that are of no use with anything else.
func mustStruct(v any) any {
	p, ok := structOf(v)
	if !ok {
		panic(fmt.Sprintf("redox: %v is no generated struct", reflect.TypeOf(v)))
	}
	return p
}
