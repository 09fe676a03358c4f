package redox

import (
	"errors"
	"reflect"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Struct is a pointer to a generated struct, to one of this package such as
// *Meta, or an *Unknown. A pointer to a struct of your own that embeds one of
// these is a Struct too; functions look at the embedded one then.
type Struct interface{ redoxObject() *Object }

func (o *Object) redoxObject() *Object { return o }

// errNoStruct is returned for a struct that embeds Object beside fields that no
// generated struct has.
var errNoStruct = errors.New("redox: the type is neither a generated struct nor embeds one")

// part is the generated struct that a Struct is or embeds.
type part struct {
	v       any              // pointer to it, or an *Unknown; nil for nil
	program *program.Program // nil for an *Unknown, and where there is no such struct
}

func (p part) pointer() mem.Ptr { return mem.Of(p.v) }

func (p part) unknown() *Unknown {
	u, _ := p.v.(*Unknown)
	return u
}

// partOf returns the generated struct that v is or embeds.
func partOf(v Struct) part {
	r := reflect.ValueOf(v)
	for r.IsValid() && !r.IsNil() {
		t := r.Type().Elem()
		if t == reflect.TypeFor[Unknown]() && r.CanInterface() {
			return part{v: r.Interface()}
		}
		if program := program.Plain(t); program != nil && r.CanInterface() {
			return part{v: r.Interface(), program: program}
		}
		f := embedded(r.Elem())
		if f.IsValid() && f.Kind() != reflect.Pointer {
			f = f.Addr()
		}
		r = f
	}
	return part{}
}

// embedded returns the embedded field that makes the struct r a Struct; it is
// not valid if that is Object itself.
func embedded(r reflect.Value) reflect.Value {
	for i := range r.NumField() {
		f := r.Type().Field(i)
		t := f.Type
		if t.Kind() != reflect.Pointer {
			t = reflect.PointerTo(t)
		}
		if f.Anonymous && t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct &&
			t != reflect.TypeFor[*Object]() && t.Implements(reflect.TypeFor[Struct]()) {
			return r.Field(i)
		}
	}
	return reflect.Value{}
}

// structOf returns a Struct that v is or points to; nil if v is nil or a pointer
// to nothing. It is not ok if v is something else.
func structOf(v any) (p Struct, ok bool) {
	r := reflect.ValueOf(v)
	for r.Kind() == reflect.Pointer || r.Kind() == reflect.Interface {
		if r.IsNil() {
			return nil, true
		}
		if r.Kind() == reflect.Pointer && isStruct(r.Type().Elem()) {
			return r.Interface().(Struct), true
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
	return whole.Interface().(Struct), true
}

func isStruct(t reflect.Type) bool {
	return program.Plain(t) != nil || t == reflect.TypeFor[Unknown]()
}
