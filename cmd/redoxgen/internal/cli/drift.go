//go:build !redoxgen_bootstrap

package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/database"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/progress"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/drift"
)

func newDrift() *cobra.Command {
	d := driftRun{}
	c := &cobra.Command{
		Use:   "drift PATH...",
		Short: "Count how stored messages differ from their schemas",
		Long: `Drift reads messages and counts, by event and path, in how many of them there is a
member that the schema lacks, a value of another type, a date in no known form, or
a value outside the documented set, and which documented members never occur. It
prints kinds and numbers, and never a value of a message. Names of members that
the schema lacks are withheld where they may be data: the keys of a map, names
with more than two digits, names inside of a new object that only one message has.

PATH is a file with a message, or with one on each line, a dead letter, a database
of them (see redoxgen help deadletters), what drift has printed with --json or a
drift.Collector has written, a directory of such files (*.json, *.ndjson, *.jsonl,
*.letter), or - for standard input. Any number is read in the memory of one message.

With --overlay it writes an overlay that types what the schemas lack, one file for
each event, for generate to take beside the same schemas. Types are those of all
messages together, and everything is optional; what the messages do not show, such
as the type of what is always null, is listed. Files that exist are not replaced.

The exit code is 0 when all messages are as documented, 1 when something drifts or a
message is no JSON, and 2 when a message cannot be read or is of an unknown event.`,
		Example: `  redoxgen drift messages.ndjson dead/
  redoxgen drift --overlay more messages.ndjson
  redoxgen drift --json monday.json tuesday.json >week.json`,
		Args: oneOrMore("PATH"),
		RunE: func(c *cobra.Command, args []string) error { return d.run(c, args) },
	}
	d.flags.add(c)
	c.Flags().BoolVar(&d.lines, "ndjson", false, "each line of a file is a message, also where it does not look so")
	c.Flags().BoolVar(&d.asJSON, "json", false, "print JSON, which drift reads")
	c.Flags().StringVar(&d.overlay, "overlay", "", "write to `DIR` the overlay of the schemas that types what they lack")
	addKeyFiles(c, &d.letters.keyFiles, "dead letters", "deadletter.Seal")
	return c
}

// driftRun is one run over several files.
type driftRun struct {
	outcome
	command   *cobra.Command
	flags     eventFlags
	choice    eventChoice
	letters   selection
	collector *drift.Collector
	bar       *progress.Bar
	lines     bool
	asJSON    bool
	overlay   string // directory; "" for none
	problems  int    // messages that were not counted
}

// maxProblems is how many problems with messages are printed.
const maxProblems = 20

func (d *driftRun) run(c *cobra.Command, args []string) (err error) {
	d.command = c
	if d.choice, err = d.flags.choice(c); err != nil {
		return err
	}
	d.collector = drift.New(d.choice.known)
	files, size, err := input.Files(args, input.JSON, input.NDJSON, input.JSONL, input.Letter)
	if err != nil {
		return err
	}
	d.bar = progress.New(c.ErrOrStderr(), size)
	err = eachFile(c, files, &d.outcome, d.file)
	d.bar.End()
	if errors.Is(err, input.ErrInterrupted) {
		return err
	}
	if more := d.problems - maxProblems; more > 0 {
		fmt.Fprintf(c.ErrOrStderr(), "and %s more that are not counted\n", count(more, "message"))
	}
	tally := d.collector.Tally()
	if err := d.print(tally); err != nil {
		return err
	}
	if d.overlay != "" {
		if err := d.writeOverlay(tally); err != nil {
			return err
		}
	}
	if tally.Drifts() {
		d.invalid = true
	}
	return d.err()
}

func (d *driftRun) print(t *drift.Tally) error {
	w := d.command.OutOrStdout()
	if d.asJSON {
		_, err := t.WriteTo(w)
		return err
	}
	_, err := fmt.Fprint(w, t)
	return err
}

// writeOverlay writes the overlay that types what schemas lack, and prints what it
// cannot say.
func (d *driftRun) writeOverlay(t *drift.Tally) error {
	x, err := d.flags.inspect(d.command)
	if err != nil {
		return err
	}
	o, err := x.Overlay(t)
	if err != nil {
		return err
	}
	w := d.command.ErrOrStderr()
	for _, f := range o.Files {
		path := filepath.Join(d.overlay, filepath.FromSlash(f.Path))
		if err := writeNew(path, f.Content); err != nil {
			return err
		}
		fmt.Fprintf(w, "wrote %s\n", path)
	}
	for _, line := range o.Open {
		fmt.Fprintf(w, "not known: %s\n", line)
	}
	return nil
}

// writeNew writes a file that must not be there: what is may have been edited.
func writeNew(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// file counts what is in one file.
func (d *driftRun) file(arg string) {
	switch {
	case isDeadLetters(arg):
		_, err := d.letters.each(d.command, arg, func(_ deadletter.Store, m deadletter.Message) error {
			if err := requireOpen(m); err != nil {
				return err
			}
			d.message(&message{name: fmt.Sprintf("%s: %v", arg, m), data: m.Raw}, nil)
			return nil
		})
		if err != nil && !errors.Is(err, errShown) && !errors.Is(err, input.ErrInterrupted) {
			printError(d.command.ErrOrStderr(), err)
		}
		d.failed = d.failed || err != nil
	case d.lines || filepath.Ext(arg) == input.NDJSON || filepath.Ext(arg) == input.JSONL:
		d.flags.eachLine(d.command, arg, d.message)
	default:
		d.flags.eachMessage(d.command, arg, d.message)
	}
}

// message counts the drift of a message, unless it could not be read.
func (d *driftRun) message(m *message, err error) {
	if errors.Is(err, input.ErrInterrupted) || d.command.Context().Err() != nil {
		return
	}
	d.bar.Add(len(m.data) + 1)
	if err == nil {
		err = d.count(m.data)
	}
	if err == nil {
		return
	}
	d.note(err)
	if d.problems++; d.problems <= maxProblems {
		d.bar.Clear()
		printProblem(d.command.ErrOrStderr(), m.problem(err), err)
	}
}

func (d *driftRun) count(data []byte) error {
	if e := d.choice.event; e != nil {
		return d.collector.MessageOf(e, data)
	}
	if looksLikeTally(data) {
		var t drift.Tally
		if json.Unmarshal(data, &t) == nil {
			d.collector.Merge(&t)
			return nil
		}
	}
	err := d.collector.Message(data)
	if errors.Is(err, drift.ErrNoSchema) {
		_, err = d.choice.known.eventOf(data)
	}
	return err
}

// looksLikeTally reports whether JSON begins as drift prints it, which no message does.
func looksLikeTally(data []byte) bool {
	return bytes.Contains(data[:min(len(data), len(tallyBeginning)+16)], []byte(tallyBeginning))
}

const tallyBeginning = `"format"`

// isDeadLetters reports whether there are dead letters at path.
func isDeadLetters(path string) bool {
	return filepath.Ext(path) == input.Letter || strings.Contains(path, "://") || path != input.Stdin && database.IsSQLite(path)
}
