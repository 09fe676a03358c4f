package redox

import (
	"errors"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// Bool is a JSON boolean that can also be absent: the zero value is Unset.
type Bool uint8

// The values of a Bool.
const (
	Unset Bool = iota // absent or null
	False
	True
)

// BoolOf returns b as a Bool.
func BoolOf(b bool) Bool {
	if b {
		return True
	}
	return False
}

// IsSet reports whether b is False or True.
func (b Bool) IsSet() bool { return b == False || b == True }

// IsTrue reports whether b is True: Unset counts as false.
func (b Bool) IsTrue() bool { return b == True }

// String returns "true", "false" or "unset".
func (b Bool) String() string {
	switch b {
	case False:
		return "false"
	case True:
		return "true"
	default:
		return "unset"
	}
}

// MarshalJSON returns true, false or, for Unset, null. It is for structs that
// are not generated; so is UnmarshalJSON.
func (b Bool) MarshalJSON() ([]byte, error) {
	if !b.IsSet() {
		return []byte("null"), nil
	}
	return []byte(b.String()), nil
}

// UnmarshalJSON takes true and false, also as strings. null leaves b alone.
func (b *Bool) UnmarshalJSON(data []byte) error {
	switch {
	case jsontext.IsNull(data):
	case unquoted(data) == "true":
		*b = True
	case unquoted(data) == "false":
		*b = False
	default:
		return errors.New("redox: not a JSON boolean")
	}
	return nil
}
