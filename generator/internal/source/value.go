package source

import (
	"slices"
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
)

// Kind is the JSON type of a Value.
type Kind uint8

// The kinds of JSON values.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// String returns the word for the kind that diagnostics use.
func (k Kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "an array", "an object"}[k]
}

// Value is a JSON value with its position in the file. It is read-only once parsed.
type Value struct {
	Kind    Kind
	Text    string   // String: the characters; Number: as written; Bool: true or false
	Members []Member // Object, in the order of the file
	Items   []*Value // Array

	line, col int32
	index     int32 // in parent.Items
	name      string
	parent    *Value // nil for the root of a file
	file      *File
}

// Member is a name and its value inside an object.
type Member struct {
	Name  string
	Value *Value

	line, col int32
}

// Get returns the value of the member called name, or nil when v is no object or has none.
func (v *Value) Get(name string) *Value {
	for i := range v.Members {
		if v.Members[i].Name == name {
			return v.Members[i].Value
		}
	}
	return nil
}

// At returns the array item or object member that one segment of a JSON pointer names, or nil.
func (v *Value) At(segment string) *Value {
	if v.Kind != Array {
		return v.Get(segment)
	}
	i, err := strconv.Atoi(segment)
	if err != nil || i < 0 || i >= len(v.Items) || segment != strconv.Itoa(i) {
		return nil
	}
	return v.Items[i]
}

// Copy returns a value like v, at the same position, that the caller may change.
func (v *Value) Copy() *Value {
	c := *v
	c.Members, c.Items = slices.Clone(v.Members), slices.Clone(v.Items)
	return &c
}

// Index returns the index of the member called name, or -1.
func (v *Value) Index(name string) int {
	return slices.IndexFunc(v.Members, func(m Member) bool { return m.Name == name })
}

// File returns the file that the value is part of.
func (v *Value) File() *File { return v.file }

// Pos returns where the value begins.
func (v *Value) Pos() diag.Pos {
	return diag.Pos{File: v.file.Name, Line: int(v.line), Col: int(v.col), Pointer: v.Pointer()}
}

// NamePos returns where the member's name begins, or its value if the name was
// not written there; its pointer is that of the value.
func (m *Member) NamePos() diag.Pos {
	p := m.Value.Pos()
	if m.line > 0 {
		p.Line, p.Col = int(m.line), int(m.col)
	}
	return p
}

// Pointer returns the JSON pointer (RFC 6901) of the value inside its file; the root's is "".
func (v *Value) Pointer() string {
	switch {
	case v.parent == nil:
		return ""
	case v.parent.Kind == Array:
		return v.parent.Pointer() + "/" + strconv.Itoa(int(v.index))
	default:
		return v.parent.Pointer() + "/" + EscapeSegment(v.name)
	}
}

var (
	segmentEscaper   = strings.NewReplacer("~", "~0", "/", "~1")
	segmentUnescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

// EscapeSegment writes a member name as one segment of a JSON pointer.
func EscapeSegment(name string) string { return segmentEscaper.Replace(name) }

// UnescapeSegment returns the member name that one segment of a JSON pointer stands for.
func UnescapeSegment(segment string) string { return segmentUnescaper.Replace(segment) }
