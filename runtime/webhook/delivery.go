package webhook

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/internal/redact"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Delivery is what a handler gets of a message beside its content.
type Delivery struct {
	Raw          []byte // the message as received; the handler may keep it, and must not change it
	DataModel    string // as in Meta
	EventType    string // as in Meta
	LogID        string // Meta.Logs[0].ID, the same for every delivery of the message
	AttemptID    string // Meta.Logs[0].AttemptID
	Source       redox.Endpoint
	FacilityCode string // as in Meta: the facility of the source, where it has several
	Destinations []redox.Endpoint
	Test         bool         // Meta.Test
	Report       redox.Report // what in the message does not fit its schema
	// EventTime is Meta.EventDateTime, zero without one, or if it is not a time.
	EventTime time.Time
	Received  time.Time
	// Redelivery is true when the message was delivered before and not
	// finished, so that this handler may have seen it, wholly or in part.
	Redelivery bool
	// Attempt is 1 for the first claim of the message, and grows by one with each
	// further claim that the dedup store remembers, even if no handler ran. Replays
	// have a count of their own, which starts at 2.
	Attempt int
	// Replay is true when the message comes from the dead-letter sink, or an operator
	// wanted it handled again. Newer messages about the same patient may have been
	// handled since: see Newer, or compare EventTime with a time that is stored beside
	// what the message changes, before it undoes them.
	Replay bool
	// Query is true when the message is a query that a handler answers (Answer,
	// AnswerAny): also for the handlers that take it beside that one.
	Query bool

	key   dedup.Key
	run   string // of a replay of what was handled, what is done in it alone
	route string
	size  int // of Raw, also where Raw is left out

	timeline  dedup.Timeline
	orderKeys inbox.KeyFunc
}

// Event returns "DataModel.EventType", "unknown" without Meta.
func (d Delivery) Event() string {
	if d.DataModel == "" && d.EventType == "" {
		return "unknown"
	}
	return d.DataModel + "." + d.EventType
}

// Key identifies the message and the handler. It is the same for every delivery of
// the message, and another one for each other message, also where both have one log
// ID (see dedup.KeyOf), and for each handler that takes the message, so that effects
// of several handlers do not hide each other:
//
//	store.Once(ctx, d.Key(), func(tx *sql.Tx) error { … })
//
// A handler's part of the key is its name (WithName). If it has none, it is what it
// was registered for, such as "PatientAdmin.Arrival", and its number among those
// without a name that were registered for the same. As the number changes with
// the order of registration, handlers of which there are several should be named.
//
// A Delivery that this package did not make has no key: "". Package redoxtest
// makes one for unit tests of handlers.
func (d Delivery) Key() dedup.Key {
	if d.key == "" {
		return ""
	}
	return d.runKey().Sub(d.route)
}

// runKey is the message's key, or of a replay of what was handled one of its own: what
// handlers did once is to be done again.
func (d Delivery) runKey() dedup.Key {
	if d.run == "" {
		return d.key
	}
	return d.key.Sub("run:" + d.run)
}

// MessageKey identifies the message for all handlers together, and its dead letter
// in the dead-letter sink. It comes from Config.Key. A replay has the key of its dead
// letter, and a message that an earlier version of this package had taken up the key
// from there (dedup.Earlier). What one handler does once under it, no other one does;
// the message is done when all handlers are, whatever is done under it.
func (d Delivery) MessageKey() dedup.Key { return d.key }

// claimKey is the key of the message's claim, and of the claim of each replay. These
// are apart from Key and MessageKey, which handlers may mark as done, and from each
// other: to Redox's deliveries a dead letter is done. No handler's name has a colon.
func (d Delivery) claimKey(replay string) dedup.Key { return d.key.Sub("claim:" + replay) }

// Format writes what identifies the delivery and no content, for every verb.
func (d Delivery) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "%s %s attempt %d (%d bytes)", redact.Name(d.Event()), redact.Name(d.LogID), d.Attempt, d.size)
}

// MarshalText returns what Format writes, for JSON: loggers encode values inside of
// others so.
func (d Delivery) MarshalText() ([]byte, error) { return fmt.Append(nil, d), nil }

// LogValue returns what identifies the delivery and no content.
func (d Delivery) LogValue() slog.Value { return slog.GroupValue(d.Attrs()...) }

// Attrs returns what identifies the delivery and no content, for logs and traces of
// your own. What in Meta does not look like a name or an ID is withheld.
func (d Delivery) Attrs() []slog.Attr {
	attrs := []slog.Attr{
		slog.String("event", redact.Name(d.Event())),
		slog.String("log_id", redact.Name(d.LogID)),
		slog.String("attempt_id", redact.Name(d.AttemptID)),
		slog.String("source", redact.Name(d.Source.ID)),
		slog.Int("attempt", d.Attempt),
		slog.Int("bytes", d.size),
	}
	if d.FacilityCode != "" {
		attrs = append(attrs, slog.String("facility", redact.Name(d.FacilityCode)))
	}
	if n := d.Report.Len(); n > 0 {
		attrs = append(attrs, slog.Int("violations", n))
	}
	if d.Replay {
		attrs = append(attrs, slog.Bool("replay", true))
	}
	return attrs
}

// NewDelivery returns the first delivery of a message, as the handler gets it that
// has that name or, without one, was registered for that: for unit tests of
// handlers. The error is for what has no Meta.
func NewDelivery(raw []byte, handler string) (Delivery, error) {
	meta, err := redox.PeekMeta(raw)
	if err != nil {
		return Delivery{}, err
	}
	d := newDelivery(meta, raw, dedup.KeyOf(meta, raw), time.Now())
	d.route = handler
	return d, nil
}

func newDelivery(meta redox.Meta, raw []byte, key dedup.Key, received time.Time) Delivery {
	d := Delivery{
		Raw: raw, DataModel: meta.DataModel, EventType: meta.EventType,
		Source: meta.Source, FacilityCode: meta.FacilityCode, Destinations: meta.Destinations, Test: meta.Test.IsTrue(),
		Received: received, Attempt: 1, key: key, size: len(raw),
	}
	if at, err := meta.EventDateTime.Time(); err == nil {
		d.EventTime = at
	}
	if len(meta.Logs) > 0 {
		d.LogID, d.AttemptID = meta.Logs[0].ID, meta.Logs[0].AttemptID
	}
	return d
}
