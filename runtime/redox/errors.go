package redox

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/decode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// SyntaxError is returned for input that is not JSON, or is not an object. It
// states where, and never repeats the input.
type SyntaxError struct {
	Offset int64  // of the first byte that does not fit, from 0
	Line   int    // 1-based
	Col    int    // 1-based, in bytes
	Reason string // what was expected; never the input's own text
}

// Error returns the position and the reason.
func (e *SyntaxError) Error() string { return (*jsontext.SyntaxError)(e).Error() }

// TooLargeError is returned for a message that takes more memory than
// SetMemoryLimit allows. It states where, and no values.
type TooLargeError struct {
	Path  string // of the list, object or value at which the limit was exceeded; "" is the message
	Limit int64  // in bytes
}

// Error returns the path and the limit.
func (e *TooLargeError) Error() string { return (*decode.TooLargeError)(e).Error() }

// exported returns an error of the codec as one of this package.
func exported(err error) error {
	switch e := err.(type) {
	case *jsontext.SyntaxError:
		return (*SyntaxError)(e)
	case *decode.TooLargeError:
		return (*TooLargeError)(e)
	default:
		return err
	}
}
