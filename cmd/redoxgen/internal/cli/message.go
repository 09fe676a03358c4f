package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// stdinName is what messages call standard input.
const stdinName = "stdin"

// message is one file, or one line of a file, with a message in it.
type message struct {
	name string // as printed, and unless it is standard input, on disk
	line int    // of the file that the message begins in; 0 for the first
	data []byte
}

// read reads a message from a file, or from standard input for "-". The message
// is never nil.
func (f *messageFlags) read(c *cobra.Command, arg string) (*message, error) {
	m := f.named(arg)
	limit, advice := f.limit()
	var err error
	m.data, err = input.Read(c.Context(), arg, c.InOrStdin(), limit, advice)
	return m, withoutPath(err)
}

// named returns a message that is not read yet.
func (*messageFlags) named(arg string) *message {
	if arg == input.Stdin {
		arg = stdinName
	}
	return &message{name: arg}
}

// eachLine calls do with every line of a file that has a message in it, one after
// the other, and with what keeps the rest from being read. do may not keep it.
func (f *messageFlags) eachLine(c *cobra.Command, arg string, do func(*message, error)) {
	f.eachIn(c, arg, input.Lines, do)
}

// eachMessage is eachLine if the lines of a file look like messages, and calls do with
// the whole file if they do not.
func (f *messageFlags) eachMessage(c *cobra.Command, arg string, do func(*message, error)) {
	f.eachIn(c, arg, input.Messages, do)
}

func (f *messageFlags) eachIn(c *cobra.Command, arg string, read input.Reader, do func(*message, error)) {
	limit, advice := f.limit()
	read(c.Context(), arg, c.InOrStdin(), limit, advice, func(line int, text []byte, err error) {
		m := f.named(arg)
		m.line, m.data = line, text
		do(m, withoutPath(err))
	})
}

// withoutPath returns the error about a file whose name stands before it anyway.
func withoutPath(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

// position is where a byte of the message is in its file, counting from 1.
func (m *message) position(offset int) (line, col int) {
	before := m.data[:offset]
	return max(1, m.line) + bytes.Count(before, []byte("\n")), offset - bytes.LastIndexByte(before, '\n')
}

// label names the message: its file, and its line if there may be others.
func (m *message) label() string {
	if m.line == 0 {
		return m.name
	}
	return fmt.Sprintf("%s:%d", m.name, m.line)
}

// problem words an error about the message, with its position where that is known.
func (m *message) problem(err error) string {
	var syntax *redox.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("%s:%d:%d: error: not a JSON object: %s", m.name, max(1, m.line)+syntax.Line-1, syntax.Col, syntax.Reason)
	}
	return fmt.Sprintf("%s: error: %v", m.label(), err)
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

// eachFile calls do with every argument, and returns what the outcome is; after
// an interruption, that.
func eachFile(c *cobra.Command, args []string, o *outcome, do func(string)) error {
	for _, arg := range args {
		if c.Context().Err() != nil {
			return input.ErrInterrupted
		}
		do(arg)
	}
	if c.Context().Err() != nil {
		return input.ErrInterrupted
	}
	return o.err()
}

// printProblem prints what is wrong with a message and what to do about it.
func printProblem(w io.Writer, problem string, err error) {
	fmt.Fprintln(w, problem)
	if hint := hintFor(err); hint != "" {
		fmt.Fprintf(w, "\t%s\n", hint)
	}
}
