package program

import "github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"

// Kind says what Go value takes a JSON value.
type Kind uint8

// The kinds of Go values in generated structs.
const (
	KindNone      Kind = iota // no Go value: validated only
	KindString                // a string type
	KindDate                  // a string type that holds a date
	KindNumber                // a string type that holds a number as written
	KindBool                  // a uint8 type: 0 unset, 1 false, 2 true
	KindRaw                   // a string type that holds JSON text
	KindObject                // a struct that begins with redox.Object
	KindSlice                 // a slice
	KindPreserved             // redox.Object itself
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

// Scalar returns k, and KindString for dates: both are texts.
func (k Kind) Scalar() Kind {
	if k == KindDate {
		return KindString
	}
	return k
}

// DefaultTypes returns the JSON types that the schema of a member with such a
// field allows unless a rule says otherwise: those of the kind, and null for
// scalars unless the member is required. Generated code states no rule for them.
func (k Kind) DefaultTypes(required bool) jsontext.Types {
	switch k {
	case KindString, KindDate, KindNumber, KindBool:
		if !required {
			return k.Types() | jsontext.TypeNull
		}
	}
	return k.Types()
}

// BoolOf returns the redox.Bool for the first letter of true or false.
func BoolOf(c byte) uint8 {
	if c == 't' {
		return 2
	}
	return 1
}

// Coerced returns how a scalar of type t, whose JSON is text, reads as the kind of
// n. It reports false if n's Go value cannot take it without loss.
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
