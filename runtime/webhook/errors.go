package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"reflect"
	"runtime"
	"strings"
	"syscall"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Permanent marks an error of a handler as one that a retry would not fix:
// the message goes to the dead-letter sink and the feed goes on. Nil stays nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanentError{err}
}

type permanentError struct{ err error }

func (e *permanentError) Error() string { return e.err.Error() }
func (e *permanentError) Unwrap() error { return e.err }

// IsPermanent reports whether an error of a handler is permanent: it was
// marked by Permanent, or it says that the message does not fit its schema
// (*redox.ValidationError), which no retry fixes. All others are temporary, also
// those whose methods panic, such as a nil *url.Error.
func IsPermanent(err error) (permanent bool) {
	defer func() {
		if recover() != nil {
			permanent = false
		}
	}()
	var marked *permanentError
	var invalid *redox.ValidationError
	return errors.As(err, &marked) || errors.As(err, &invalid)
}

// ErrClaimLost is the cause of the context's end when another worker took over
// the message, or may have, because this one could not renew its lease in time.
var ErrClaimLost = errors.New("webhook: the lease of the message ended, and another worker may have taken over")

// PanicError is what the panic of a handler becomes, or that of the store, the
// sink or whatever else is called with a message: a temporary error.
type PanicError struct {
	Value any    // what the handler panicked with; may contain patient data
	Stack string // functions and lines, without arguments
}

// Error says where, not what: the value may contain patient data.
func (e *PanicError) Error() string {
	return fmt.Sprintf("webhook: a panic with a %T", e.Value)
}

// newPanicError is to be called by the deferred function that recovered.
func newPanicError(value any) *PanicError {
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

// Loggable marks an error of a handler as one whose text holds no patient data, so
// that logs show it, also where it is wrapped. Nil stays nil. Temporary stays
// temporary, and permanent permanent.
func Loggable(err error) error {
	if err == nil {
		return nil
	}
	return &loggableError{err}
}

type loggableError struct{ err error }

func (e *loggableError) Error() string { return e.err.Error() }
func (e *loggableError) Unwrap() error { return e.err }

// ErrorTypes names the types of an error and of what it wraps: all that can be
// said of a foreign error without repeating data it may contain. It gives the text
// of what is Loggable and of the errors of the operating system, of contexts, and
// of packages io, io/fs and net that are the same for everybody. Where nothing
// else is known about an error, a Config.ErrorText returns it.
func ErrorTypes(err error) string {
	var names []string
	_ = protect(func() error { collectTypes(err, &names); return nil }) // Unwrap may panic
	return strings.Join(names, ": ")
}

func collectTypes(err error, names *[]string) {
	const enough = 16
	if err == nil || len(*names) >= enough {
		return
	}
	add := func(name string) {
		if len(*names) == 0 || (*names)[len(*names)-1] != name { // a context's end comes with its cause
			*names = append(*names, name)
		}
	}
	switch e := err.(type) {
	case *permanentError:
		collectTypes(e.err, names)
	case *loggableError:
		add(e.Error())
	case interface{ Unwrap() []error }: // joined: says nothing itself
		for _, err := range e.Unwrap() {
			collectTypes(err, names)
		}
	default:
		if ownError(err) || isFixed(err) {
			add(err.Error())
			return
		}
		add(reflect.TypeOf(err).String())
		collectTypes(errors.Unwrap(err), names)
	}
}

// isFixed reports whether the text of an error is the same whatever happened.
func isFixed(err error) bool {
	if _, number := err.(syscall.Errno); number {
		return true
	}
	switch err {
	case io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, os.ErrDeadlineExceeded, net.ErrClosed,
		fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, fs.ErrClosed, fs.ErrInvalid:
		return true
	}
	return false
}

// storeError says which request to the store or the sink failed.
type storeError struct {
	what string
	err  error
}

func (e *storeError) Error() string { return "webhook: " + e.what + ": " + e.err.Error() }
func (e *storeError) Unwrap() error { return e.err }

// ownError reports whether the text of an error is free of a message's
// content by the contract of the package that it comes from.
func ownError(err error) bool {
	switch err.(type) {
	case *redox.SyntaxError, *redox.TooLargeError, *PanicError, refusal:
		return true
	}
	return err == errNoAnswer || err == ErrClaimLost || err == context.DeadlineExceeded || err == context.Canceled
}

// errorText is what logs say of an error, of one that cannot be asked its types.
func (h *Handler) errorText(err error) (text string) {
	if protect(func() error { text = h.textOf(err); return nil }) != nil {
		text = ErrorTypes(err)
	}
	return text
}

func (h *Handler) textOf(err error) string {
	var store *storeError
	var invalid *redox.ValidationError
	switch {
	case ownError(err):
		return err.Error()
	case errors.As(err, &invalid):
		return invalid.Error()
	case errors.As(err, &store):
		return store.Error() // stores and sinks promise that it has nothing of a message
	default:
		return h.config.ErrorText(err)
	}
}

// stackOf returns the stack of a panic.
func stackOf(err error) (stack string) {
	defer func() { _ = recover() }() // of an error whose methods panic
	var p *PanicError
	if errors.As(err, &p) {
		return p.Stack
	}
	return ""
}
