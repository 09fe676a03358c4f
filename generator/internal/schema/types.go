package schema

// Types is a set of JSON types; the zero value means that any type is allowed.
type Types uint8

// The JSON types of draft-04. Integer is a subset of Number.
const (
	Null Types = 1 << iota
	Boolean
	Integer
	Number
	String
	Array
	Object
)

// Any is every type.
const Any = Null | Boolean | Integer | Number | String | Array | Object

// typeNames are the types of draft-04.
var typeNames = map[string]Types{
	"null": Null, "boolean": Boolean, "integer": Integer, "number": Number,
	"string": String, "array": Array, "object": Object,
}

// typeOrder is the order in which a set of types is written: null comes last.
var typeOrder = []string{"object", "array", "string", "number", "integer", "boolean", "null"}

// Has reports whether all of t's types are in the set.
func (s Types) Has(t Types) bool { return s&t == t }

// Names returns the types of the set, null last.
func (s Types) Names() []string {
	names := []string{}
	for _, name := range typeOrder {
		if s.Has(typeNames[name]) {
			names = append(names, name)
		}
	}
	return names
}

// JSON returns the set as a schema states it: "string" or ["string","null"].
func (s Types) JSON() string {
	if names := s.Names(); len(names) != 1 {
		return stringsText(names)
	}
	return quote(s.Names()[0])
}
