package program

import "github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"

// Kind says what the Go value at a place is.
type Kind uint8

// The kinds of Go values in generated structs.
const (
	KindNone   Kind = iota // no Go value: validated only
	KindString             // a string type
	KindDate               // a string type that holds a date
	KindNumber             // a string type that holds a number as written
	KindBool               // a uint8 type: 0 unset, 1 false, 2 true
	KindRaw                // a string type that holds JSON text
	KindObject             // a struct that begins with redox.Object
	KindSlice
	KindPreserved // redox.Object itself
)

// Types returns the JSON types that a Go value of the kind shows as they are,
// which are those that it is written as.
func (k Kind) Types() jsontext.Types {
	switch k {
	case KindString, KindDate:
		return jsontext.TypeString
	case KindNumber:
		return jsontext.TypeNumber | jsontext.TypeInteger
	case KindBool:
		return jsontext.TypeBoolean
	case KindObject:
		return jsontext.TypeObject
	case KindSlice:
		return jsontext.TypeArray
	default:
		return jsontext.AnyType
	}
}

// BoolOf returns the redox.Bool for the first letter of true or false.
func BoolOf(c byte) uint8 {
	if c == 't' {
		return 2
	}
	return 1
}

// Coerced returns how the scalar that text spells, of type t, reads in the form
// that n's Go type has, if that loses nothing.
func (n *Node) Coerced(text string, t jsontext.Types) (string, bool) {
	switch n.Kind {
	case KindString, KindDate:
		return text, t == jsontext.TypeNumber || t == jsontext.TypeBoolean
	case KindNumber:
		if t == jsontext.TypeString {
			text = text[1 : len(text)-1]
			return text, jsontext.IsNumber(text)
		}
	case KindBool:
		if text == `"true"` || text == `"false"` {
			return text[1 : len(text)-1], true
		}
	}
	return "", false
}
