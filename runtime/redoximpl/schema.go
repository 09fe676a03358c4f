package redoximpl

import (
	"reflect"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/decode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/encode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Outline is one object of an event's schema: its path and its members. At is a
// path such as "Patient.Contacts[]", "" for the message itself. Has lists the
// members in schema order; ! follows a required one. As stands in place of Has
// for an object that several schemas have: its own rows, with paths that begin at
// the object.
//
// Scalars may be null unless they are required; objects and arrays may not.
// Whatever differs from that is stated by a SchemaRule.
type Outline = program.Outline

// SchemaRule is a keyword of the schema that Outline does not show, such as
// {At: "Patient.MRN", Keyword: "maxLength", Value: "12"}. Value is JSON.
type SchemaRule = program.SchemaRule

// Schema is the schema of one event. Its methods take pointers to the struct that
// Type names, and are safe for concurrent use. The schema is compiled when it is
// first used.
type Schema struct {
	Type    any // a nil pointer to the event's struct
	Outline []Outline
	Rules   []SchemaRule

	once    sync.Once
	program any // a *program.Program; see compiled
}

// compiled returns what s was compiled to.
//
// A package with a Schema is compiled with everything that the types of its
// fields and the signatures of its methods lead to. From a Program that is
// reflect.Type, more than a thousand functions in all generated packages; so
// this is no method, and the field does not name the type.
func compiled(s *Schema) *program.Program {
	s.once.Do(func() {
		s.program = program.Compile(reflect.TypeOf(s.Type).Elem(), s.Outline, s.Rules)
		if _, again := eventPrograms.LoadOrStore(reflect.TypeOf(s.Type), s.program); again {
			eventPrograms.Store(reflect.TypeOf(s.Type), nil)
		}
	})
	return s.program.(*program.Program)
}

// eventPrograms are the programs of the schemas that were used, by the type of pointers
// to their structs; nil for a type that several schemas have.
var eventPrograms sync.Map

// Decode decodes one message into v, which must be new. The error is a
// *SyntaxError for data that is not a JSON object, or a *TooLargeError, and v is
// empty then; everything else decodes whole, and the report says what is wrong.
// The message does not refer to data afterwards.
func (s *Schema) Decode(data []byte, v any) (redox.Report, error) {
	return wrap(decode.Message(compiled(s), data, mem.Of(v)))
}

// Replace is Decode into a struct that may hold something else, of which
// nothing is left.
func (s *Schema) Replace(data []byte, v any) (redox.Report, error) {
	return wrap(decode.Replace(compiled(s), data, mem.Of(v)))
}

// Unmarshal decodes data into v for encoding/json: without a report, and
// without touching what v held if data is not an object. null leaves v alone.
func (s *Schema) Unmarshal(data []byte, v any) error {
	if jsontext.IsNull(data) {
		return nil
	}
	return exported(decode.Unmarshal(compiled(s), data, mem.Of(v)))
}

// ValidateJSON reports what is wrong with a message without building it.
func (s *Schema) ValidateJSON(data []byte) (redox.Report, error) {
	return wrap(decode.Validate(compiled(s), data))
}

// AppendJSON appends v to dst. The error is for JSON text in a Raw or Number
// field that is not valid; dst is then returned as it was. Bytes of a field's
// text that are not UTF-8 become U+FFFD, as in encoding/json, and what was
// received is written as it came; Validate reports both. What
// dst has between the result's end and its capacity may be overwritten.
func (s *Schema) AppendJSON(dst []byte, v any) ([]byte, error) {
	return encode.Append(compiled(s), dst, mem.Of(v))
}

// AppendValid appends v to dst if the schema accepts it and all of its text is
// UTF-8, including what decoding preserved; warnings are accepted. Otherwise the
// error lists the violations, and dst is returned as it was.
func (s *Schema) AppendValid(dst []byte, v any) ([]byte, error) {
	out, found, err := encode.AppendValid(compiled(s), dst, mem.Of(v))
	if err == nil {
		err = reportOf(found).Err()
	}
	if err != nil {
		return dst, err
	}
	return out, nil
}

// Marshal returns v as JSON.
//
//go:noinline
func (s *Schema) Marshal(v any) ([]byte, error) { return s.AppendJSON(nil, v) }

// Validate reports what is wrong with v as it would be sent.
func (s *Schema) Validate(v any) redox.Report {
	return reportOf(encode.Validate(compiled(s), mem.Of(v)))
}

func wrap(found report.Findings, err error) (redox.Report, error) {
	return reportOf(found), exported(err)
}

func reportOf(found report.Findings) redox.Report { return redox.Report(report.ReportOf(found)) }

// exported returns an error of the codec as one of package redox.
func exported(err error) error {
	switch e := err.(type) {
	case *jsontext.SyntaxError:
		return (*redox.SyntaxError)(e)
	case *decode.TooLargeError:
		return (*redox.TooLargeError)(e)
	default:
		return err
	}
}
