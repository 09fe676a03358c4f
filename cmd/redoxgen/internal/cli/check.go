package cli

import (
	"fmt"
	"io"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/generator"
)

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
