package redox

import (
	"fmt"
	"strconv"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// Number is a JSON number exactly as written, such as "12", "-0.50" or "1e3".
// It never passes through a float, so identifiers and amounts keep every digit.
// The zero value means absent or null.
type Number string

// Int returns n as a Number.
func Int(n int64) Number { return Number(strconv.FormatInt(n, 10)) }

// ParseNumber returns s as a Number, or an error if s is not written as JSON
// requires. The error does not repeat s.
func ParseNumber(s string) (Number, error) {
	if !jsontext.IsNumber(s) {
		return "", fmt.Errorf("redox: not a JSON number (%d bytes)", len(s))
	}
	return Number(s), nil
}

// IsSet reports whether n holds a number.
func (n Number) IsSet() bool { return n != "" }

// Int64 returns the value when n is written as an integer that fits.
func (n Number) Int64() (int64, error) {
	v, err := strconv.ParseInt(string(n), 10, 64)
	if err != nil {
		return 0, numberError("an int64", err)
	}
	return v, nil
}

// Float64 returns the nearest float64. Digits beyond its precision are lost.
func (n Number) Float64() (float64, error) {
	v, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		return 0, numberError("a float64", err)
	}
	return v, nil
}

// MarshalJSON returns n as it is written, null when it is not set. It is for
// structs that are not generated; so is UnmarshalJSON.
func (n Number) MarshalJSON() ([]byte, error) {
	if n == "" {
		return []byte("null"), nil
	}
	if _, err := ParseNumber(string(n)); err != nil {
		return nil, err
	}
	return []byte(n), nil
}

// UnmarshalJSON takes a number, or a string that holds one. null leaves n alone.
func (n *Number) UnmarshalJSON(data []byte) error {
	if jsontext.IsNull(data) {
		return nil
	}
	v, err := ParseNumber(unquoted(data))
	if err == nil {
		*n = v
	}
	return err
}

// unquoted returns data without the quotes of a string.
func unquoted(data []byte) string {
	if n := len(data); n >= 2 && data[0] == '"' && data[n-1] == '"' {
		data = data[1 : n-1]
	}
	return string(data)
}

// numberError keeps the cause and drops the value, which strconv would print.
func numberError(want string, err error) error {
	cause := err
	if e, ok := err.(*strconv.NumError); ok {
		cause = e.Err
	}
	return fmt.Errorf("redox: number is not %s: %w", want, cause)
}
