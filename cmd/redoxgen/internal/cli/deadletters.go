//go:build !redoxgen_bootstrap

package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

const deadLettersAt = `PATH is a directory of deadletter.Dir, one of its files, an SQLite database of
package sqldeadletter, or the URL of one in PostgreSQL. The password of PostgreSQL
is better left out of the URL: it is taken from $PGPASSWORD or ~/.pgpass. For
databases, redoxgen has to be built with -tags redoxgen_sql, which adds their drivers.`

func newDeadLetters() *cobra.Command {
	return withSubcommands(&cobra.Command{
		Use:   "deadletters COMMAND",
		Short: "List, show, replay and drop dead letters",
		Long:  "Deadletters works with the messages that a receiver has dead-lettered.\n\n" + deadLettersAt,
		Example: `  redoxgen deadletters list dead --reason rejected
  redoxgen deadletters drop dead --older-than 720h`,
	}, newListDead(), newShowDead(), newReplayDead(), newDropDead())
}

func newListDead() *cobra.Command {
	var s selection
	c := &cobra.Command{
		Use:   "list PATH",
		Short: "List dead letters in the order in which they were received",
		Long: `List prints a line for each dead letter: when it was received, its event, log ID,
reason and size, its source and facility code; nothing else of its content. What does not look like
a name or an ID is withheld. The source of a sealed message is shown with its key.

The exit code is 0, also when there is nothing to list, and 2 when a dead letter
cannot be read.`,
		Example: `  redoxgen deadletters list dead --event PatientAdmin --newer-than 24h`,
		Args:    exactly("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			_, err := s.each(c, args[0], func(_ deadletter.Store, m deadletter.Message) error {
				printDead(c.OutOrStdout(), m)
				return nil
			})
			return err
		},
	}
	s.add(c)
	return c
}

func printDead(w io.Writer, m deadletter.Message) {
	fmt.Fprintf(w, "%s %v from %s\n", m.Received.Format(time.RFC3339), m, shownSender(m))
}

func newShowDead() *cobra.Command {
	var s selection
	values := false
	c := &cobra.Command{
		Use:   "show PATH",
		Short: "Show dead letters without, or with, their values",
		Long: `Show prints dead letters: what list prints, and the message with the kind of each
value in place of the value. With --values it prints the handlers' errors and the
message as it was received: patient data.

The exit code is 0, 1 when there is no such dead letter, and 2 when one cannot be read.`,
		Example: `  redoxgen deadletters show dead --log 5f0a2ee5-4c1c-4f3a-9d0e-3b1c0d9f3f10
  redoxgen deadletters show dead --reason undecodable --values`,
		Args: exactly("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			n, err := s.each(c, args[0], func(_ deadletter.Store, m deadletter.Message) error {
				err := requireOpen(m)
				if err == nil {
					showDead(c, m, values)
				}
				return err
			})
			if err == nil && n == 0 {
				fmt.Fprintln(c.ErrOrStderr(), "redoxgen: there is no such dead letter")
				return errNo
			}
			return err
		},
	}
	s.add(c)
	c.Flags().BoolVar(&values, "values", false, "print the values, which are patient data")
	return c
}

func showDead(c *cobra.Command, m deadletter.Message, values bool) {
	w := c.OutOrStdout()
	printDead(w, m)
	if !values {
		fmt.Fprintf(w, "%s\n", redox.Redact(json.RawMessage(m.Raw)))
		return
	}
	if m.Detail != "" {
		fmt.Fprintf(w, "%s\n", m.Detail)
	}
	printRaw(w, m.Raw)
}

func newReplayDead() *cobra.Command {
	var to webhookFlags
	var s selection
	c := &cobra.Command{
		Use:   "replay PATH",
		Short: "Deliver dead letters again",
		Long:  "Replay is redoxgen replay for the dead letters that are chosen; see redoxgen help replay.",
		Example: `  redoxgen deadletters replay dead --reason rejected --to http://localhost:8080
  redoxgen deadletters replay redox.db --key-file dead.key --to http://localhost:8080`,
		Args: exactly("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := to.check(); err != nil {
				return usageError{c, err}
			}
			store, name, closeStore, err := s.open(c, args[0])
			if err != nil {
				return err
			}
			defer closeStore()
			return replayStore(c, name, store, &to)
		},
	}
	to.add(c)
	s.add(c)
	return c
}

func newDropDead() *cobra.Command {
	var s selection
	all := false
	c := &cobra.Command{
		Use:   "drop PATH",
		Short: "Remove dead letters for good",
		Long: `Drop removes dead letters without delivering them. At least one flag must choose
them, or --all. list with the same flags shows which they are.

The exit code is 0, also when there is nothing to drop, and 2 when a dead letter
cannot be read or removed; it stays.`,
		Example: `  redoxgen deadletters drop dead --reason unhandled --older-than 720h`,
		Args:    exactly("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := requireChoice(c, "dead letters", s.given(), all); err != nil {
				return err
			}
			n, err := s.each(c, args[0], func(store deadletter.Store, m deadletter.Message) error {
				return store.Remove(c.Context(), m)
			})
			if err == nil || n > 0 {
				fmt.Fprintf(c.OutOrStdout(), "%d dropped\n", n)
			}
			return err
		},
	}
	s.add(c)
	c.Flags().BoolVar(&all, "all", false, "drop all dead letters")
	return c
}

func newReplay() *cobra.Command {
	var to webhookFlags
	c := &cobra.Command{
		Use:   "replay PATH",
		Short: "Deliver dead letters again",
		Long: `Replay delivers messages that a receiver has dead-lettered, in the order in which they
were received, and removes those that are handled now. PATH is a directory of
deadletter.Dir, one of its files, or a database; see redoxgen help deadletters, which
also replays some of them. The webhook must be one of package webhook: its answer
says whether a message was handled or dead-lettered again.

What could not be delivered or is dead-lettered again stays and is reported by its
identifiers, never by its content. Replaying twice does no harm.

A replayed message comes after newer ones about the same patient, which were handled
meanwhile: a Transfer to bed 1 that is replayed after one to bed 2 puts the patient
back into bed 1. Replay only where the handlers look at
Delivery.EventTime, or where you know that nothing newer came.

The exit code is 0 when all dead letters were handled, 1 when some are still there,
and 2 when there are no dead letters at PATH or the webhook does not answer.`,
		Example: `  redoxgen replay dead --to http://localhost:8080 --token "$TOKEN"`,
		Args:    exactly("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := to.check(); err != nil {
				return usageError{c, err}
			}
			return replay(c, args[0], &to)
		},
	}
	to.add(c)
	return c
}

func replay(c *cobra.Command, path string, to *webhookFlags) error {
	store, name, closeStore, err := new(selection).open(c, path)
	if err != nil {
		return err
	}
	defer closeStore()
	return replayStore(c, name, store, to)
}

func replayStore(c *cobra.Command, name string, store deadletter.Store, to *webhookFlags) error {
	ctx := c.Context()
	fmt.Fprintln(c.ErrOrStderr(), "redoxgen: note that these messages come after newer ones that were handled meanwhile, and may undo what those said of the same patient; see redoxgen help replay")
	unanswered := false
	deliver := webhook.ReplayTo(to.url, to.secret(), nil)
	r, err := deadletter.Replay(ctx, store, func(ctx context.Context, m deadletter.Message) error {
		err := deliver(ctx, m)
		unanswered = unanswered || errors.As(err, new(*url.Error))
		return err
	})
	fmt.Fprintf(c.OutOrStdout(), "%s: %d handled, %d kept\n", name, r.Delivered, r.Failed)
	if err == nil && r.Delivered+r.Failed == 0 {
		return fmt.Errorf("%s: there are no dead letters", name)
	}
	if err == nil {
		return nil
	}
	for _, e := range joined(err) {
		if e == context.Canceled {
			e = errors.New("interrupted: the dead letters that were not tried are kept as well")
		}
		fmt.Fprintf(c.ErrOrStderr(), "redoxgen: %v\n", e)
	}
	if unanswered || ctx.Err() != nil {
		return errShown
	}
	return errNo
}
