//go:build !redoxgen_bootstrap

package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

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
