package redox

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// Raw is a JSON value as text, for members whose schema allows anything.
// The zero value means absent.
type Raw string

// ErrNotJSON is returned where JSON text was expected.
var ErrNotJSON = errors.New("redox: not valid JSON")

// RawOf returns v as JSON text.
func RawOf(v any) (Raw, error) {
	b, err := json.Marshal(v)
	return Raw(b), err
}

// IsSet reports whether r holds a value; null is a value.
func (r Raw) IsSet() bool { return r != "" }

// Decode stores the value in v as json.Unmarshal does. Its errors tell types
// and offsets and, unlike those of package json, nothing of the text.
func (r Raw) Decode(v any) error { return withoutText(json.Unmarshal([]byte(r), v), string(r), v) }

// withoutText returns err, which decoding text into v led to, without what it
// may quote of the text.
func withoutText(err error, text string, v any) error {
	var wrongType *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	var misuse *json.InvalidUnmarshalError
	var own *SyntaxError
	switch {
	case err == nil, errors.As(err, &misuse):
		return err
	case errors.As(err, &wrongType):
		kind, _, _ := strings.Cut(wrongType.Value, " ") // not "number 42"
		return fmt.Errorf("redox: %w", &json.UnmarshalTypeError{
			Value: kind, Type: wrongType.Type, Offset: wrongType.Offset,
			Struct: wrongType.Struct, Field: declared(reflect.TypeOf(v), wrongType.Field),
		})
	case errors.As(err, &own):
		return own
	case errors.As(err, &syntax):
		return fmt.Errorf("%w (offset %d)", ErrNotJSON, jsontext.FirstFault(text))
	default:
		return fmt.Errorf("redox: JSON text does not suit Go type %T (%T)", v, err)
	}
}

// declared returns the beginning of path, which leads from a value of type t to
// another, as far as structs declare it. The keys of a map are content; package
// json leaves them out, and under GOEXPERIMENT=jsonv2 it does not, nor indices.
func declared(t reflect.Type, path string) string {
	var names []string
	for name := range strings.SplitSeq(path, ".") {
		isIndex := name != "" && strings.Trim(name, "0123456789") == ""
		for t.Kind() == reflect.Pointer || !isIndex && isList(t) {
			t = t.Elem()
		}
		if isList(t) {
			t = t.Elem()
			continue
		}
		if t.Kind() != reflect.Struct {
			break
		}
		fields := reflect.VisibleFields(t)
		i := slices.IndexFunc(fields, func(f reflect.StructField) bool { return strings.EqualFold(jsonName(f), name) })
		if i < 0 {
			break
		}
		names, t = append(names, jsonName(fields[i])), fields[i].Type
	}
	return strings.Join(names, ".")
}

func isList(t reflect.Type) bool { return t.Kind() == reflect.Slice || t.Kind() == reflect.Array }

// jsonName is what package json calls the member that f holds.
func jsonName(f reflect.StructField) string {
	tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return cmp.Or(tag, f.Name)
}

// MarshalJSON returns the text, null when r is unset.
func (r Raw) MarshalJSON() ([]byte, error) {
	if r == "" {
		return []byte("null"), nil
	}
	if !jsontext.Valid(string(r)) {
		return nil, ErrNotJSON
	}
	return []byte(r), nil
}

// UnmarshalJSON keeps a copy of data.
func (r *Raw) UnmarshalJSON(data []byte) error {
	*r = Raw(data)
	return nil
}

// Format writes the size and not the content, which may be patient data.
func (r Raw) Format(s fmt.State, _ rune) { fmt.Fprintf(s, "redox.Raw(%d bytes)", len(r)) }

// LogValue is the size and not the content, which may be patient data.
func (r Raw) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprintf("redox.Raw(%d bytes)", len(r)))
}
