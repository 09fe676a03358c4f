package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/completion"
)

// The exit codes.
const (
	exitOK     = 0
	exitNo     = 1 // the command did its work, and the answer is no
	exitFailed = 2 // the command could not do its work

	exitInterrupted = 130 // as shells say it
)

// errNo ends a command whose answer is no and has been printed.
var errNo = errors.New("the answer is no")

// errShown ends a command that failed and has printed why.
var errShown = errors.New("failed")

// run executes the command line args and returns the exit code. Everything
// that a command reads and writes besides files goes through the arguments.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	out := &output{w: stdout}
	root.SetOut(out)
	root.SetErr(stderr)
	helpOnTopics(root)
	completion.Add(root)
	err := root.ExecuteContext(ctx)
	if out.err != nil {
		err = fmt.Errorf("the output could not be written: %w", out.err)
	}
	if err != nil && ctx.Err() != nil {
		printError(stderr, interruption(err))
		return exitInterrupted
	}
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errNo):
		return exitNo
	case errors.Is(err, errShown):
		return exitFailed
	}
	printError(stderr, err)
	return exitFailed
}

// interruption words the error of a command that was interrupted; what it found
// out before counts for nothing.
func interruption(err error) error {
	if errors.Is(err, errInterrupted) {
		return err
	}
	return errInterrupted
}

// output remembers that something could not be written, whoever wrote it.
type output struct {
	w   io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	if o.err == nil {
		o.err = err
	}
	return n, err
}

// printError prints every error that err joins, and then, once each, what to do.
func printError(w io.Writer, err error) {
	var hints []string
	for _, e := range joined(err) {
		fmt.Fprintf(w, "redoxgen: %v\n", e)
		if hint := hintFor(e); hint != "" && !slices.Contains(hints, hint) {
			hints = append(hints, hint)
		}
	}
	for _, hint := range hints {
		fmt.Fprintf(w, "\t%s\n", hint)
	}
}

// joined returns the errors that err joins, or err itself.
func joined(err error) []error {
	j, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var list []error
	for _, e := range j.Unwrap() {
		list = append(list, joined(e)...)
	}
	return list
}

// newRoot builds the command tree.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "redoxgen",
		Short: "Typed, tolerant Go for Redox's data models",
		Long: `redoxgen generates typed Go packages from Redox's data-model schemas and works
with messages of these data models.

Exit codes: 0 all is well; 1 the answer is no (a message is invalid, generated
code is out of date); 2 the command could not do its work; 130 it was interrupted.`,
		PersistentPreRunE: refuseEmpty,
		SilenceUsage:      true,
		SilenceErrors:     true,
	}
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newGenerate(), newCheck(), newList(), newExplain(), newValidate(), newFmt(), newVersion())
	root.AddCommand(messengers()...)
	root.Version = versionLine()
	root.SetVersionTemplate("{{.Version}}\n")
	return root
}

// usageError is a mistake on the command line.
type usageError struct {
	command *cobra.Command
	err     error
}

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// hint says where to read on.
func (e usageError) hint() string { return "see " + e.command.CommandPath() + " --help" }
