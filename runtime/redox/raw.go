package redox

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/redox/internal/codec"
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
func (r Raw) Decode(v any) error { return withoutText(json.Unmarshal([]byte(r), v), v) }

// withoutText returns err, which decoding into v led to, without what it may
// quote of the text.
func withoutText(err error, v any) error {
	var wrongType *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	var misuse *json.InvalidUnmarshalError
	var own *SyntaxError
	switch {
	case err == nil, errors.As(err, &misuse):
		return err
	case errors.As(err, &wrongType):
		e := *wrongType
		e.Value, _, _ = strings.Cut(e.Value, " ") // the kind, not "number 42"
		return fmt.Errorf("redox: %w", &e)
	case errors.As(err, &own):
		return own
	case errors.As(err, &syntax):
		return fmt.Errorf("%w (offset %d)", ErrNotJSON, max(syntax.Offset-1, 0))
	default:
		return fmt.Errorf("redox: JSON text does not suit Go type %T (%T)", v, err)
	}
}

// MarshalJSON returns the text, null when r is unset.
func (r Raw) MarshalJSON() ([]byte, error) {
	if r == "" {
		return []byte("null"), nil
	}
	if !codec.Valid(string(r)) {
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
