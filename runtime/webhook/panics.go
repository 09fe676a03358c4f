package webhook

import (
	"fmt"
	"runtime"
	"strings"
)

// What this package calls may panic, and the content of a message may make it.
// Then the message is answered all the same, and nobody prints the value that it
// panicked with, as package http would: that may be patient data.

// PanicError is what the panic of a handler becomes, or that of the store, the
// sink or whatever else is called with a message: a temporary error.
type PanicError struct {
	Value any    // what the handler panicked with; may contain patient data
	Stack string // functions and lines, without arguments
}

// Error states where, not what: the value may contain patient data.
func (e *PanicError) Error() string {
	return fmt.Sprintf("webhook: a panic with a %T", e.Value)
}

// newPanicError is to be called by the deferred function that recovered.
func newPanicError(value any) error {
	// debug.Stack prints arguments, which may be data; frames do not have them.
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var b strings.Builder
	for {
		f, more := frames.Next()
		fmt.Fprintf(&b, "%s\n\t%s:%d\n", f.Function, f.File, f.Line)
		if !more {
			return &PanicError{Value: value, Stack: b.String()}
		}
	}
}

// recoverToError calls f; a panic becomes a temporary error.
func recoverToError(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = newPanicError(v)
		}
	}()
	return f()
}

// ignorePanic calls f, of which nothing depends.
func ignorePanic(f func()) {
	_ = recoverToError(func() error { f(); return nil })
}
