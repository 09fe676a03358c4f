package redox

import (
	"reflect"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/redox/internal/codec"
)

// Outline is one object of an event's schema: where it is, and which members
// it carries. At is a path such as "Patient.Contacts[]", "" for the message
// itself. Has lists the members in schema order; ! follows a required one.
//
// Scalars may be null unless they are required; objects and arrays may not.
// Whatever differs from that is stated by a SchemaRule.
type Outline = codec.Outline

// SchemaRule is a keyword of the schema that Outline does not show, such as
// {At: "Patient.MRN", Keyword: "maxLength", Value: "12"}. Value is JSON.
type SchemaRule = codec.SchemaRule

// Schema is what generated code says of one event; T is the event's struct.
// Its methods are safe for concurrent use. It is compiled when first used.
type Schema[T any] struct {
	Outline []Outline
	Rules   []SchemaRule

	once    sync.Once
	program *codec.Program
}

func (s *Schema[T]) compiled() *codec.Program {
	s.once.Do(func() {
		s.program = codec.Compile(reflect.TypeFor[T](), classify, s.Outline, s.Rules)
	})
	return s.program
}

// Decode decodes one message. The error is a *SyntaxError for data that is not
// a JSON object; everything else decodes, and the report says what is wrong.
// The message does not refer to data afterwards.
func (s *Schema[T]) Decode(data []byte) (*T, Report, error) {
	v := new(T)
	r, err := s.decode(data, v, false)
	if err != nil {
		return nil, r, err
	}
	return v, r, nil
}

// DecodeInto is Decode into v, whose slices are reused. Slices taken from an
// earlier content of v must no longer be used; strings may be.
func (s *Schema[T]) DecodeInto(data []byte, v *T) (Report, error) { return s.decode(data, v, true) }

// Unmarshal decodes data into v for encoding/json: without a report, and
// without touching what v held if data is not an object.
func (s *Schema[T]) Unmarshal(data []byte, v *T) error {
	n, _, err := s.Decode(data)
	if err == nil {
		*v = *n
	}
	return err
}

func (s *Schema[T]) decode(data []byte, v *T, reuse bool) (Report, error) {
	vs, n, err := s.compiled().Decode(data, codec.Pointer(v), reuse)
	return newReport(vs, n), err
}

// ValidateJSON reports what is wrong with a message without building it.
func (s *Schema[T]) ValidateJSON(data []byte) (Report, error) {
	vs, n, err := s.compiled().Validate(data)
	return newReport(vs, n), err
}

// AppendJSON appends v to dst. The error is for JSON text in a Raw or Number
// field that is not valid; dst is then returned as it was.
func (s *Schema[T]) AppendJSON(dst []byte, v *T) ([]byte, error) {
	return s.compiled().Append(dst, codec.Pointer(v))
}

// Marshal returns v as JSON.
func (s *Schema[T]) Marshal(v *T) ([]byte, error) {
	return s.compiled().Append(nil, codec.Pointer(v))
}

// Validate reports what is wrong with v as it would be sent.
func (s *Schema[T]) Validate(v *T) Report {
	vs, n := s.compiled().ValidateValue(codec.Pointer(v))
	return newReport(vs, n)
}

// classify tells the codec how a Go type of a generated struct is to be read.
func classify(t reflect.Type) codec.Kind {
	switch t {
	case reflect.TypeFor[Number]():
		return codec.KindNumber
	case reflect.TypeFor[Bool]():
		return codec.KindBool
	case reflect.TypeFor[Raw]():
		return codec.KindRaw
	case reflect.TypeFor[Date](), reflect.TypeFor[DateTime]():
		return codec.KindDate
	case reflect.TypeFor[Object]():
		return codec.KindKept
	}
	switch t.Kind() {
	case reflect.String:
		return codec.KindString
	case reflect.Struct:
		return codec.KindObject
	case reflect.Slice:
		return codec.KindSlice
	default:
		return codec.KindNone
	}
}
