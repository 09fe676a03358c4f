package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/progress"
	"github.com/redoxgen/redoxgen/runtime/deid"
)

func newDeid() *cobra.Command {
	var d deidentification
	c := &cobra.Command{
		Use:   "deid FILE|DIR|-...",
		Short: "De-identify messages, so that they can be shared",
		Long: `Deid replaces what identifies somebody in messages by the class of each field
(see redoxgen list --classes), and keeps their structure: the same members, nulls and
wrong types. FILE may be - for standard input; of a DIR all files that end in .json,
.ndjson or .jsonl are read. A file has one message, or one in each line.

The policy is safe-harbor (names, numbers and contacts become pseudonyms, dates their
year, ZIP codes three digits, ages over 89 are 90, free text and documents are replaced),
consistent (places become others, and dates are shifted for each patient, so that
intervals stay), or a FILE with one of your own. Unknown members and extensions that
Redox does not list are dropped, unless --keep names them.

Pseudonyms depend on a secret key, so that they agree among all messages that it is used
for: from --key-file, or what --key-command prints, such as a key management service's
client. Without them there is a new key each time. The key is kept in memory only.

One file goes to standard output. Several, and those of a DIR, need --out DIR, where they
are numbered, since names of files may be patient data.

Deid is a tool and no legal determination. It does not search what it keeps: a name in the
place of a code stays, and a rare diagnosis or a sum may tell who somebody is. Read what
you share.

The exit code is 0, 1 when there is something that is no JSON object, and 2 when a message
cannot be read, or is of an event without a schema. Such messages are left out.`,
		Example: `  redoxgen deid message.json > harmless.json
  redoxgen deid --policy consistent --key-file key --out shared --ledger ledger.json messages/
  redoxgen deid --key-command 'aws kms decrypt …' - < messages.ndjson`,
		Args: oneOrMore("FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			d.command = c
			return d.run(args)
		},
	}
	d.flags.add(c)
	c.Flags().StringVar(&d.policy, "policy", "safe-harbor", "safe-harbor, consistent, or a `FILE` with a policy as JSON")
	c.Flags().StringVar(&d.keyFile, "key-file", "", "`FILE` with the key, of at least 16 bytes")
	c.Flags().StringVar(&d.keyCommand, "key-command", "", "`COMMAND` for the shell that prints the key")
	c.Flags().StringSliceVar(&d.keep, "keep", nil, "unknown member or extension of that `NAME` is kept, its texts replaced (repeatable)")
	c.Flags().BoolVar(&d.mask, "mask-unknown", false, "keep the place of an unknown member as Unknown1 instead of dropping it")
	c.Flags().StringVar(&d.out, "out", "", "`DIR` to write numbered files to")
	c.Flags().StringVar(&d.ledger, "ledger", "", "`FILE` to write to what was done, as JSON (default a line on standard error)")
	return c
}

// deidentification is one run.
type deidentification struct {
	outcome
	command             *cobra.Command
	flags               eventFlags
	choice              eventChoice
	policy              string
	keyFile, keyCommand string
	keep                []string
	mask                bool
	out, ledger         string

	d      *deid.Deidentifier
	buffer []byte
	bar    *progress.Bar
}

func (d *deidentification) run(args []string) error {
	var err error
	if d.choice, err = d.flags.choice(d.command); err != nil {
		return err
	}
	o, err := d.options()
	if err != nil {
		return err
	}
	if d.d, err = deid.New(d.command.Context(), o); err != nil {
		return err
	}
	files, total, err := input.Files(args, input.JSON, input.NDJSON, input.JSONL)
	if err != nil {
		return err
	}
	if d.out == "" && (len(files) > 1 || len(args) == 1 && args[0] != input.Stdin && files[0] != args[0]) {
		return usageError{d.command, errors.New("--out DIR is needed for several files, and for those of a directory")}
	}
	if d.out != "" {
		if err := os.MkdirAll(d.out, 0o700); err != nil {
			return err
		}
	}
	d.bar = progress.New(d.command.ErrOrStderr(), total)
	number := 0
	err = eachFile(d.command, files, &d.outcome, func(arg string) {
		number++
		d.file(arg, number)
	})
	d.bar.End()
	return errors.Join(err, d.report())
}

// options returns what the flags say.
func (d *deidentification) options() (deid.Options, error) {
	var o deid.Options
	switch d.policy {
	case "safe-harbor":
		o.Policy = deid.SafeHarbor()
	case "consistent":
		o.Policy = deid.Consistent()
	default:
		data, err := os.ReadFile(d.policy)
		if err != nil {
			return o, err
		}
		if o.Policy, err = deid.ParsePolicy(data); err != nil {
			return o, err
		}
	}
	o.Policy.Members = append(o.Policy.Members, d.keep...)
	o.Policy.Extensions = append(o.Policy.Extensions, d.keep...)
	o.Policy.MaskUnknown = o.Policy.MaskUnknown || d.mask
	switch {
	case d.keyFile != "" && d.keyCommand != "":
		return o, usageError{d.command, errors.New("--key-file and --key-command exclude each other")}
	case d.keyFile != "":
		o.Key = deid.KeyFile(d.keyFile)
	case d.keyCommand != "":
		o.Key = func(ctx context.Context) ([]byte, error) {
			run := exec.CommandContext(ctx, "sh", "-c", d.keyCommand)
			run.Stderr = d.command.ErrOrStderr()
			return run.Output()
		}
	}
	return o, nil
}

// file de-identifies the messages of one file.
func (d *deidentification) file(arg string, number int) {
	w := d.command.OutOrStdout()
	var f *os.File
	d.flags.eachMessage(d.command, arg, func(m *message, err error) {
		if errors.Is(err, input.ErrInterrupted) {
			return
		}
		if err == nil {
			err = d.message(m)
		}
		if err == nil && d.out != "" && f == nil {
			name := fmt.Sprintf("%06d%s", number, filepath.Ext(arg))
			f, err = os.OpenFile(filepath.Join(d.out, name), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
			w = f
		}
		if err == nil {
			_, err = w.Write(d.buffer)
		}
		if err != nil {
			d.bar.Clear()
			printProblem(d.command.ErrOrStderr(), m.problem(err), err)
			d.note(err)
		}
		d.bar.Add(len(m.data))
	})
	if f != nil {
		if err := f.Close(); err != nil {
			printProblem(d.command.ErrOrStderr(), f.Name()+": error: "+err.Error(), err)
			d.note(err)
		}
	}
}

// message leaves the de-identified form of a message in the buffer.
func (d *deidentification) message(m *message) error {
	e, err := d.choice.eventOf(m.data)
	if err != nil {
		return err
	}
	d.buffer, err = d.d.Append(d.buffer[:0], e, m.data)
	if err == nil && !bytes.HasSuffix(d.buffer, []byte("\n")) {
		d.buffer = append(d.buffer, '\n')
	}
	return err
}

// report writes the ledger.
func (d *deidentification) report() error {
	l := d.d.Ledger()
	if d.ledger != "" {
		text, err := json.MarshalIndent(l, "", "  ")
		if err != nil {
			return err
		}
		return os.WriteFile(d.ledger, append(text, '\n'), 0o600)
	}
	dropped := int64(0)
	for _, f := range l.Fields {
		if f.Action == deid.Drop {
			dropped += f.Count
		}
	}
	_, err := fmt.Fprintf(d.command.ErrOrStderr(), "de-identified %s, dropped %s\n",
		count(int(l.Messages), "message"), count(int(dropped), "member"))
	return err
}
