package client

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/redact"
)

// The classes of errors, for errors.Is. An error may have several.
var (
	// ErrUnsupported is returned before any request, if Config.Destinations does
	// not list the event for the destination.
	ErrUnsupported = errors.New("client: the destination does not support the event")
	// ErrTestMessage is returned before any request, if Config.Environment
	// excludes the message by its Meta.Test.
	ErrTestMessage = errors.New("client: Meta.Test does not suit the environment")
	// ErrInvalid is returned for a message that does not fit its schema, before
	// any request or by Redox.
	ErrInvalid = errors.New("client: the message is not valid")
	// ErrUnauthorized is returned if there is no token, or Redox refused it.
	ErrUnauthorized = errors.New("client: not authorized")
	// ErrForbidden is returned if the account may not do this, such as upload files.
	ErrForbidden = errors.New("client: not permitted")
	// ErrRouting is returned if Redox has no route for the event to a destination.
	ErrRouting = errors.New("client: no route: is there a subscription of the destination for this event, and does Meta name it?")
	// ErrRateLimited is returned if a call cannot wait until the limit of Redox or
	// of Config.Rate has room for it.
	ErrRateLimited = errors.New("client: too many requests")
	// ErrTooLarge is returned for a message or file that is larger than allowed.
	ErrTooLarge = errors.New("client: too large")
	// ErrDestination is returned if Redox could not reach the destination, or the
	// destination returned an error.
	ErrDestination = errors.New("client: the destination returned an error")
	// ErrServer is returned if Redox failed.
	ErrServer = errors.New("client: server error")
	// ErrTimeout is returned if a request had no answer within its timeout, or the
	// call's deadline passed.
	ErrTimeout = errors.New("client: no answer in time")
	// ErrConnection is returned if the connection failed.
	ErrConnection = errors.New("client: connection failed")
	// ErrResponse is returned if the answer does not look like one of Redox.
	ErrResponse = errors.New("client: unusable answer")

	// ErrTemporary is the class of all failures that may pass by themselves. Calls
	// that ended with their own context, by a deadline or otherwise, never have it.
	ErrTemporary = errors.New("client: temporary failure")
)

// Error is why a message, query or file did not get through. It prints without
// anything that the server said, which may quote the message.
type Error struct {
	Op           Op
	Event        string   // "DataModel.EventType"; empty for uploads
	Destinations []string // IDs
	Status       int      // of the HTTP answer; 0 if there was none
	Errors       []MetaError
	// Logs find the message in the Redox dashboard. A log means that Redox tried
	// the destination, not that the destination has the message. Errors do not say
	// which of several destinations they concern.
	Logs []Log
	// Accepted lists the Destinations for which Redox accepted the message although
	// it has no route to others (ErrRouting). They are those to which the logs in
	// its answer belong; without such logs, Redox accepted the message for none, as
	// far as its documentation says. Send the message again to the others only.
	Accepted []string
	Detail   Withheld // what the server said, if not in Errors
	Requests int      // that were made
	// Unclear is true if Redox may have accepted the message although there was
	// no proper answer. Sent again, the message may arrive twice.
	Unclear bool

	classes []error // the first one is printed
	note    string  // in our words, without content
	cause   error   // safe to print, or nil
	hidden  error   // not printed, for errors.Is
}

// MetaError is one of the errors in an answer's Meta.
type MetaError struct {
	ID     string
	Text   Withheld
	Type   string // message, transmission or query: where it happened
	Module string // such as DataModels, Subscriptions or Send
	// Field is the path that Text names, if it is one of the message's fields.
	Field string
}

// Log identifies what became of a message at one destination.
type Log struct {
	Destination string // ID; empty if the answer does not tell which
	ID          string
	AttemptID   string
}

// Redacted returns what may be printed of l, since a server can put anything where
// an ID belongs: IDs in the form of Redox's, destinations that are among those that
// the message was sent to, and of everything else its length.
func (l Log) Redacted(sentTo ...string) Log {
	return Log{redact.ServerID(l.Destination, sentTo...), redact.ServerID(l.ID), redact.ServerID(l.AttemptID)}
}

// Error says what failed and what is known about it.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("client: " + string(e.Op))
	if e.Event != "" {
		b.WriteString(" " + e.Event)
	}
	for i, d := range e.Destinations {
		b.WriteString([]string{" to ", ", "}[min(i, 1)] + redact.Name(d))
	}
	if len(e.classes) > 0 && !e.isAboutFile() {
		b.WriteString(": " + strings.TrimPrefix(e.classes[0].Error(), "client: "))
	}
	for _, m := range e.Errors {
		b.WriteString(": " + m.String())
	}
	if e.note != "" {
		b.WriteString(": " + e.note)
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	if facts := e.facts(); len(facts) > 0 {
		b.WriteString(" (" + strings.Join(facts, ", ") + ")")
	}
	for i, d := range e.Accepted {
		b.WriteString([]string{"; accepted for ", ", "}[min(i, 1)] + redact.Name(d))
	}
	if e.Unclear {
		b.WriteString("; it may have been accepted all the same")
	}
	return b.String()
}

// isAboutFile reports whether the note says what the class would say of a message.
func (e *Error) isAboutFile() bool {
	return e.Op == OpUpload && e.classes[0] == ErrInvalid && e.note != ""
}

func (e *Error) facts() []string {
	var facts []string
	if e.Status != 0 {
		facts = append(facts, fmt.Sprintf("HTTP %d", e.Status))
	}
	for _, l := range e.Logs {
		facts = append(facts, "log "+redact.ServerID(l.ID))
	}
	if e.Requests > 1 {
		facts = append(facts, fmt.Sprintf("after %d requests", e.Requests))
	}
	return facts
}

// Format prints what Error returns, whatever the verb.
func (e *Error) Format(s fmt.State, _ rune) { _, _ = fmt.Fprint(s, e.Error()) }

// MarshalText returns what Error returns.
func (e *Error) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// Unwrap returns the classes and the error beneath.
func (e *Error) Unwrap() []error {
	errs := slices.Clone(e.classes)
	for _, c := range []error{e.cause, e.hidden} {
		if c != nil {
			errs = append(errs, c)
		}
	}
	return errs
}

// Class returns the first class, which describes the error best.
func (e *Error) Class() error {
	if len(e.classes) == 0 {
		return nil
	}
	return e.classes[0]
}

// String names the error by its place, ID and field.
func (m MetaError) String() string {
	s := known(m.Module, "DataModels", "Subscriptions", "Send") + " error"
	if t := known(m.Type, "message", "transmission", "query"); t != "" {
		s = t + "/" + s
	}
	if m.ID != "" {
		s += " " + redact.ServerID(m.ID)
	}
	if m.Field != "" {
		s += " at " + m.Field
	}
	return s
}

// Format prints what String returns, whatever the verb.
func (m MetaError) Format(s fmt.State, _ rune) { _, _ = fmt.Fprint(s, m.String()) }

// LogValue is what String returns.
func (m MetaError) LogValue() slog.Value { return slog.StringValue(m.String()) }

// MarshalText returns what String returns.
func (m MetaError) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// known returns word if it is one of words, which are safe to print.
func known(word string, words ...string) string {
	if slices.Contains(words, word) {
		return word
	}
	return ""
}
