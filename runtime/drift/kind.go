package drift

import (
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/format"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// Kind is the kind of a value that drifted: a JSON type, and of texts whether they are
// dates.
type Kind string

// The kinds.
const (
	Null     Kind = "null"
	Boolean  Kind = "boolean"
	Number   Kind = "number"
	Object   Kind = "object"
	Array    Kind = "array"
	Empty    Kind = "empty string"
	Text     Kind = "string"    // that is no date
	Date     Kind = "date"      // text YYYY-MM-DD, or less of that
	DateTime Kind = "date-time" // text with a date and a time of day
	AnyText  Kind = "any string"
)

// kind is a Kind as an index.
type kind uint8

const (
	null kind = iota
	boolean
	number
	object
	array
	empty
	text
	date
	dateTime
	anyText // of which a report does not say more
	kindsOfValues
)

// kinds are the names of the kinds.
var kinds = [kindsOfValues]Kind{Null, Boolean, Number, Object, Array, Empty, Text, Date, DateTime, AnyText}

// kindOf returns the kind of the value from i to end.
func (w *walker) kindOf(i, end int) kind {
	switch c := w.In.At(i); jsontext.TypeOf(c) {
	case jsontext.TypeNull:
		return null
	case jsontext.TypeBoolean:
		return boolean
	case jsontext.TypeNumber:
		return number
	case jsontext.TypeObject:
		return object
	case jsontext.TypeArray:
		return array
	}
	s := w.In.Text(i+1, end-1)
	switch {
	case s == "":
		return empty
	case !isDated(s):
		return text
	case strings.ContainsAny(s, ":"):
		return dateTime
	default:
		return date
	}
}

// leastDate is the shortest text that is taken for a date, YYYY-MM: a year alone may be
// any number.
const leastDate = len("2006-01")

func isDated(s string) bool { return len(s) >= leastDate && format.ValidDate(s) }

// reported returns the kind that a violation says was found.
func reported(got string) (kind, bool) {
	switch got {
	case "string":
		return anyText, true
	case "integer":
		return number, true
	}
	for k, name := range kinds {
		if string(name) == got {
			return kind(k), true
		}
	}
	return 0, false
}
