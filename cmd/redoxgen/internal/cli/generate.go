package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/generator"
)

func newGenerate() *cobra.Command {
	var f targetFlags
	var dryRun bool
	c := &cobra.Command{
		Use:   "generate",
		Short: "Write Go packages for the chosen events",
		Long: `Generate writes one Go package per data model, package common for the concepts
that they share, package all, and the name lock.

Only files that differ are written. Files that an earlier run wrote and that are
no longer generated are removed; files without redoxgen's header are neither
overwritten nor removed. When anything is wrong, nothing is written at all.

If --events leaves out events that an earlier run generated into the directory, the
command fails and names them: add them to --events, or remove their code with
--prune, which lists what it removes. The lock keeps their names, in case they are
chosen again. The same holds for code that the lock does not explain, because the
lock was lost or --lock names another one. Of two runs into one directory, one waits
for the other.

The name lock also records --events, --schemas, --import-path and --literal. They
hold for later runs and for check until the flag is given again; --events '*' and
--schemas catalog go back to everything.

The name lock records every name and type that generated code has given out, so
that regenerating from grown schemas only ever adds to the Go API. Commit it.
What is not an addition (a field that changed its type, an event that is gone)
is an error that names it, unless --allow-breaking is given.`,
		Example: `  # two data models and one event into ./models; the import path comes from go.mod
  redoxgen generate --events 'PatientAdmin.*,Results.*,Order.New' --out models

  # the schemas that Redox publishes, as they come
  redoxgen generate --schemas schemas.zip

  # one's own schemas laid over the catalog
  redoxgen generate --schemas catalog --schemas ./more-schemas

  # in a Go file, after go get -tool github.com/redoxgen/redoxgen/cmd/redoxgen
  //go:generate go tool redoxgen generate --events Order.* --out .

  # later: what was chosen is in the name lock
  redoxgen generate --out models`,
		Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			return generate(c, &f, dryRun)
		},
	}
	f.add(c)
	c.Flags().BoolVar(&dryRun, "dry-run", false, "print what would be written, and write nothing")
	return c
}

func generate(c *cobra.Command, f *targetFlags, dryRun bool) error {
	r, o, err := generated(c, f)
	if err != nil {
		return err
	}
	write := generator.Write
	if dryRun {
		write = generator.Compare
	}
	changes, err := write(f.out, f.lockPath(), r)
	if err != nil {
		return err
	}
	s := summary{result: r, changes: changes, lockPath: f.lockPath(), previous: o.Lock, dryRun: dryRun}
	fmt.Fprint(c.OutOrStdout(), s.String())
	return nil
}

// generated returns what the flags ask to generate, after printing what was
// found in the schemas.
func generated(c *cobra.Command, f *targetFlags) (*generator.Result, generator.Options, error) {
	f.findOut()
	if err := requireDirectory(f.out); err != nil {
		return nil, generator.Options{}, err
	}
	o, err := f.options(c.Context())
	if err != nil {
		return nil, o, err
	}
	r, err := generator.Generate(c.Context(), o)
	if err != nil {
		return nil, o, interrupted(c.Context(), err)
	}
	return r, o, printDiagnostics(c.ErrOrStderr(), r.Diagnostics)
}

// requireDirectory refuses a path that exists and is not a directory.
func requireDirectory(dir string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return fmt.Errorf("--out %s is not a directory", dir)
	}
	return nil
}

// interrupted words the error of a command that was cancelled.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%w, nothing was changed", input.ErrInterrupted)
	}
	return err
}

func newCheck() *cobra.Command {
	var f targetFlags
	c := &cobra.Command{
		Use:   "check",
		Short: "Report whether generate would change anything",
		Long: `Check compares generated code with what generate would write, prints the
difference and writes nothing. It takes what generate was given from the name
lock. Check refuses what generate refuses: it needs --prune as well if --events
leaves out events that were generated before.

The exit code is 0 when everything is up to date, 1 when something would change,
and 2 when generate would fail.`,
		Example: `  redoxgen check --out models`,
		Args:    exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			r, _, err := generated(c, &f)
			if err != nil {
				return err
			}
			changes, err := generator.Compare(f.out, f.lockPath(), r)
			if err != nil {
				return err
			}
			if len(changes.Changes) == 0 {
				fmt.Fprintf(c.OutOrStdout(), "%s up to date\n", count(changes.Unchanged, "file"))
				return nil
			}
			printChanges(c.OutOrStdout(), changes.Changes)
			n := countChanges(changes.Changes)
			fmt.Fprintf(c.ErrOrStderr(), "redoxgen: generated code is out of date: %d new, %d changed, %d removed; run redoxgen generate\n",
				n.added, n.changed, n.removed)
			return errNo
		},
	}
	f.add(c)
	return c
}

// printChanges prints a unified diff of files that change, and names the others.
func printChanges(w io.Writer, changes []generator.Change) {
	for _, c := range changes {
		switch {
		case c.Old == nil:
			fmt.Fprintf(w, "new: %s\n", c.Path)
		case c.New == nil:
			fmt.Fprintf(w, "removed: %s\n", c.Path)
		default:
			_, _ = w.Write(diff.Diff(c.Path, c.Old, c.Path+" (generated)", c.New))
		}
	}
}
