package webhook

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"time"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/internal/duration"
	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// NoWait is the Config.Wait of a delivery that does not wait for another one.
const NoWait time.Duration = -1

// Environment is where a Handler runs. It decides which messages are not for it by
// their Meta.Test.
type Environment int

// The environments.
const (
	AnyEnvironment Environment = iota // takes test messages and real ones
	Production                        // dead-letters messages with Meta.Test true
	Staging                           // dead-letters messages without Meta.Test true
	Development                       // dead-letters messages without Meta.Test true
)

// check is an error for what is none of the constants.
func (e Environment) check() error {
	if e < AnyEnvironment || e > Development {
		return fmt.Errorf("webhook: Config.Environment is %d: use AnyEnvironment, Production, Staging or Development", int(e))
	}
	return nil
}

// takes reports whether a message with that Meta.Test is for the environment.
func (e Environment) takes(test bool) bool {
	return e == AnyEnvironment || test == (e != Production)
}

// Config configures a Handler. Tokens or Verify, and DeadLetter must be set; zero is the default
// of everything else.
type Config struct {
	// Tokens are the verification tokens that are accepted: one, and while it
	// is being changed at Redox, the old and the new one. With Verify they are those
	// of challenges alone.
	Tokens []string
	// Verify decides which deliveries come from Redox, in place of Tokens: see package
	// verify. Without Tokens, challenges are verified like deliveries.
	Verify verify.Verifier

	// DeadLetter takes what cannot be handled: deadletter.Dir("dead"), a
	// sqldeadletter.Store, a sink of your own. deadletter.Discard() is the choice
	// to lose such messages.
	DeadLetter deadletter.Sink

	// Environment decides which messages are dead-lettered by their Meta.Test before
	// any handler gets them: test messages in Production, real ones elsewhere. Default
	// AnyEnvironment, which takes both.
	Environment Environment

	// Dedup recognises redeliveries. Default a dedup.Memory, which forgets when
	// the process ends and is not shared with others. dedup.None() turns it off.
	Dedup dedup.Store
	// Key identifies messages. Default dedup.KeyOf, which also identifies those for
	// which Key returns "".
	Key dedup.KeyFunc
	// Lease is for how long a message stays claimed after its worker died. It
	// is renewed while a handler runs. Default 30 seconds.
	Lease time.Duration
	// Wait is how long a delivery waits for another one of the same message to
	// finish before it is answered 503. Default 5 seconds; NoWait is not at all.
	Wait time.Duration
	// StoreTimeout bounds each request to Dedup and DeadLetter, also to those that
	// do not heed the end of a context. Default 10 seconds. Renewing a lease has a
	// quarter of the lease at most.
	StoreTimeout time.Duration

	// Inbox takes messages up: a message that is in it is answered 200, and handled by
	// inbox.Run. Dedup recognises a redelivery of what was handled without an inbox,
	// and keeps what handlers did once. Queries are answered, and messages that no
	// handler may get are dead-lettered, in the request. Default none: handlers run in
	// the request.
	Inbox inbox.Appender
	// InboxKeys returns the keys of a message: those that have one in common are handled
	// one after the other. Default inbox.KeysOf.
	InboxKeys inbox.KeyFunc

	// Timeout is the time handlers have for a message. A query has it from
	// when it was received, as Redox gives 120 seconds for question and answer
	// together. Default 120 seconds.
	Timeout time.Duration
	// MaxBody is the largest body accepted. Default 64 MB: a file may have 30 MB
	// when it is uploaded, which makes 40 MB in the message that it comes in.
	MaxBody int64
	// BodyTimeout is the time a client has to send the body, and, where the server
	// has a WriteTimeout, to take the answer. Default 30 seconds.
	BodyTimeout time.Duration
	// RefuseInvalidJSON answers 400 to what is not a JSON object, so that the
	// feed stops and somebody looks. By default it is answered 200. It is put
	// into DeadLetter either way.
	RefuseInvalidJSON bool

	// Logger gets a line for each request. Default slog.Default().
	Logger *slog.Logger
	// ErrorText returns what logs have of a handler's error. The default is
	// ErrorTypes, because the text may contain patient data. A handler that knows
	// that it does not marks the error as Loggable.
	ErrorText func(error) string
	// Observers follow every request, for metrics and traces.
	Observers []Observer
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// Format writes a placeholder for every verb, since Tokens are secrets.
func (Config) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "webhook.Config(withheld)") }

// LogValue is a placeholder.
func (Config) LogValue() slog.Value { return slog.StringValue("webhook.Config(withheld)") }

// check returns all that is wrong with the Config but for its tokens.
func (c Config) check() error {
	var errs []error
	switch {
	case c.DeadLetter == nil:
		errs = append(errs, errors.New("webhook: Config.DeadLetter is not set: choose where messages go that cannot be handled, or deadletter.Discard() to lose them"))
	case isNil(c.DeadLetter):
		errs = append(errs, fmt.Errorf("webhook: Config.DeadLetter is a nil %T", c.DeadLetter))
	}
	if c.Dedup != nil && isNil(c.Dedup) {
		errs = append(errs, fmt.Errorf("webhook: Config.Dedup is a nil %T: leave it out for the default", c.Dedup))
	}
	if c.Inbox != nil && isNil(c.Inbox) {
		errs = append(errs, fmt.Errorf("webhook: Config.Inbox is a nil %T: leave it out for none", c.Inbox))
	}
	if m, ok := c.Dedup.(*dedup.Memory); ok && m != nil {
		errs = append(errs, m.Ping(context.Background()))
	}
	errs = append(errs, c.Environment.check())
	if c.Wait != NoWait {
		errs = append(errs, checkDuration("Wait", c.Wait))
	}
	errs = append(errs, checkDuration("Lease", c.Lease), checkDuration("StoreTimeout", c.StoreTimeout),
		checkDuration("Timeout", c.Timeout), checkDuration("BodyTimeout", c.BodyTimeout))
	if c.MaxBody < 0 {
		errs = append(errs, errors.New("webhook: Config.MaxBody is negative: leave it out for the default"))
	}
	for i, o := range c.Observers {
		if o == nil || isNil(o) {
			errs = append(errs, fmt.Errorf("webhook: Config.Observers[%d] is nil", i))
		}
	}
	return errors.Join(errs...)
}

func checkDuration(field string, d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("webhook: Config.%s is negative: leave it out for the default", field)
	}
	return duration.Check("webhook: Config."+field, d)
}

// isNil reports whether an interface contains a nil pointer or function, which an
// error that nobody looked at often leaves.
func isNil(v any) bool {
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Pointer, reflect.Func:
		return r.IsNil()
	default:
		return false
	}
}

// complete fills in the defaults.
func (c Config) complete() Config {
	if c.Dedup == nil {
		c.Dedup = dedup.NewMemory(dedup.MemoryConfig{})
	}
	if c.Key == nil {
		c.Key = dedup.KeyOf
	}
	if c.InboxKeys == nil {
		c.InboxKeys = inbox.KeysOf
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.ErrorText == nil {
		c.ErrorText = ErrorTypes
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Wait = cmp.Or(c.Wait, 5*time.Second)
	c.MaxBody = cmp.Or(c.MaxBody, 64<<20)
	c.Lease = cmp.Or(c.Lease, 30*time.Second)
	c.StoreTimeout = cmp.Or(c.StoreTimeout, 10*time.Second)
	c.Timeout = cmp.Or(c.Timeout, 120*time.Second)
	c.BodyTimeout = cmp.Or(c.BodyTimeout, 30*time.Second)
	return c
}
