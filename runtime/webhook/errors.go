package webhook

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"reflect"
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
// marked by Permanent, or it means that the message does not fit its schema
// (*redox.ValidationError), which no retry fixes. All others are temporary.
func IsPermanent(err error) bool {
	var marked *permanentError
	var invalid *redox.ValidationError
	return errors.As(err, &marked) || errors.As(err, &invalid)
}

// ErrClaimLost is the cause of the context's end when another worker took over
// the message, or may have, because this one could not renew its lease in time.
var ErrClaimLost = errors.New("webhook: the lease of the message ended, and another worker may have taken over")

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

// ErrorTypes returns the types of an error and of what it wraps: the text of a
// foreign error may repeat data. It returns the text of what is Loggable and of the
// errors of the operating system, of contexts, and of packages io, io/fs and net
// that are the same for everybody.
func ErrorTypes(err error) string {
	var names []string
	collectTypes(err, &names)
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
	case *handlerError: // the handler is in the log anyway
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

// StoreError means that the dedup store or the dead-letter sink did not do what it
// was asked. The message stays with Redox.
type StoreError struct {
	Op  string // "claim", "commit" or "dead letter"
	Err error  // of the store or the sink
}

// Error returns the text of the store or the sink, which promise that it contains
// nothing of a message but, at most, its key and the name of its event.
func (e *StoreError) Error() string { return "webhook: " + e.Op + ": " + e.Err.Error() }

// Unwrap returns the error of the store or the sink.
func (e *StoreError) Unwrap() error { return e.Err }

// ownError reports whether the text of an error is free of a message's
// content by the contract of the package that it comes from.
func ownError(err error) bool {
	switch err.(type) {
	case *redox.SyntaxError, *redox.TooLargeError, *PanicError, *VerifyError, *misdirected, refusal:
		return true
	}
	return err == errNoAnswer || err == ErrClaimLost || err == context.DeadlineExceeded || err == context.Canceled
}

// errorText is what logs have of an error.
func (h *Handler) errorText(err error) string {
	var store *StoreError
	var invalid *redox.ValidationError
	switch {
	case ownError(err):
		return err.Error()
	case errors.As(err, &invalid):
		return invalid.Error()
	case errors.As(err, &store):
		return store.Error()
	}
	var text string
	ignorePanic(func() { text = h.config.ErrorText(err) })
	return cmp.Or(text, ErrorTypes(err))
}

// stackOf returns the stack of a panic.
func stackOf(err error) string {
	var p *PanicError
	if errors.As(err, &p) {
		return p.Stack
	}
	return ""
}
