package deadletter

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/internal/redact"
)

// Reason is why a message was dead-lettered.
type Reason string

// The reasons.
const (
	Unhandled   Reason = "unhandled"   // no handler takes the message
	Undecodable Reason = "undecodable" // not a JSON object, or beyond redox.SetMemoryLimit
	Rejected    Reason = "rejected"    // a handler returned a permanent error

	Exhausted        Reason = "exhausted"         // a handler failed for as many attempts as it had
	NoTenant         Reason = "no-tenant"         // of a sender that no tenant has
	WrongEnvironment Reason = "wrong-environment" // a test message in production, or a real one elsewhere
)

// Message is a dead letter: a message that could not be handled, and why.
type Message struct {
	// Key identifies the message: putting another message of the same key
	// replaces the first.
	Key       dedup.Key
	Reason    Reason
	Detail    string // the handlers' errors; may contain patient data
	DataModel string // as in Meta, "" without one
	EventType string // as in Meta, "" without one
	LogID     string // Meta.Logs[0].ID
	AttemptID string // Meta.Logs[0].AttemptID
	Received  time.Time
	Raw       []byte // the message as it was received
}

// Event returns "DataModel.EventType", "unknown" without Meta.
func (m Message) Event() string {
	if m.DataModel == "" && m.EventType == "" {
		return "unknown"
	}
	return m.DataModel + "." + m.EventType
}

// Format writes what identifies the message and no content. What does not look
// like a name or an ID is withheld.
func (m Message) Format(s fmt.State, _ rune) {
	id := redact.Name(m.LogID)
	if id == "" {
		id = "without log ID"
	}
	fmt.Fprintf(s, "%s %s (%s, %d bytes)", redact.Name(m.Event()), id, redact.Name(string(m.Reason)), len(m.Raw))
}

// MarshalText is what Format writes, for JSON: loggers encode what is inside of
// other values so.
func (m Message) MarshalText() ([]byte, error) { return fmt.Append(nil, m), nil }

// LogValue is what identifies the message and no content. What does not look
// like a name or an ID is withheld.
func (m Message) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("event", redact.Name(m.Event())),
		slog.String("log_id", redact.Name(m.LogID)),
		slog.String("reason", redact.Name(string(m.Reason))),
		slog.Int("bytes", len(m.Raw)),
	)
}

// Sink takes messages. When Put returns nil the message must survive a crash of
// the process. Put is safe for concurrent use. Its errors contain nothing of a
// message but, at most, its key and the name of its event: they are logged.
type Sink interface {
	Put(ctx context.Context, m Message) error
}

// Pinger is implemented by sinks that can report whether they would take messages; see
// webhook.Handler.Health.
type Pinger interface {
	Ping(ctx context.Context) error
}

// Store is a sink whose messages can be read and removed.
type Store interface {
	Sink
	// Messages yields the messages in the order in which they were received. A
	// message that cannot be read yields an error and does not end the sequence.
	// Messages may be put and removed meanwhile. Of those put meanwhile some may be
	// yielded, such as one that replaces a message that is still to come; the
	// sequence ends all the same.
	Messages(ctx context.Context) iter.Seq2[Message, error]
	// Remove deletes the message if it has not been replaced since it was read,
	// ErrChanged if it has. Removing what is not there is no error.
	Remove(ctx context.Context, m Message) error
}

// ErrChanged is returned when a message was put again since it was read.
var ErrChanged = errors.New("deadletter: the message was put again meanwhile")

// Discard returns a sink that drops every message: the explicit choice to lose
// what cannot be handled.
func Discard() Sink { return discard{} }

type discard struct{}

func (discard) Put(context.Context, Message) error { return nil }
