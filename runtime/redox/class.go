package redox

import (
	"iter"
	"reflect"
	"slices"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
)

// Class is what a field holds, as far as privacy is concerned. The zero value is
// ClassFreeText: whatever nobody has classified may hold anything.
type Class uint8

// The classes.
const (
	ClassFreeText   Class = iota // words that somebody wrote, or nobody knows what
	ClassDocument                // a file, or where one is
	ClassIdentifier              // identifies a person, an account, an order, a device
	ClassName                    // name of a person or an organization
	ClassContact                 // telephone, fax, e-mail, URL
	ClassGeographic              // part of an address, or a place
	ClassDate                    // a date, or a date with time
	ClassAge                     // age of a person in years
	ClassCode                    // from a list that somebody keeps: a code, a status, a kind
	ClassQuantity                // measured, counted, paid
	ClassRouting                 // how Redox delivers the message
	ClassNone                    // says nothing of anybody, such as the name of the event
)

var classNames = [...]string{
	"free text", "document", "direct identifier", "name", "contact", "geographic",
	"date", "age", "code", "quantity", "routing", "none",
}

// String returns the name, such as "direct identifier".
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return "unknown class"
}

// ParseClass returns the class of that name.
func ParseClass(name string) (Class, bool) {
	i := slices.Index(classNames[:], name)
	return Class(max(i, 0)), i >= 0
}

// AllClasses returns the classes, those that need the most care first.
func AllClasses() []Class {
	all := make([]Class, len(classNames))
	for i := range all {
		all[i] = Class(i)
	}
	return all
}

// Field is a field of a message that is no object: a value, or a list of them.
type Field struct {
	Path  string // such as "Patient.Identifiers[].ID", relative to the struct
	Class Class
}

// Fields yields the fields of *v and of the objects in it, whether they are set or
// not. A struct has the fields of all events that use it, so some are in no message
// of an event.
//
//	for f := range redox.Fields(&patientadmin.Arrival{}) { … }
func Fields(v Struct) iter.Seq[Field] {
	return func(yield func(Field) bool) {
		if p := partOf(v).program; p != nil {
			fields(p.Root.GoType(), "", yield)
		}
	}
}

func fields(t reflect.Type, at string, yield func(Field) bool) bool {
	for i := 1; i < t.NumField(); i++ { // behind Object
		f := program.FieldOf(t.Field(i))
		path := f.Path(at)
		switch {
		case f.Elem.Kind() == reflect.Struct:
			if !fields(f.Elem, path, yield) {
				return false
			}
		case !yield(Field{path, classOf(f)}):
			return false
		}
	}
	return true
}

// classOf returns the class that a field's tag states, or that its type tells.
func classOf(f program.Field) Class {
	if c, ok := ParseClass(f.Class); ok {
		return c
	}
	if f.Date {
		return ClassDate
	}
	return ClassFreeText
}
