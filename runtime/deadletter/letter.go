package deadletter

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"github.com/redoxgen/redoxgen/internal/redact"
	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// Reason tells why a message was put aside.
type Reason string

// The reasons.
const (
	Unhandled   Reason = "unhandled"   // no handler takes the message
	Undecodable Reason = "undecodable" // not a JSON object, or beyond redox.SetMemoryLimit
	Rejected    Reason = "rejected"    // a handler returned a permanent error
)

// Letter is a message that was put aside.
type Letter struct {
	// Key identifies the message: putting another letter of the same key
	// replaces the first.
	Key       dedup.Key
	Reason    Reason
	Detail    string // the handlers' errors; may contain patient data
	DataModel string // as in Meta, "" if there is none
	EventType string // as in Meta, "" if there is none
	LogID     string // Meta.Logs[0].ID
	AttemptID string // Meta.Logs[0].AttemptID
	Received  time.Time
	Raw       []byte // the message as it was received
}

// Event returns "DataModel.EventType", "unknown" without Meta.
func (l Letter) Event() string {
	if l.DataModel == "" && l.EventType == "" {
		return "unknown"
	}
	return l.DataModel + "." + l.EventType
}

// Format writes what identifies the letter and no content. What does not look
// like a name or an ID is withheld.
func (l Letter) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "%s %s (%s, %d bytes)", redact.Name(l.Event()), redact.Name(l.LogID), redact.Name(string(l.Reason)), len(l.Raw))
}

// MarshalText is what Format writes, for JSON: loggers encode what is inside of
// other values so.
func (l Letter) MarshalText() ([]byte, error) { return fmt.Append(nil, l), nil }

// LogValue is what identifies the letter and no content. What does not look
// like a name or an ID is withheld.
func (l Letter) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("event", redact.Name(l.Event())),
		slog.String("log_id", redact.Name(l.LogID)),
		slog.String("reason", redact.Name(string(l.Reason))),
		slog.Int("bytes", len(l.Raw)),
	)
}

// Sink takes letters. When Put returns nil the letter must survive a crash of
// the process. Put is safe for concurrent use. Its errors contain nothing of a
// letter but, at most, its key and the name of its event: they are logged.
type Sink interface {
	Put(ctx context.Context, l Letter) error
}

// Box is a sink whose letters can be read and removed.
type Box interface {
	Sink
	// Letters yields the letters in the order in which they were received. A
	// letter that cannot be read yields an error and does not end the sequence.
	// Letters may be put and removed meanwhile. Of those put meanwhile some may be
	// yielded, such as one that replaces a letter that is still to come; the
	// sequence ends all the same.
	Letters(ctx context.Context) iter.Seq2[Letter, error]
	// Remove deletes the letter if it has not been replaced since it was read,
	// ErrChanged if it has. Removing what is not there is no error.
	Remove(ctx context.Context, l Letter) error
}

// ErrChanged is returned when a letter was put again since it was read.
var ErrChanged = errors.New("deadletter: the letter was put again meanwhile")

// Discard returns a sink that drops every letter: the explicit choice to lose
// what cannot be handled.
func Discard() Sink { return discard{} }

type discard struct{}

func (discard) Put(context.Context, Letter) error { return nil }
