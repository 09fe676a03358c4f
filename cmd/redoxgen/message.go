package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Standard input as an argument, and what messages call it.
const (
	stdinArg  = "-"
	stdinName = "stdin"
)

// message is one file with a message in it.
type message struct {
	name string // as printed, and unless it is standard input, on disk
	data []byte
}

// readMessage reads a file, or standard input for "-". The message is never nil.
func readMessage(ctx context.Context, arg string, stdin io.Reader) (*message, error) {
	m := &message{name: arg}
	err := ctx.Err()
	switch {
	case err != nil:
		return m, errors.New("interrupted")
	case arg == stdinArg:
		m.name = stdinName
		m.data, err = io.ReadAll(stdin)
	default:
		m.data, err = os.ReadFile(arg)
	}
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		err = p.Err // the name stands before it anyway
	}
	return m, err
}

// at returns file:line:col of a byte of the message.
func (m *message) at(offset int) string {
	before := m.data[:offset]
	return fmt.Sprintf("%s:%d:%d", m.name, 1+bytes.Count(before, []byte("\n")), offset-bytes.LastIndexByte(before, '\n'))
}

// problem words an error about the message, with its place where that is known.
func (m *message) problem(err error) string {
	var syntax *redox.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("%s:%d:%d: error: not a JSON object: %s", m.name, syntax.Line, syntax.Col, syntax.Reason)
	}
	return fmt.Sprintf("%s: error: %v", m.name, err)
}

// outcome is what became of several messages.
type outcome struct {
	invalid bool // one is not valid, no message at all, or not to be formatted
	failed  bool // one could not be dealt with
}

// note takes the error about one message into account.
func (o *outcome) note(err error) {
	var syntax *redox.SyntaxError
	var repeated repeatedMember
	if errors.As(err, &syntax) || errors.As(err, &repeated) {
		o.invalid = true
	} else {
		o.failed = true
	}
}

// err is what the command ends with.
func (o *outcome) err() error {
	switch {
	case o.failed:
		return errShown
	case o.invalid:
		return errNo
	default:
		return nil
	}
}

// printProblem prints what is wrong with a message and what to do about it.
func printProblem(w io.Writer, problem string, err error) {
	fmt.Fprintln(w, problem)
	if hint := hintFor(err); hint != "" {
		fmt.Fprintf(w, "\t%s\n", hint)
	}
}

// unknownEvent is the error for an event that this build has no schema for.
type unknownEvent struct {
	what string // how the event was named; never by quoting a message
	near string // the event that may be meant
}

func (e unknownEvent) Error() string { return e.what }

// hint says what to do about it.
func (e unknownEvent) hint() string {
	if e.near != "" {
		return "did you mean " + e.near + "?"
	}
	return "name the event with --event; redoxgen list shows the names"
}

// eventOf returns the event that the Meta section of a message names. The error
// is an unknownEvent, or a *redox.SyntaxError for what is not a JSON object.
func eventOf(data []byte) (*redox.EventInfo, error) {
	meta, err := redox.PeekMeta(data)
	if err != nil {
		return nil, err
	}
	for _, e := range catalogEvents() {
		if e.DataModel == meta.DataModel && e.EventType == meta.EventType {
			return e, nil
		}
	}
	if meta.DataModel == "" || meta.EventType == "" {
		return nil, unknownEvent{what: "Meta.DataModel and Meta.EventType do not name an event"}
	}
	near := generator.DidYouMean(meta.DataModel+"."+meta.EventType, eventNames())
	return nil, unknownEvent{"there is no schema for the event that Meta names", near}
}

// eventFlag is a flag that names the event of all messages.
type eventFlag struct{ name string }

func (f *eventFlag) add(c *cobra.Command) {
	c.Flags().StringVar(&f.name, "event", "", "`EVENT` of the messages, such as PatientAdmin.Arrival (default what Meta says)")
	_ = c.RegisterFlagCompletionFunc("event", completeEventFlag) // fails only for flags that do not exist
}

// event returns the event of that name, whatever its case and spaces; nil
// without the flag.
func (f *eventFlag) event() (*redox.EventInfo, error) {
	if f.name == "" {
		return nil, nil
	}
	fold := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "")) }
	events := catalogEvents()
	i := slices.IndexFunc(events, func(e *redox.EventInfo) bool { return fold(e.String()) == fold(f.name) })
	if i < 0 {
		return nil, unknownEvent{fmt.Sprintf("there is no event %q", f.name), generator.DidYouMean(f.name, eventNames())}
	}
	return events[i], nil
}
