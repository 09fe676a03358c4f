package jsontext

import "strings"

// Types is a set of JSON types. Integer is one of them, as in draft-04.
type Types uint8

// The JSON types.
const (
	TypeNull Types = 1 << iota
	TypeBoolean
	TypeInteger
	TypeNumber
	TypeString
	TypeArray
	TypeObject

	AnyType = TypeNull | TypeBoolean | TypeInteger | TypeNumber | TypeString | TypeArray | TypeObject
)

// TypeNames are in the order of the bits.
var TypeNames = [...]string{"null", "boolean", "integer", "number", "string", "array", "object"}

// String lists the types as a reader would say them: "string or null".
func (t Types) String() string {
	if t == AnyType {
		return "any"
	}
	var names []string
	for i := len(TypeNames) - 1; i >= 0; i-- {
		if t&(1<<i) != 0 && !(1<<i == TypeInteger && t&TypeNumber != 0) {
			names = append(names, TypeNames[i])
		}
	}
	return strings.Join(names, " or ")
}

// TypeOf returns the type of the JSON value that begins with c, TypeNumber for
// any number; 0 if none does.
func TypeOf(c byte) Types {
	switch {
	case c == '"':
		return TypeString
	case c == '{':
		return TypeObject
	case c == '[':
		return TypeArray
	case c == 'n':
		return TypeNull
	case c == 't' || c == 'f':
		return TypeBoolean
	case c == '-' || '0' <= c && c <= '9':
		return TypeNumber
	default:
		return 0
	}
}
