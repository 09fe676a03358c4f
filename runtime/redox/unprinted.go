package redox

import (
	"fmt"
	"log/slog"
)

// unprinted keeps what embeds it out of the output of packages fmt and log/slog,
// also where it is a value and no pointer. Builder embeds it, since methods of
// its own for values would be copies of it to go vet.
type unprinted struct{}

// Format writes a placeholder for every verb, since the message may hold
// patient data.
//
//go:noinline
func (unprinted) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(withheld)) }

// LogValue is a placeholder.
//
//go:noinline
func (unprinted) LogValue() slog.Value { return slog.StringValue(withheld) }

// noCopy lets go vet refuse copies of what has a field of the type.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}
