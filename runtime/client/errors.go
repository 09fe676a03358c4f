package client

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/printable"
)

// The classes of errors, for errors.Is. An error may be of several.
var (
	// Refused on this side, before any request.
	ErrUnsupported = errors.New("client: the destination does not support the event") // by Config.Destinations
	ErrTestMessage = errors.New("client: Meta.Test does not suit the environment")    // by Config.Environment

	// ErrInvalid: the message does not fit its schema, found on this side or
	// by Redox.
	ErrInvalid = errors.New("client: the message is not valid")
	// ErrUnauthorized: there is no token, or it was refused.
	ErrUnauthorized = errors.New("client: not authorized")
	// ErrForbidden: the account may not do this, such as upload files.
	ErrForbidden = errors.New("client: not permitted")
	// ErrRouting: Redox knows no way for the event to the destination.
	ErrRouting = errors.New("client: no route: is there a subscription of the destination for this event, and does Meta name it?")
	// ErrRateLimited: too many requests; the limit of Redox or of Config.Rate.
	ErrRateLimited = errors.New("client: too many requests")
	// ErrTooLarge: the message or file is larger than allowed.
	ErrTooLarge = errors.New("client: too large")
	// ErrDestination: Redox reached the destination in vain, or it refused.
	ErrDestination = errors.New("client: the destination returned an error")
	// ErrServer: Redox failed.
	ErrServer = errors.New("client: server error")
	// ErrTimeout: there was no answer in time, neither that of a request nor
	// that of the call, whose deadline has passed; not a deadline that leaves
	// no room for the rate limit, which is ErrRateLimited at once.
	ErrTimeout = errors.New("client: no answer in time")
	// ErrConnection: the connection failed.
	ErrConnection = errors.New("client: connection failed")
	// ErrResponse: the answer is not what an answer of Redox looks like.
	ErrResponse = errors.New("client: unusable answer")

	// ErrTemporary is the class of all failures that may pass by themselves. A
	// call that its own context ended never has it, deadlines included.
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
	// Logs are what Redox says it has made of the message, to find it in the
	// dashboard. A log tells that a destination was tried, not that it has the
	// message; Errors do not tell which of several destinations they are about.
	Logs []Log
	// Accepted are those of several Destinations for which Redox took the
	// message although it refused others, for which it has no route. Redox tells
	// by the logs in its refusal; where it names none, it took the message for
	// nobody, as far as it documents. Send the message again to the others only.
	Accepted []string
	Detail   Withheld // what the server said, if not in Errors
	Requests int      // that were made
	// Unclear is set if the message may have been accepted although there was
	// no proper answer. Sending it again may make it arrive twice.
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

// Error says what failed and what is known about it.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("client: " + string(e.Op))
	if e.Event != "" {
		b.WriteString(" " + e.Event)
	}
	for i, d := range e.Destinations {
		b.WriteString([]string{" to ", ", "}[min(i, 1)] + printable.Name(d))
	}
	if len(e.classes) > 0 {
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
		b.WriteString([]string{"; accepted for ", ", "}[min(i, 1)] + printable.Name(d))
	}
	if e.Unclear {
		b.WriteString("; it may have been accepted all the same")
	}
	return b.String()
}

func (e *Error) facts() []string {
	var facts []string
	if e.Status != 0 {
		facts = append(facts, fmt.Sprintf("HTTP %d", e.Status))
	}
	for _, l := range e.Logs {
		facts = append(facts, "log "+foreignID(l.ID))
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
		s += " " + foreignID(m.ID)
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
