//go:build !redoxgen_bootstrap

package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/listen"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

func newListen() *cobra.Command {
	l := listening{}
	c := &cobra.Command{
		Use:   "listen",
		Short: "Show deliveries as they come, and forward them to your program",
		Long: `Listen receives as a destination of Redox does: it verifies the token, answers
challenges, and prints a line for each verified delivery: when it came, the event,
the log ID, the size, the status it was answered with and after which time, and what
is wrong with it by the schema. It never prints a value of a message.

With --forward-to each delivery is forwarded to your program, with its body as it is
and with its headers, so that your program verifies it, too. Redox is answered what
your program answers, and 503 when it does not answer in time, cannot be reached or
redirects: then the message comes again. Without --forward-to a delivery is answered
200 and is not kept, unless --record is given.

With --signature-header deliveries are verified by the signature of their body in that
header, with the secret in $REDOX_SIGNING_SECRET, and challenges alone by the token.

With --record each body is written to a file of its own, as validate and drift read
it, before it is forwarded; what cannot be written is answered 503. The files have
patient data if the messages do.

With --json there is one object a line for each delivery:
{"time","event","log","attempt","bytes","redelivery","status","targetStatus","targetError",
"ms","file","error","valid","errors","warnings","violations":[{"path","rule","want","got","severity"}]}
and "omitted" for the number of violations beyond those that are listed; for other
requests {"time","request","status"}; and at the end {"summary"}.

It ends with an interrupt (exit code 130), after what is in flight is answered, or
with exit code 2 when it cannot listen.`,
		Example: `  redoxgen listen --token "$TOKEN" --forward-to http://localhost:3000/redox
  redoxgen listen --token "$TOKEN" --record messages
  redoxgen trigger PatientAdmin.Arrival --to http://localhost:8080 --token "$TOKEN"`,
		Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error { return l.run(c) },
	}
	l.flags.add(c)
	l.token.add(c)
	c.Flags().StringVar(&l.forwardTo, "forward-to", "", "`URL` of your program")
	c.Flags().StringVar(&l.addr, "addr", "127.0.0.1:8080", "`HOST:PORT` to listen at; port 0 is any that is free")
	c.Flags().BoolVar(&l.remote, "allow-remote", false, "let --addr be one that other machines reach; end TLS in front of it")
	c.Flags().DurationVar(&l.timeout, "timeout", 2*time.Minute, "`TIME` that your program has for an answer")
	c.Flags().StringVar(&l.header, "signature-header", "", "`NAME` of the header with the signature")
	c.Flags().StringVar(&l.prefix, "signature-prefix", "", "`TEXT` that the header has before the signature, such as sha256=")
	c.Flags().StringVar(&l.encoding, "signature-encoding", "hex", "`KIND` of the signature: hex, base64 or base64url")
	c.Flags().StringVar(&l.record, "record", "", "`DIR` to write each body to")
	c.Flags().BoolVar(&l.asJSON, "json", false, "print JSON")
	_ = c.MarkFlagDirname("record") // fails only for flags that do not exist
	return c
}

// listening is one run of the command.
type listening struct {
	flags     messageFlags
	token     tokenFlag
	forwardTo string
	addr      string
	remote    bool
	timeout   time.Duration
	header    string // of the signature, as what follows
	prefix    string
	encoding  string
	record    string
	asJSON    bool

	known knownEvents

	mu         sync.Mutex // of what follows, and of the output
	w          io.Writer
	summary    listenSummary
	unverified time.Time // when a request without valid credentials was last shown
}

// listenSummary is what is printed at the end.
type listenSummary struct {
	Deliveries   int `json:"deliveries"`
	Accepted     int `json:"accepted"` // answered with a status below 300
	Redeliveries int `json:"redeliveries"`
	Invalid      int `json:"invalid"`
	Challenges   int `json:"challenges"`
	Unverified   int `json:"unverified"`
	Refused      int `json:"refused"`
}

func (l *listening) run(c *cobra.Command) error {
	target, err := l.check()
	if err != nil {
		return usageError{c, err}
	}
	verifier, err := listen.Signed(l.header, l.prefix, l.encoding, os.Getenv("REDOX_SIGNING_SECRET"))
	if err != nil {
		return usageError{c, err}
	}
	if l.known, err = l.flags.known(c); err != nil {
		return err
	}
	if c.Context().Err() != nil {
		return input.ErrInterrupted
	}
	var lc net.ListenConfig
	socket, err := lc.Listen(c.Context(), "tcp", l.addr)
	if err != nil {
		return err
	}
	defer socket.Close() // where it is not served
	if target != nil && target.Port() == portOf(socket.Addr().String()) && isLoopback(target.Hostname()) {
		return usageError{c, errors.New("--forward-to leads to the command itself: give --addr another port")}
	}
	limit, _ := l.flags.limit()
	l.w = c.OutOrStdout()
	listener, err := listen.New(listen.Config{
		Token: l.token.secret(), Verify: verifier, MaxBody: limit, Target: target, Timeout: l.timeout, Record: l.record,
		Delivered: l.delivered, Other: l.other,
	})
	if err != nil {
		return err
	}
	l.printStart(c.ErrOrStderr(), socket.Addr().String(), target)
	err = listener.Serve(c.Context(), socket)
	l.printSummary()
	if c.Context().Err() != nil {
		return input.ErrInterrupted
	}
	return err
}

// check checks the flags, and returns where deliveries go; nil is nowhere.
func (l *listening) check() (*url.URL, error) {
	if err := l.token.check(); err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(l.addr)
	switch {
	case err != nil:
		return nil, errors.New("--addr is no address such as 127.0.0.1:8080")
	case !isLoopback(host) && !l.remote:
		return nil, errors.New("--addr is not of the loopback interface: other machines would reach it, and see --allow-remote for that")
	case l.timeout <= 0:
		return nil, errors.New("--timeout must be more than 0")
	case l.forwardTo == "":
		return nil, nil
	}
	if err := checkURL("--forward-to", l.forwardTo); err != nil {
		return nil, err
	}
	target, err := url.Parse(l.forwardTo)
	if err == nil && target.User != nil {
		err = errors.New("--forward-to has a password, which is not sent: leave it out")
	}
	return target, err
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

func portOf(addr string) string {
	_, port, _ := net.SplitHostPort(addr)
	return port
}

func (l *listening) printStart(w io.Writer, addr string, target *url.URL) {
	does := "answering 200"
	if target != nil {
		does = "forwarding to " + (&url.URL{Scheme: target.Scheme, Host: target.Host, Path: target.Path}).String()
	}
	if l.record != "" {
		does += ", recording into " + l.record
	}
	fmt.Fprintf(w, "listening at http://%s, %s\n", addr, does)
}

// listened is a delivery, in JSON as it is printed.
type listened struct {
	Time         time.Time         `json:"time"`
	Event        string            `json:"event"`
	Log          string            `json:"log"`
	Attempt      string            `json:"attempt"`
	Bytes        int               `json:"bytes"`
	Redelivery   bool              `json:"redelivery"`
	Status       int               `json:"status"`
	TargetStatus int               `json:"targetStatus,omitempty"`
	TargetError  string            `json:"targetError,omitempty"`
	MS           int64             `json:"ms"`
	File         string            `json:"file,omitempty"`
	Error        string            `json:"error,omitempty"` // why it is not recorded or not validated
	Valid        bool              `json:"valid"`
	Errors       int               `json:"errors"`
	Warnings     int               `json:"warnings"`
	Violations   []redox.Violation `json:"violations"`
	Omitted      int               `json:"omitted,omitempty"`
}

// delivered prints a delivery.
func (l *listening) delivered(d listen.Delivery) {
	r := listened{
		Time: d.Received, Event: d.Event, Log: d.LogID, Attempt: d.AttemptID, Bytes: len(d.Raw), Redelivery: d.Redelivery,
		Status: d.Status, TargetStatus: d.TargetStatus, MS: d.TargetTook.Milliseconds(), File: d.File, Violations: []redox.Violation{},
	}
	if d.TargetErr != nil {
		r.TargetError = d.TargetErr.Error()
	}
	e, err := l.known.eventOf(d.Raw)
	var report redox.Report
	if err == nil {
		report, err = e.ValidateJSON(d.Raw)
	}
	switch {
	case d.RecordErr != nil:
		r.Error = "not recorded: " + d.RecordErr.Error()
	case err != nil:
		r.Error = (&message{name: "not validated"}).problem(err)
	}
	r.count(report)
	r.Valid = err == nil && report.Valid()

	l.mu.Lock()
	defer l.mu.Unlock()
	l.summary.count(&r)
	if l.asJSON {
		l.printJSON(r)
	} else {
		fmt.Fprintln(l.w, r.line())
	}
}

// count lists and counts what a report has.
func (r *listened) count(report redox.Report) {
	for v := range report.All() {
		r.Violations = append(r.Violations, v)
		if v.Severity == redox.SeverityError {
			r.Errors++
		} else {
			r.Warnings++
		}
	}
	r.Omitted = report.Len() - len(r.Violations)
}

func (s *listenSummary) count(r *listened) {
	s.Deliveries++
	if r.Status < http.StatusMultipleChoices {
		s.Accepted++
	}
	if r.Redelivery {
		s.Redeliveries++
	}
	if !r.Valid {
		s.Invalid++
	}
}

// shownViolations is how many violations the line of a delivery has.
const shownViolations = 3

// line is the delivery as it is printed.
func (r *listened) line() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s log %s, %s", r.Time.Local().Format("15:04:05.000"), r.Event, cmp.Or(r.Log, "(none)"), count(r.Bytes, "byte"))
	if r.Redelivery {
		b.WriteString(", redelivery")
	}
	fmt.Fprintf(&b, ": %d", r.Status)
	switch took := time.Duration(r.MS) * time.Millisecond; {
	case r.TargetError != "":
		fmt.Fprintf(&b, " after %s (%s)", took, r.TargetError)
	case r.TargetStatus != 0 && r.TargetStatus != r.Status:
		fmt.Fprintf(&b, " after %s (answered %d)", took, r.TargetStatus)
	case r.TargetStatus != 0:
		fmt.Fprintf(&b, " after %s", took)
	}
	switch {
	case r.Error != "":
		b.WriteString("; " + r.Error)
	case len(r.Violations) == 0:
		b.WriteString("; valid")
	default:
		fmt.Fprintf(&b, "; %s, %s", count(r.Errors, "error"), count(r.Warnings, "warning"))
		for i, v := range r.Violations[:min(len(r.Violations), shownViolations)] {
			fmt.Fprintf(&b, "%s%s: %s", map[bool]string{true: ": ", false: "; "}[i == 0], cmp.Or(v.Path, "(message)"), v.Rule)
		}
		if more := len(r.Violations) + r.Omitted - shownViolations; more > 0 {
			fmt.Fprintf(&b, "; and %d more", more)
		}
	}
	return b.String()
}

// other prints a request that is no delivery: of strangers one a minute, so that
// they do not fill the screen.
func (l *listening) other(status int, result webhook.Result) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	what := ""
	switch {
	case result == webhook.Challenged:
		l.summary.Challenges++
		what = "challenge"
	case status == http.StatusUnauthorized:
		l.summary.Unverified++
		if now.Sub(l.unverified) < time.Minute {
			return
		}
		l.unverified = now
		what = "not verified: the token or the signature is another one, or missing"
	default:
		l.summary.Refused++
		what = "refused: " + http.StatusText(status)
		if status == http.StatusRequestEntityTooLarge {
			_, advice := l.flags.limit()
			what += "; " + advice
		}
	}
	if l.asJSON {
		l.printJSON(map[string]any{"time": now, "request": what, "status": status})
	} else {
		fmt.Fprintf(l.w, "%s %s: %d\n", now.Format("15:04:05.000"), what, status)
	}
}

func (l *listening) printSummary() {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.summary
	if l.asJSON {
		l.printJSON(map[string]any{"summary": s})
		return
	}
	fmt.Fprintf(l.w, "%d delivered: %d accepted, %d redelivered, %d not valid; %s, %s not verified, %d refused\n",
		s.Deliveries, s.Accepted, s.Redeliveries, s.Invalid, count(s.Challenges, "challenge"), count(s.Unverified, "request"), s.Refused)
}

func (l *listening) printJSON(v any) {
	enc := json.NewEncoder(l.w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // strings and numbers only; run reports what cannot be written
}
