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
