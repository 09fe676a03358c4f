package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

func newFmt() *cobra.Command {
	f := formatter{}
	c := &cobra.Command{
		Use:   "fmt FILE...",
		Short: "Format messages in schema order, losing nothing",
		Long: `Fmt decodes messages and encodes them again: members in schema order, and
everything else as it was: unknown members, values of a wrong type, nulls, empty
values and the spelling of numbers. FILE may be - for standard input.

The members of a message whose event is unknown keep their order.

The exit code is 0, 1 when a file does not hold a JSON object, or an object has
a member twice, of which only one could stay, and 2 when a file cannot be read or
written. Such files are left alone.`,
		Example: `  redoxgen fmt arrival.json
  redoxgen fmt --compact - < arrival.json
  redoxgen fmt -w samples/*.json`,
		Args: oneOrMore("FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			if f.write && slices.Contains(args, input.Stdin) {
				return usageError{c, errors.New("standard input cannot be written to: leave out -w or -")}
			}
			f.command = c
			var err error
			if f.choice, err = f.flags.choice(c); err != nil {
				return err
			}
			return eachFile(c, args, &f.outcome, f.file)
		},
	}
	c.Flags().BoolVar(&f.compact, "compact", false, "one line without spaces (default indented by two spaces)")
	c.Flags().BoolVarP(&f.write, "write", "w", false, "write the result to the file instead of standard output")
	f.flags.add(c)
	return c
}

// formatter is one run over several files.
type formatter struct {
	outcome
	command *cobra.Command
	flags   eventFlags
	choice  eventChoice
	compact bool
	write   bool
}

// file formats one file.
func (f *formatter) file(arg string) {
	m, err := f.flags.read(f.command, arg)
	if errors.Is(err, input.ErrInterrupted) {
		return
	}
	var out []byte
	if err == nil {
		out, err = f.format(m.data)
	}
	switch {
	case err != nil:
	case !f.write:
		_, err = f.command.OutOrStdout().Write(out)
	case !bytes.Equal(out, m.data):
		err = replaceFile(m.name, out)
	}
	if err != nil {
		printProblem(f.command.ErrOrStderr(), m.problem(err), err)
		f.note(err)
	} else if other := f.choice.otherEvent(m.data); other != "" {
		fmt.Fprintf(f.command.ErrOrStderr(), "%s: warning: %s\n", m.name, other)
	}
}

// format returns the message with its members in schema order and in the
// chosen layout.
func (f *formatter) format(data []byte) ([]byte, error) {
	e, err := f.choice.eventOf(data)
	var m redox.Message
	var unknown unknownEvent
	switch {
	case err == nil:
		m = e.New()
	case errors.As(err, &unknown):
		m = new(redox.Unknown)
	default:
		return nil, err
	}
	report, err := m.DecodeJSON(data)
	if err != nil {
		return nil, err
	}
	if err := requireOnce(report); err != nil {
		return nil, err
	}
	text, err := m.AppendJSON(make([]byte, 0, len(data)))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if f.compact {
		err = json.Compact(&out, text)
	} else {
		err = json.Indent(&out, bytes.TrimSpace(text), "", "  ")
	}
	out.WriteByte('\n')
	return out.Bytes(), err
}

// repeatedMember is the error for a message from which formatting would, or might,
// remove something.
type repeatedMember struct{ what, advice string }

func (e repeatedMember) Error() string { return e.what }

// Hint says what to do about it.
func (e repeatedMember) Hint() string { return e.advice }

// requireOnce refuses a message with a member that occurs more than once, and
// one whose report is too long to know.
func requireOnce(report redox.Report) error {
	var paths []string
	for v := range report.Warnings() {
		if v.Rule == redox.RuleDuplicate {
			paths = append(paths, v.Path)
		}
	}
	switch {
	case len(paths) > 0:
		return repeatedMember{"these members occur more than once: " + firstOf(paths, 10),
			"formatting would keep only the last one: take the others out, or leave the file as it is"}
	case report.Truncated():
		return repeatedMember{fmt.Sprintf("more than %d violations, so that it is not known whether a member occurs more than once", redox.MaxViolations),
			"see redoxgen validate, and fix some of them first"}
	default:
		return nil
	}
}

// replaceFile replaces the content of a file at once: it is never half-written.
func replaceFile(path string, content []byte) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := requireWritable(path, info); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".redoxgen-*.tmp")
	if err != nil {
		return err
	}
	_, err = tmp.Write(content)
	if err = errors.Join(err, tmp.Chmod(info.Mode().Perm()), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

// requireWritable refuses a file that is read-only, which renaming another
// file over it would not mind.
func requireWritable(path string, info fs.FileInfo) error {
	if info.Mode().Perm()&0o222 == 0 { // an administrator could open it all the same
		return &fs.PathError{Op: "write", Path: path, Err: fs.ErrPermission}
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
}
