//go:build !redoxgen_bootstrap

package cli

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

func newSend() *cobra.Command {
	s := sending{credentials: newCredentials()}
	c := &cobra.Command{
		Use:   "send FILE",
		Short: "Send a message to Redox",
		Long: `Send validates a message and sends it to the destinations that its Meta section
names. When Redox has accepted it, there is a line for each destination with the
log ID, by which the Redox dashboard finds the message. What Meta leaves out and
the command knows is filled in: names of the event and time. FILE may be - for
standard input. Queries are not sent: their answers are for a program.

Credentials come from flags or, better since other users of the machine may see
flags, from the environment: an OAuth client with its private key, a legacy API
key with its secret, or an access token that is there already.

With --dry-run the message is checked as before sending, warnings are printed, and
then the event, the destinations and the size. Credentials are not needed, and
nothing is sent.

The exit code is 0 when the message was accepted, 1 when it is not valid or Redox
refuses it, and 2 when it could not be sent. A message is not sent again when it
may have arrived; the error says so.`,
		Example: `  redoxgen send --dry-run arrival.json

  export REDOX_CLIENT_ID=… REDOX_KEY_ID=… REDOX_PRIVATE_KEY_FILE=key.pem
  redoxgen send arrival.json

  redoxgen send --base-url http://localhost:8081 --access-token test - < arrival.json`,
		Args: exactly("FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			s.command = c
			var err error
			if s.url, err = s.checkBase(); err != nil {
				return usageError{c, err}
			}
			if s.choice, err = s.flags.choice(c); err != nil {
				return err
			}
			return eachFile(c, args, &s.outcome, s.file)
		},
	}
	s.flags.add(c)
	s.credentials.add(c)
	c.Flags().StringVar(&s.baseURL, "base-url", "", "`URL` of the API (default $REDOX_BASE_URL, or "+client.BaseURLUS+")")
	c.Flags().StringVar(&s.sourceID, "source-id", "", "`ID` of the source, for messages that name none (default $REDOX_SOURCE_ID)")
	c.Flags().BoolVar(&s.dryRun, "dry-run", false, "validate, print what would be sent, and send nothing")
	return c
}

// sending is the sending of one file.
type sending struct {
	outcome
	command     *cobra.Command
	credentials *credentials
	flags       eventFlags
	choice      eventChoice
	baseURL     string
	url         string // of the API, checked
	sourceID    string
	dryRun      bool
}

// file validates a file, sends it unless this is a dry run, and prints the result.
func (s *sending) file(arg string) {
	m, err := s.flags.read(s.command, arg)
	if errors.Is(err, input.ErrInterrupted) {
		return
	}
	var e *redox.EventInfo
	if err == nil {
		e, err = s.choice.eventOf(m.data)
	}
	var typed redox.Message
	var report redox.Report
	if err == nil {
		typed = e.New()
		report, err = typed.DecodeJSON(m.data)
	}
	if err == nil {
		err = s.complete(typed)
	}
	if err == nil && e.Kind != redox.Notification {
		err = fmt.Errorf("%s is of the kind %s, and only notifications are sent", e, e.Kind)
	}
	switch {
	case err != nil:
	case !report.Valid():
		v := validation{command: s.command}
		v.printText(m, e, report)
		s.invalid = true
		return
	case s.dryRun:
		s.printWarnings(m, report)
		err = s.describe(m, typed)
	default:
		s.printWarnings(m, report)
		err = s.send(m, typed)
	}
	if err != nil {
		printProblem(s.command.ErrOrStderr(), m.problem(err), err)
		s.noteSending(err)
	}
}

// noteSending takes an error into account: what is wrong with the message is no,
// all else is a failure.
func (s *sending) noteSending(err error) {
	for _, class := range []error{errNoDestination, client.ErrInvalid, client.ErrRouting, client.ErrTooLarge, client.ErrDestination} {
		if errors.Is(err, class) && !errors.Is(err, client.ErrTemporary) {
			s.invalid = true
			return
		}
	}
	s.note(err)
}

// errNoDestination is returned for a message that goes nowhere.
var errNoDestination = errors.New("Meta.Destinations names no destination")

// printWarnings prints the warnings about a valid message. A member that occurs
// twice is sent once, as it stands last.
func (s *sending) printWarnings(m *message, report redox.Report) {
	w := s.command.ErrOrStderr()
	for _, v := range located(m, report) {
		fmt.Fprintln(w, v.line(m.name))
	}
	if report.Truncated() {
		fmt.Fprintf(w, "%s: and more than these\n", m.name)
	}
}

// describe prints what would be sent, or returns why it would not be.
func (s *sending) describe(m *message, typed redox.Message) error {
	meta, err := redox.PeekMeta(m.data)
	if err != nil {
		return err
	}
	body, err := typed.AppendJSON(nil)
	if err != nil {
		return err
	}
	var ids []string
	for _, d := range meta.Destinations {
		if d.ID != "" {
			ids = append(ids, client.Log{Destination: d.ID}.Redacted(d.ID).Destination)
		}
	}
	if len(ids) == 0 {
		return errNoDestination
	}
	c, err := s.client(auth.Static("none")) // credentials are not needed
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Check(typed); err != nil {
		return err
	}
	w := s.command.OutOrStdout()
	fmt.Fprintf(w, "%s: valid %s, %s, to %s; not sent\n", m.name, typed.RedoxEvent(), count(len(body), "byte"), strings.Join(ids, ", "))
	return nil
}

// send sends the message and prints the receipt.
func (s *sending) send(m *message, typed redox.Message) error {
	method, err := s.credentials.method(s.command.Context())
	if err != nil {
		return err
	}
	c, err := s.client(method)
	if err != nil {
		return err
	}
	defer c.Close()
	receipt, err := c.Send(s.command.Context(), typed)
	if err != nil {
		return err
	}
	w := s.command.OutOrStdout()
	fmt.Fprintf(w, "%s: accepted %s\n", m.name, typed.RedoxEvent())
	var known []string
	for _, d := range typed.RedoxMeta().Destinations {
		known = append(known, d.ID)
	}
	for _, l := range receipt.Logs {
		l = l.Redacted(known...)
		fmt.Fprintf(w, "\tto %s: log %s\n", cmp.Or(l.Destination, "?"), l.ID)
	}
	for _, e := range receipt.Errors {
		fmt.Fprintf(w, "\twith %s\n", e)
	}
	return nil
}

func (s *sending) client(method auth.Credentials) (*client.Client, error) {
	return client.New(client.Config{
		Auth:     method,
		BaseURL:  s.url,
		SourceID: s.source(),
		Logger:   slog.New(slog.DiscardHandler), // the error says what there is to say
	})
}

func (s *sending) source() string { return cmp.Or(s.sourceID, os.Getenv("REDOX_SOURCE_ID")) }

// checkBase returns the URL of the API; "" stands for Redox's own.
func (s *sending) checkBase() (string, error) {
	if s.baseURL != "" {
		return s.baseURL, checkURL("--base-url", s.baseURL)
	}
	fromEnv := os.Getenv("REDOX_BASE_URL")
	if fromEnv == "" {
		return "", nil
	}
	return fromEnv, checkURL("$REDOX_BASE_URL", fromEnv)
}

// complete fills in what package client fills in of generated types.
func (s *sending) complete(m redox.Message) error {
	live, ok := m.(*generator.Message)
	if !ok {
		return nil
	}
	e, meta := m.RedoxEvent(), m.RedoxMeta()
	meta.DataModel = cmp.Or(meta.DataModel, e.DataModel)
	meta.EventType = cmp.Or(meta.EventType, e.EventType)
	meta.EventDateTime = cmp.Or(meta.EventDateTime, redox.DateTimeOf(time.Now()))
	meta.Source.ID = cmp.Or(meta.Source.ID, s.source())
	return live.SetMeta(meta)
}
