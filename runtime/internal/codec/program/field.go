package program

import (
	"reflect"
	"strings"

	"github.com/redoxgen/redoxgen/internal/fieldpath"
)

// Field is what a field of a generated struct says of itself.
type Field struct {
	Name   string       // in JSON
	Class  string       // as the tag states it; "" if it does not
	Elem   reflect.Type // of the value, or of a list's elements
	Slices int          // how many lists they are in
	Date   bool         // Elem holds a date
}

// FieldOf returns what f says of itself.
func FieldOf(f reflect.StructField) Field {
	d := Field{Name: f.Tag.Get("json"), Class: f.Tag.Get("class"), Elem: f.Type}
	for ; d.Elem.Kind() == reflect.Slice; d.Slices++ {
		d.Elem = d.Elem.Elem()
	}
	d.Date = kindOf(d.Elem) == KindDate
	return d
}

// Path returns the path of the field, or of its elements, in the object at path at.
func (f Field) Path(at string) string {
	return fieldpath.Member(at, f.Name) + strings.Repeat("[]", f.Slices)
}
