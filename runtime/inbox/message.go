package inbox

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/internal/redact"
)

// Message is a message as it was received.
type Message struct {
	// Key identifies the message. Appending another message of the same key does
	// nothing as long as the first is there.
	Key dedup.Key
	// Order are the keys whose messages are handled one after the other. They may
	// contain patient data: a Box keeps their hashes alone, see Hasher.
	Order []string

	DataModel string // as in Meta, "" without one
	EventType string // as in Meta, "" without one
	Source    string // Meta.Source.ID
	LogID     string // Meta.Logs[0].ID
	AttemptID string // Meta.Logs[0].AttemptID
	Received  time.Time
	Raw       []byte // as it was received, or sealed
}

// Event returns "DataModel.EventType", "unknown" without Meta.
func (m Message) Event() string {
	if m.DataModel == "" && m.EventType == "" {
		return "unknown"
	}
	return m.DataModel + "." + m.EventType
}

// Format writes what identifies the message and no content, for every verb.
func (m Message) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "%s %s (%d bytes)", redact.Name(m.Event()), redact.Name(m.LogID), len(m.Raw))
}

// MarshalText returns what Format writes, for JSON: loggers encode values inside of
// others so.
func (m Message) MarshalText() ([]byte, error) { return fmt.Append(nil, m), nil }

// LogValue returns what identifies the message and no content.
func (m Message) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("event", redact.Name(m.Event())),
		slog.String("log_id", redact.Name(m.LogID)),
		slog.Int("bytes", len(m.Raw)),
	)
}

// Outcome is what became of a message.
type Outcome string

// The outcomes.
const (
	Pending Outcome = "pending"     // waits, runs, or is to be tried again
	Handled Outcome = "handled"     // every handler succeeded
	Dead    Outcome = "dead-letter" // dead-lettered; its keys went on
	Held    Outcome = "held"        // dead-lettered; its keys wait until it is replayed or purged
)

// Entry is a message in a Box and what became of it.
type Entry struct {
	Message // without Order; Raw is nil unless Filter.Raw was set

	ID       int64 // in the order in which messages were appended
	Outcome  Outcome
	Attempts int       // how often it was claimed; of a replay, since then
	Due      time.Time // when it is tried again, or its lease ends, zero unless it is Pending
	Finished time.Time // when it was handled or dead-lettered, zero while it is Pending
	Size     int       // of Raw in bytes, as it is kept
}

// Filter chooses entries: those that have everything that is set.
type Filter struct {
	ID        int64     // one message
	DataModel string    // exactly
	EventType string    // exactly
	Source    string    // exactly
	LogID     string    // exactly
	Order     string    // a key of Message.Order, as in Identifier
	Outcome   Outcome   // exactly
	From, To  time.Time // Received is not before From, and before To
	Finished  time.Time // Finished is before
	After     int64     // ID is above, or below where Newest is set: the next page
	Newest    bool      // the last first
	Limit     int       // at most so many
	Raw       bool      // with Message.Raw
}

// Stats are the figures of a Box.
type Stats struct {
	Depth    int       // messages that are not finished, held ones too
	Running  int       // claimed now
	Waiting  int       // to be tried again later
	Blocked  int       // wait for an earlier message of a key of theirs
	Held     int       // dead-lettered messages whose keys wait
	HeldKeys int       // keys that wait for a message that failed, or is held
	Attempts int       // the most attempts that a message which is not finished has had
	Oldest   time.Time // when the oldest that is not finished was received, zero without one
}
