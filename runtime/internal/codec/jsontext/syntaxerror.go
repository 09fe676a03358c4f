package jsontext

import "fmt"

// SyntaxError is returned for input that is not JSON, or not an object.
type SyntaxError struct {
	Offset int64  // of the first byte that does not fit, from 0
	Line   int    // 1-based
	Col    int    // 1-based, in bytes
	Reason string // what was expected; never the input's own text
}

// Error returns the position and the reason.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("redox: invalid JSON at line %d, column %d (offset %d): %s", e.Line, e.Col, e.Offset, e.Reason)
}

// Err returns what is wrong with data, the text that was scanned, as a
// *SyntaxError; nil if nothing is.
func (s *Scanner) Err(data []byte) error {
	if s.Reason == "" {
		return nil
	}
	at := min(s.failedAt, len(data))
	e := &SyntaxError{Offset: int64(at), Line: 1, Reason: s.Reason}
	last := -1
	for i, c := range data[:at] {
		if c == '\n' {
			e.Line++
			last = i
		}
	}
	e.Col = at - last
	return e
}
