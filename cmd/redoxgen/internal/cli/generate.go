package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

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

// summary describes what generate did.
type summary struct {
	result   *generator.Result
	changes  *generator.Changes
	lockPath string
	previous []byte // the name lock before; nil for none
	dryRun   bool
}

// mostNames is how many names are listed that are new, or that go.
const mostNames = 20

// String returns lines such as
//
//	wrote  order (1 event, 9 types), patientadmin (15, 21), common (14 types), all
//	       24 files new, 3 changed, 112 as before
//	added  event order.New
//	pruned event results.New
//	locked 55 names in models/redoxgen.lock
func (s *summary) String() string {
	var b strings.Builder
	head := "wrote"
	switch {
	case len(s.changes.Changes) == 0:
		head = "kept"
	case s.dryRun:
		head = "would write"
	}
	writeItems(&b, head, s.packages(), ", ")
	writeItems(&b, "", s.counts(), ", ")
	if s.previous != nil {
		writeNames(&b, "added", generator.Added(s.previous, s.result.Lock))
	}
	writeNames(&b, "pruned", s.changes.Pruned)
	locked := map[bool]string{false: "locked", true: "would lock"}[s.dryRun]
	writeItems(&b, locked, []string{fmt.Sprintf("%d names in %s", s.result.LockedNames, s.lockPath)}, "")
	return b.String()
}

// packages lists the packages with their numbers of events and types, the
// first of them in words.
func (s *summary) packages() []string {
	var events, others []string
	for _, p := range s.result.Packages {
		switch {
		case p.Events == 0:
			others = append(others, fmt.Sprintf("%s (%s)", p.Name, count(p.Types, "type")))
		case len(events) == 0:
			events = append(events, fmt.Sprintf("%s (%s, %s)", p.Name, count(p.Events, "event"), count(p.Types, "type")))
		default:
			events = append(events, fmt.Sprintf("%s (%d, %d)", p.Name, p.Events, p.Types))
		}
	}
	if slices.ContainsFunc(s.result.Files, func(f generator.File) bool { return path.Dir(f.Path) == "all" }) {
		others = append(others, "all")
	}
	return append(events, others...)
}

// counts returns how many files are new, changed, removed and as before.
func (s *summary) counts() []string {
	n := countChanges(s.changes.Changes)
	var list []string
	for _, c := range []struct {
		n    int
		what string
	}{{n.added, "new"}, {n.changed, "changed"}, {n.removed, "removed"}, {s.changes.Unchanged, "as before"}} {
		switch {
		case c.n == 0:
		case len(list) == 0:
			list = append(list, count(c.n, "file")+" "+c.what)
		default:
			list = append(list, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	return list
}

// changeCounts are numbers of files.
type changeCounts struct{ added, changed, removed int }

func countChanges(changes []generator.Change) changeCounts {
	var n changeCounts
	for _, c := range changes {
		switch {
		case c.Old == nil:
			n.added++
		case c.New == nil:
			n.removed++
		default:
			n.changed++
		}
	}
	return n
}

// count returns the number with the noun in singular or plural.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Lines of a summary have a head, and wrap at a readable width.
const (
	headWidth = 7
	lineWidth = 100
)

// writeNames writes a line for each name, up to a point.
func writeNames(b *strings.Builder, head string, names []string) {
	shown := names[:min(len(names), mostNames)]
	if more := len(names) - len(shown); more > 0 {
		shown = append(slices.Clone(shown), fmt.Sprintf("and %d more", more))
	}
	for _, line := range shown {
		writeItems(b, head, []string{line}, "")
		head = ""
	}
}

// writeItems writes a head and items behind it, wrapped and aligned.
func writeItems(b *strings.Builder, head string, items []string, separator string) {
	if len(items) == 0 {
		return
	}
	line := fmt.Sprintf("%-*s", max(headWidth, len(head)+1), head)
	for i, item := range items {
		if i < len(items)-1 {
			item += separator
		}
		if len(line)+len(item) > lineWidth && i > 0 {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = strings.Repeat(" ", headWidth)
		}
		line += item
	}
	b.WriteString(line + "\n")
}
