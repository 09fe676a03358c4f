//go:build !redoxgen_bootstrap

package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/inboxes"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

func newInbox() *cobra.Command {
	return withSubcommands(&cobra.Command{
		Use:   "inbox COMMAND",
		Short: "List, show, replay and purge the messages of an inbox",
		Long: `Inbox works with the messages that a receiver keeps in an inbox of package sqlinbox or
natsinbox.

PATH is an SQLite database, or the URL of one in PostgreSQL. The password of PostgreSQL
is better left out of the URL: it is taken from $PGPASSWORD or ~/.pgpass. For databases
redoxgen has to be built with -tags redoxgen_sql, which adds their drivers.

Or it is the URL of NATS servers, nats:// or tls://, with commas between several, and with
the name of the stream as its path, if that is not redox-inbox. What else is needed to
connect is taken from $NATS_CREDS (a file), $NATS_USER, $NATS_PASSWORD and $NATS_CA (a file).`,
		Example: `  redoxgen inbox stats redox.db
  redoxgen inbox list redox.db --outcome dead-letter --newer-than 24h
  redoxgen inbox stats nats://nats-1,nats-2,nats-3/redox-inbox
  redoxgen inbox replay redox.db --event Results --handler charts --rate 50`,
	}, newListInbox(), newShowInbox(), newReplayInbox(), newStatsInbox(), newPurgeInbox())
}

// inboxFlags choose messages of an inbox, and say how to open it. All that are given
// must hold.
type inboxFlags struct {
	filter                     inbox.Filter
	event, identifier, outcome string
	keyFiles                   []string
	hashKeyFile                string
	ageFlags
}

func (f *inboxFlags) addOpening(c *cobra.Command) {
	c.Flags().StringVar(&f.hashKeyFile, "hash-key-file", "", "`FILE` with the key of sqlinbox.WithHashKey or natsinbox.Config.HashKey, byte by byte")
}

func (f *inboxFlags) add(c *cobra.Command) {
	f.addOpening(c)
	c.Flags().StringVar(&f.event, "event", "", "of this `EVENT`, such as PatientAdmin.Arrival, or data model, in its spelling")
	c.Flags().StringVar(&f.filter.Source, "source", "", "of the source with this `ID`, Meta.Source.ID")
	c.Flags().StringVar(&f.filter.LogID, "log", "", "with this log `ID`")
	c.Flags().Int64Var(&f.filter.ID, "id", 0, "with this `NUMBER`, the first that list prints")
	c.Flags().StringVar(&f.identifier, "identifier", "", "of the patient with this `TYPE:ID`, such as MR:0000000001; needs --source")
	c.Flags().StringVar(&f.outcome, "outcome", "", "with this `OUTCOME`: pending, handled, dead-letter, held")
	f.ageFlags.add(c)
}

// complete puts what the flags say into the filter.
func (f *inboxFlags) complete() error {
	f.filter.DataModel, f.filter.EventType, _ = strings.Cut(f.event, ".")
	if f.identifier != "" {
		idType, id, ok := strings.Cut(f.identifier, ":")
		if !ok || f.filter.Source == "" {
			return errors.New("--identifier is TYPE:ID, and needs --source")
		}
		f.filter.Order = inbox.Identifier(f.filter.Source, idType, id)
	}
	switch o := inbox.Outcome(f.outcome); o {
	case "", inbox.Pending, inbox.Handled, inbox.Dead, inbox.Held:
		f.filter.Outcome = o
	default:
		return fmt.Errorf("--outcome %q is not one of pending, handled, dead-letter, held", f.outcome)
	}
	if err := f.ageFlags.check(); err != nil {
		return err
	}
	if f.older > 0 {
		f.filter.To = time.Now().Add(-f.older)
	}
	if f.newer > 0 {
		f.filter.From = time.Now().Add(-f.newer)
	}
	return nil
}

// given reports whether the flags leave anything out.
func (f *inboxFlags) given() bool {
	return f.event+f.identifier+f.outcome+f.filter.Source+f.filter.LogID != "" || f.filter.ID != 0 || f.ageFlags.given()
}

// with calls do with the inbox at path.
func (f *inboxFlags) with(c *cobra.Command, path string, do func(inbox.Box) error) error {
	ctx := c.Context()
	if ctx.Err() != nil {
		return input.ErrInterrupted
	}
	if err := f.complete(); err != nil {
		return usageError{c, err}
	}
	keys, err := readKeys(ctx, f.keyFiles)
	if err != nil {
		return err
	}
	var hashKey []byte
	if f.hashKeyFile != "" {
		if hashKey, err = os.ReadFile(f.hashKeyFile); err != nil {
			return fmt.Errorf("the key: %w", err)
		}
	}
	box, closeBox, err := inboxes.Open(ctx, path, hashKey)
	if err != nil {
		return err
	}
	defer closeBox()
	if len(keys) > 0 {
		if box, err = inbox.Seal(box, keys[0], keys[1:]...); err != nil {
			return err
		}
	}
	return do(box)
}

// each calls do with each entry of the filter, and returns how many there were.
func (f *inboxFlags) each(c *cobra.Command, path string, do func(inbox.Entry)) (n int, err error) {
	err = f.with(c, path, func(box inbox.Box) error {
		for e, err := range box.Find(c.Context(), f.filter) {
			if err != nil {
				return err
			}
			do(e)
			n++
		}
		return nil
	})
	return n, err
}

func printEntry(c *cobra.Command, e inbox.Entry) {
	event, log := e.Message.LogValue().Group()[0], e.Message.LogValue().Group()[1] // withheld if they are none
	from := ""
	if e.Source != "" {
		from = " from " + shownID(e.Source)
	}
	fmt.Fprintf(c.OutOrStdout(), "%d %s %s %s (%s, %s, %s)%s\n", e.ID, e.Received.Format(time.RFC3339), event.Value, log.Value,
		e.Outcome, count(e.Attempts, "attempt"), count(e.Size, "byte"), from)
}

func newListInbox() *cobra.Command {
	var f inboxFlags
	c := &cobra.Command{
		Use:   "list PATH",
		Short: "List messages in the order in which they were received",
		Long: `List prints a line for each message: its number, when it was received, its event, log
ID, outcome, attempts, size and source; nothing else of its content. What does not look
like a name or an ID is withheld.

The exit code is 0, also when there is nothing to list.`,
		Example: `  redoxgen inbox list redox.db --newest --limit 20`,
		Args:    exactly("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			_, err := f.each(c, args[0], func(e inbox.Entry) { printEntry(c, e) })
			return err
		},
	}
	f.add(c)
	c.Flags().BoolVar(&f.filter.Newest, "newest", false, "the last first")
	c.Flags().IntVar(&f.filter.Limit, "limit", 0, "at most `N` messages")
	return c
}

func newShowInbox() *cobra.Command {
	var f inboxFlags
	values := false
	c := &cobra.Command{
		Use:   "show PATH",
		Short: "Show messages without, or with, their values",
		Long: `Show prints what list prints, and each message with the kind of each value in place of
the value. With --values it prints the message as it was received: patient data.

The exit code is 0, 1 when there is no such message, and 2 when one cannot be read.`,
		Example: `  redoxgen inbox show redox.db --log 5f0a2ee5-4c1c-4f3a-9d0e-3b1c0d9f3f10`,
		Args:    exactly("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			f.filter.Raw = true
			n, err := f.each(c, args[0], func(e inbox.Entry) {
				printEntry(c, e)
				if values {
					printRaw(c.OutOrStdout(), e.Raw)
				} else {
					fmt.Fprintf(c.OutOrStdout(), "%s\n", redox.Redact(json.RawMessage(e.Raw)))
				}
			})
			if err == nil && n == 0 {
				fmt.Fprintln(c.ErrOrStderr(), "redoxgen: there is no such message")
				return errNo
			}
			return err
		},
	}
	f.add(c)
	c.Flags().BoolVar(&values, "values", false, "print the values, which are patient data")
	addKeyFiles(c, &f.keyFiles, "messages", "inbox.Seal")
	return c
}

func newReplayInbox() *cobra.Command {
	var f inboxFlags
	handler, rate, all := "", 0.0, false
	c := &cobra.Command{
		Use:   "replay PATH",
		Short: "Have messages handled once more",
		Long: `Replay has messages that are handled, dead-lettered or held handled once more by the
workers of the inbox, in the order in which they were received, each as the last of those
of its patient. At least one flag must choose them, or --all.

Handlers get them with Delivery.Replay. They come after newer messages, and may undo what
these said of the same patient, unless the handlers look at Delivery.Newer or EventTime.

The exit code is 0, also when there is nothing to replay.`,
		Example: `  redoxgen inbox replay redox.db --outcome held
  redoxgen inbox replay redox.db --newer-than 48h --handler charts --rate 50`,
		Args: exactly("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := requireChoice(c, "messages", f.given(), all); err != nil {
				return err
			}
			if rate < 0 {
				return usageError{c, errors.New("a rate is not negative")}
			}
			return f.with(c, args[0], func(box inbox.Box) error {
				n, err := inbox.Replay(c.Context(), box, f.filter, handler, rate)
				fmt.Fprintf(c.OutOrStdout(), "%d to be handled again\n", n)
				return err
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&handler, "handler", "", "by the handler of this `NAME` alone")
	c.Flags().Float64Var(&rate, "rate", 0, "at most `N` messages a second")
	c.Flags().BoolVar(&all, "all", false, "replay all messages")
	return c
}

func newStatsInbox() *cobra.Command {
	var f inboxFlags
	c := &cobra.Command{
		Use:   "stats PATH",
		Short: "Print how many messages are not finished, and how old the oldest is",
		Long: `Stats prints as JSON the figures of the messages that are not finished: how many there
are, and of these how many are claimed by a worker, wait for another attempt, wait for an
earlier message of a key of theirs, or are held; the most attempts at one, how many keys
wait for a message that failed, and the age of the oldest.`,
		Example: `  redoxgen inbox stats redox.db`,
		Args:    exactly("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c, args[0], func(box inbox.Box) error {
				s, err := box.Stats(c.Context())
				if err != nil {
					return err
				}
				age := 0.0
				if !s.Oldest.IsZero() {
					age = time.Since(s.Oldest).Seconds()
				}
				text, err := json.MarshalIndent(map[string]any{
					"depth": s.Depth, "running": s.Running, "waiting": s.Waiting, "blocked": s.Blocked, "held": s.Held,
					"held_keys": s.HeldKeys, "attempts": s.Attempts, "oldest_age_seconds": age,
				}, "", "  ")
				fmt.Fprintf(c.OutOrStdout(), "%s\n", text)
				return err
			})
		},
	}
	f.addOpening(c)
	return c
}

func newPurgeInbox() *cobra.Command {
	var f inboxFlags
	all := false
	c := &cobra.Command{
		Use:   "purge PATH",
		Short: "Remove messages that are finished for good",
		Long: `Purge removes messages that are handled, dead-lettered or held; what waits for a held one
goes on. At least one flag must choose them, or --all. list with the same flags
shows which they are. A message that is gone is not recognised when it is delivered again.

The exit code is 0, also when there is nothing to purge.`,
		Example: `  redoxgen inbox purge redox.db --outcome handled --older-than 168h`,
		Args:    exactly("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := requireChoice(c, "messages", f.given(), all); err != nil {
				return err
			}
			return f.with(c, args[0], func(box inbox.Box) error {
				n, err := box.Purge(c.Context(), f.filter)
				fmt.Fprintf(c.OutOrStdout(), "%d purged\n", n)
				return err
			})
		},
	}
	f.add(c)
	c.Flags().BoolVar(&all, "all", false, "purge all messages that are finished")
	return c
}
