package redox

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Found states how many identifiers FindIdentifier found.
type Found int

// The counts of FindIdentifier.
const (
	FoundNone    Found = iota // no identifier of the types
	FoundOne                  // one, perhaps repeated
	FoundSeveral              // several with different IDs
)

// String returns "none", "one" or "several".
func (f Found) String() string {
	switch f {
	case FoundNone:
		return "none"
	case FoundOne:
		return "one"
	default:
		return "several"
	}
}

// FindIdentifier returns the identifier whose IDType is one of types, compared
// without case, and states whether there is none, one, or several:
//
//	mrn, found := redox.FindIdentifier(ev.Patient.Identifiers, "MR", "MRN")
//
// The list may have any generated type with the text fields ID and IDType, such as
// common.Identifier, or be what PatientMessage.PatientIdentifiers returns. The types
// are names for one kind of identifier: the same ID under two of them is one
// identifier, and two IDs are several, also under one type. An identifier without an
// ID does not count. The result is empty unless there is exactly one, so that
// nobody takes the first of several for the right one.
//
// A message without the identifier is not an error of the message: a handler that
// returns a plain error for it stops the feed.
//
// FindIdentifier panics if T does not have the fields.
func FindIdentifier[T any](list []T, types ...string) (T, Found) {
	id, idType := textField[T]("ID"), textField[T]("IDType")
	var none, first T
	var firstID string
	for i := range list {
		v := reflect.ValueOf(&list[i]).Elem()
		kind := v.FieldByIndex(idType).String()
		isWanted := slices.ContainsFunc(types, func(t string) bool { return strings.EqualFold(t, kind) })
		value := v.FieldByIndex(id).String()
		switch {
		case !isWanted || value == "" || value == firstID:
		case firstID == "":
			first, firstID = list[i], value
		default:
			return none, FoundSeveral
		}
	}
	if firstID == "" {
		return none, FoundNone
	}
	return first, FoundOne
}

// textField returns where the struct T has its text field of that name.
func textField[T any](name string) []int {
	t := reflect.TypeFor[T]()
	if t.Kind() == reflect.Struct {
		if f, ok := t.FieldByName(name); ok && f.Type.Kind() == reflect.String {
			return f.Index
		}
	}
	panic(fmt.Sprintf("redox: FindIdentifier needs a list of structs with the text fields ID and IDType, and %v has no %s", t, name))
}
