//go:build !redoxgen_bootstrap

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/internal/spelling"
	"github.com/redoxgen/redoxgen/runtime/redoxsample"
	"github.com/redoxgen/redoxgen/runtime/redoxsim"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

func newTrigger() *cobra.Command {
	var to webhookFlags
	var flags messageFlags
	times := 1
	c := &cobra.Command{
		Use:   "trigger EVENT|FILE",
		Short: "Deliver a message to a webhook as Redox would",
		Long: `Trigger delivers a message to a webhook, with the headers that Redox sends and a
log ID of its own in Meta. For an EVENT that is a realistic message, marked as a test,
another one each time: see redoxgen sample; a FILE is delivered valid
or not, with Meta.Logs replaced: Meta is written anew for that, everything else is
left byte for byte, and so is all of a file without a Meta section. FILE may be -
for standard input.

With --times the same message is delivered several times one after the other,
with the same log ID and a new attempt ID, as Redox does when it did not get an
answer: a receiver that recognises that handles it once.

There is a line for each attempt: the status, what package webhook says it did,
and the time it took. The exit code is 0 when every answer has a status from 200
to 299, 1 when one does not, and 2 when there is no answer.`,
		Example: `  redoxgen trigger PatientAdmin.Arrival --to http://localhost:8080 --token "$TOKEN"
  redoxgen trigger arrival.json --to http://localhost:8080 --token "$TOKEN" --times 3`,
		Args:              exactly("EVENT or FILE"),
		ValidArgsFunction: completeEventOrFile(&flags.schemaFlags),
		RunE: func(c *cobra.Command, args []string) error {
			if err := to.check(); err != nil {
				return usageError{c, err}
			}
			if times < 1 {
				return usageError{c, errors.New("--times must be at least 1")}
			}
			m, err := deliverable(c, &flags, args[0])
			if errors.Is(err, input.ErrInterrupted) {
				return err
			}
			if err != nil {
				printProblem(c.ErrOrStderr(), m.problem(err), err)
				return errShown
			}
			return trigger(c, &to, m.data, times)
		},
	}
	to.add(c)
	flags.add(c)
	c.Flags().IntVar(&times, "times", times, "deliver the message `N` times")
	return c
}

// deliverable returns a message of the event that arg names, or else the file of
// that name. The message is never nil.
func deliverable(c *cobra.Command, flags *messageFlags, arg string) (*message, error) {
	known, err := flags.known(c)
	if err != nil {
		return flags.named(arg), err
	}
	if e, err := known.named(arg); err == nil {
		now := time.Now()
		data, err := redoxsample.New(redoxsample.Options{Seed: uint64(now.UnixNano()), Now: now}).JSON(e)
		return &message{name: arg, data: data}, err
	}
	m, err := flags.read(c, arg)
	if errors.Is(err, fs.ErrNotExist) {
		err = unknownEvent{"there is no event and no file of that name", spelling.Nearest(arg, known.names()), "redoxgen list shows the names of the events"}
	}
	return m, err
}

// trigger delivers a message and prints how the webhook answers. The log ID stands
// first, also for who interrupts the command: the webhook may have the message all
// the same.
func trigger(c *cobra.Command, to *webhookFlags, data []byte, times int) error {
	m, err := redoxsim.NewMessage(data)
	if err != nil {
		return err
	}
	var o outcome
	w := c.OutOrStdout()
	fmt.Fprintf(w, "log %s\n", m.LogID)
	sender := redoxsim.NewSender(to.url, to.secret())
	for range times {
		a := sender.Deliver(c.Context(), m, sender.Token)
		took := a.Took.Round(time.Millisecond)
		switch {
		case errors.Is(a.Err, context.Canceled):
			return input.ErrInterrupted
		case a.Err != nil:
			o.failed = true
			fmt.Fprintf(w, "no answer after %s: %v\n", took, a.Err)
		default:
			o.invalid = o.invalid || !a.Accepted()
			fmt.Fprintf(w, "%d %s, %s\n", a.Status, cmp.Or(string(webhook.ResultOf(a.Header)), "(no result said)"), took)
			if advice := webhook.Advice(a.Status, a.Header); advice != "" {
				fmt.Fprintf(w, "\t%s\n", advice)
			}
		}
	}
	return o.err()
}

// webhookFlags say where a webhook is.
type webhookFlags struct {
	url string
	tokenFlag
}

func (f *webhookFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.url, "to", "", "`URL` of the webhook")
	f.tokenFlag.add(c)
}

func (f *webhookFlags) check() error {
	if err := checkURL("--to", f.url); err != nil {
		return err
	}
	return f.tokenFlag.check()
}

// tokenFlag is the token that a webhook and who delivers to it share.
type tokenFlag struct{ token string }

func (f *tokenFlag) add(c *cobra.Command) {
	c.Flags().StringVar(&f.token, "token", "", "verification `TOKEN` of the webhook (default $REDOX_TOKEN)")
}

func (f *tokenFlag) secret() string { return cmp.Or(f.token, os.Getenv("REDOX_TOKEN")) }

func (f *tokenFlag) check() error {
	if f.secret() == "" {
		return errors.New("--token or $REDOX_TOKEN is missing")
	}
	return nil
}

// checkURL returns an error unless the value of a setting is the URL of a server.
// It does not repeat the URL, which may hold a password.
func checkURL(setting, value string) error {
	u, err := url.Parse(value)
	switch {
	case value == "":
		return fmt.Errorf("%s is missing", setting)
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%s is no http or https URL such as http://localhost:8080", setting)
	default:
		return nil
	}
}
