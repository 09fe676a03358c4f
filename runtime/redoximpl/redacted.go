package redoximpl

import (
	"fmt"
	"log/slog"
)

// withheld is what stands for a message's content in logs.
const withheld = "(content withheld)"

// redacted keeps what embeds it out of the output of packages fmt and log/slog,
// also where it is a value and no pointer. Builder embeds it, since methods of
// its own for values would be copies of it to go vet.
type redacted struct{}

// Format writes a placeholder for every verb, since the message may hold
// patient data.
//
//go:noinline
func (redacted) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(withheld)) }

// LogValue is a placeholder.
//
//go:noinline
func (redacted) LogValue() slog.Value { return slog.StringValue(withheld) }

// noCopy lets go vet refuse copies of what has a field of the type.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}
