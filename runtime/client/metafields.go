package client

import (
	"reflect"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// metaFields tells where in a generated struct the fields are that a client
// reads and fills in. Fields that a type does not have are nil.
type metaFields struct {
	dataModel, eventType, eventDateTime, sourceID []int // strings
	test                                          []int // redox.Bool
	destinations                                  []int // slice of structs …
	destinationID                                 []int // … with this string
}

var metaFieldsOf sync.Map // reflect.Type of a struct → *metaFields

// fieldsOf returns the fields of a message's type.
func fieldsOf(t reflect.Type) *metaFields {
	if f, ok := metaFieldsOf.Load(t); ok {
		return f.(*metaFields)
	}
	f := &metaFields{
		dataModel:     fieldIndex(t, reflect.String, "Meta", "DataModel"),
		eventType:     fieldIndex(t, reflect.String, "Meta", "EventType"),
		eventDateTime: fieldIndex(t, reflect.String, "Meta", "EventDateTime"),
		sourceID:      fieldIndex(t, reflect.String, "Meta", "Source", "ID"),
		destinations:  fieldIndex(t, reflect.Slice, "Meta", "Destinations"),
	}
	if test := fieldIndex(t, reflect.Uint8, "Meta", "Test"); test != nil && t.FieldByIndex(test).Type == reflect.TypeFor[redox.Bool]() {
		f.test = test
	}
	if f.destinations != nil {
		f.destinationID = fieldIndex(t.FieldByIndex(f.destinations).Type.Elem(), reflect.String, "ID")
	}
	metaFieldsOf.Store(t, f)
	return f
}

// fieldIndex follows a path of struct fields to one of that kind; nil if there
// is none.
func fieldIndex(t reflect.Type, kind reflect.Kind, path ...string) []int {
	var index []int
	for _, name := range path {
		if t.Kind() != reflect.Struct {
			return nil
		}
		f, ok := t.FieldByName(name)
		if !ok || throughPointer(t, f.Index) {
			return nil
		}
		index = append(index, f.Index...)
		t = f.Type
	}
	if t.Kind() != kind {
		return nil
	}
	return index
}

// throughPointer reports whether the field is that of an embedded pointer, which
// may be nil, and which a copy of the struct shares with it.
func throughPointer(t reflect.Type, index []int) bool {
	for _, i := range index[:len(index)-1] {
		if t = t.Field(i).Type; t.Kind() == reflect.Pointer {
			return true
		}
	}
	return false
}

// address is what a message's Meta says about where it belongs.
type address struct {
	dataModel, eventType string
	test                 redox.Bool
	destinations         []string // IDs
}

// addressOf reads it from the fields, which is much cheaper than RedoxMeta, or
// from RedoxMeta where a type has other fields.
func addressOf(message redox.Message) address {
	v := reflect.ValueOf(message)
	if v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct {
		f := fieldsOf(v.Type().Elem())
		if f.dataModel != nil && f.eventType != nil && f.test != nil && f.destinationID != nil {
			return f.read(v.Elem())
		}
	}
	return addressIn(message.RedoxMeta())
}

func addressIn(meta redox.Meta) address {
	a := address{dataModel: meta.DataModel, eventType: meta.EventType, test: meta.Test}
	for _, d := range meta.Destinations {
		a.destinations = append(a.destinations, d.ID)
	}
	return a
}

func (f *metaFields) read(v reflect.Value) address {
	a := address{
		dataModel: v.FieldByIndex(f.dataModel).String(),
		eventType: v.FieldByIndex(f.eventType).String(),
		test:      redox.Bool(v.FieldByIndex(f.test).Uint()),
	}
	list := v.FieldByIndex(f.destinations)
	for i := range list.Len() {
		a.destinations = append(a.destinations, list.Index(i).FieldByIndex(f.destinationID).String())
	}
	return a
}
