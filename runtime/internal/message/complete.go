// Package message fills in what messages leave out of their Meta section.
package message

import (
	"reflect"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/convert"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Complete returns a copy of m with what its Meta section leaves out and meta says: a
// shallow one, which has a Meta section of its own, as generated types hold all sections
// by value. The copy is m itself if it has no such section: an *redox.Unknown, or a
// struct that embeds a generated one by pointer. Meta sections of a user's own schemas
// get what they have fields for.
func Complete(m redox.Message, meta redox.Meta) redox.Message {
	v := reflect.ValueOf(m)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return m
	}
	copied := reflect.New(v.Type().Elem())
	event := generated(copied.Elem())
	if !event.IsValid() {
		return m
	}
	copied.Elem().Set(v.Elem())
	from := program.Plain(reflect.TypeFor[redox.Meta]())
	convert.Assign(program.Plain(event.Type()), "Meta", mem.Of(event.Addr().Interface()), from, mem.Of(&meta), false)
	return copied.Interface().(redox.Message)
}

// generated returns the generated struct that v is or embeds; it is not valid if there
// is none.
func generated(v reflect.Value) reflect.Value {
	if program.Plain(v.Type()) != nil {
		return v
	}
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.Anonymous && f.IsExported() && f.Type.Kind() == reflect.Struct {
			if part := generated(v.Field(i)); part.IsValid() {
				return part
			}
		}
	}
	return reflect.Value{}
}
