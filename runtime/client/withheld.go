package client

import (
	"fmt"
	"io"
	"log/slog"
)

// Withheld is text from a server. It may quote a message and so hold patient
// data: packages fmt, log/slog and encoding/json show only its length. Convert
// it to a string to read it.
type Withheld string

// String tells the length.
func (w Withheld) String() string { return fmt.Sprintf("(%d bytes withheld)", len(w)) }

// Format prints what String returns, whatever the verb.
func (w Withheld) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, w.String()) }

// LogValue is what String returns.
func (w Withheld) LogValue() slog.Value { return slog.StringValue(w.String()) }

// MarshalText returns what String returns.
func (w Withheld) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// foreignID returns an ID that came from a server if it has the form of Redox's,
// a UUID or a number, and a placeholder if it could be anything else.
func foreignID(id string) string {
	const longest = 64
	if id == "" {
		return ""
	}
	if len(id) > longest {
		return "(unprintable)"
	}
	for i := range len(id) {
		c := id[i]
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == '-') {
			return "(unprintable)"
		}
	}
	return id
}
