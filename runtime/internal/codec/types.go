package codec

import "strings"

// types is a set of JSON types.
type types uint8

const (
	typeNull types = 1 << iota
	typeBoolean
	typeInteger
	typeNumber
	typeString
	typeArray
	typeObject

	anyType = typeNull | typeBoolean | typeInteger | typeNumber | typeString | typeArray | typeObject
)

// typeNames are in the order of the bits.
var typeNames = [...]string{"null", "boolean", "integer", "number", "string", "array", "object"}

// String lists the types as a reader would say them: "string or null".
func (t types) String() string {
	if t == anyType {
		return "any"
	}
	var names []string
	for i := len(typeNames) - 1; i >= 0; i-- {
		if t&(1<<i) != 0 && !(1<<i == typeInteger && t&typeNumber != 0) {
			names = append(names, typeNames[i])
		}
	}
	return strings.Join(names, " or ")
}

// typeOf tells the type of a JSON value by its first byte; 0 is no value.
func typeOf(c byte) types {
	switch {
	case c == '"':
		return typeString
	case c == '{':
		return typeObject
	case c == '[':
		return typeArray
	case c == 'n':
		return typeNull
	case c == 't' || c == 'f':
		return typeBoolean
	case c == '-' || '0' <= c && c <= '9':
		return typeNumber
	default:
		return 0
	}
}
