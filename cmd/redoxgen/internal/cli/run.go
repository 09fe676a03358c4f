// Package cli is the command redoxgen: its subcommands and what they
// have in common.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/completion"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/generator"
)

// The exit codes.
const (
	ExitOK     = 0
	ExitNo     = 1 // the command did its work, and the answer is no
	ExitFailed = 2 // the command could not do its work

	ExitInterrupted = 130 // as shells say it
)

// errNo ends a command whose answer is no and has been printed.
var errNo = errors.New("the answer is no")

// errShown ends a command that failed and has printed why.
var errShown = errors.New("failed")

// Run executes the command line args and returns the exit code. Everything
// that a command reads and writes besides files goes through the arguments.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := New()
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
		return ExitInterrupted
	}
	switch {
	case err == nil:
		return ExitOK
	case errors.Is(err, errNo):
		return ExitNo
	case errors.Is(err, errShown):
		return ExitFailed
	}
	printError(stderr, err)
	return ExitFailed
}

// interruption words the error of a command that was interrupted; what it found
// out before counts for nothing.
func interruption(err error) error {
	if errors.Is(err, input.ErrInterrupted) {
		return err
	}
	return input.ErrInterrupted
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

// New returns the command tree.
func New() *cobra.Command {
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
	root.AddCommand(newGenerate(), newCheck(), newDiff(), newList(), newExplain(), newDocs(), newSample(), newValidate(), newFmt(), newDeid(), newVersion())
	root.AddCommand(moreCommands()...)
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

// Hint says where to read on.
func (e usageError) Hint() string { return "see " + e.command.CommandPath() + " --help" }

// hintFor returns what to do about an error; "" where the error says enough.
func hintFor(err error) string {
	var advised interface{ Hint() string }
	var l *generator.DroppedError
	switch {
	case errors.As(err, &l) && len(l.Files) > 0:
		return "restore the name lock that belongs to this code, or name it with --lock; or give --prune to remove the code"
	case errors.Is(err, generator.ErrOutdated):
		return "another run wrote it meanwhile: run again"
	case errors.As(err, &l):
		return "add them (and their schemas, where --schemas leaves them out), or give --prune to remove them; the name lock keeps their names"
	case errors.As(err, &advised):
		return advised.Hint()
	case errors.Is(err, generator.ErrLink):
		return "name the file that it leads to (a name lock with --lock), or replace the link by the file"
	case errors.Is(err, generator.ErrForeign):
		return "move the file away, or generate into another directory with --out; files without redoxgen's header are never overwritten"
	case errors.Is(err, fs.ErrPermission):
		return "check the permissions of the file and of its directory"
	default:
		return ""
	}
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			fmt.Fprintln(c.OutOrStdout(), versionLine())
			return nil
		},
	}
}

// versionLine says what the command is, and what it was built with.
func versionLine() string {
	return fmt.Sprintf("redoxgen %s, %s %s/%s, %d events",
		version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, len(catalogEvents()))
}

// version returns the version of the module that the command was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
