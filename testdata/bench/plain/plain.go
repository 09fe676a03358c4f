// Package plain has the struct types that other generators write for a
// message: pointers for whatever may be null, no memory of anything else.
package plain

import (
	"reflect"

	"github.com/redoxgen/redoxgen/generated/clinicalsummary"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Type returns the struct type for the payload called name.
func Type(name string) reflect.Type {
	switch name {
	case "arrival":
		return plainStruct(reflect.TypeFor[patientadmin.Arrival]())
	case "visitpush":
		return plainStruct(reflect.TypeFor[clinicalsummary.VisitPush]())
	default:
		panic("no payload is called " + name)
	}
}

func plainType(t reflect.Type) reflect.Type {
	switch {
	case t == reflect.TypeFor[redox.Number]():
		return reflect.TypeFor[*float64]()
	case t == reflect.TypeFor[redox.Bool]():
		return reflect.TypeFor[*bool]()
	case t == reflect.TypeFor[redox.Raw]():
		return reflect.TypeFor[any]()
	case t.Kind() == reflect.String:
		return reflect.TypeFor[*string]()
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
		return reflect.TypeFor[[]string]()
	case t.Kind() == reflect.Slice:
		return reflect.SliceOf(plainStruct(t.Elem()))
	default:
		return reflect.PointerTo(plainStruct(t))
	}
}

func plainStruct(t reflect.Type) reflect.Type {
	var fields []reflect.StructField
	for i := 1; i < t.NumField(); i++ {
		f := t.Field(i)
		tag := `json:"` + f.Tag.Get("json") + `,omitempty"`
		fields = append(fields, reflect.StructField{Name: f.Name, Type: plainType(f.Type), Tag: reflect.StructTag(tag)})
	}
	return reflect.StructOf(fields)
}
