package drift

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// tallyFormat is in every Tally as JSON.
const tallyFormat = "redoxgen drift 1"

// Tally is what a Collector has counted. As JSON it is what redoxgen drift prints
// with --json, and reads.
type Tally struct {
	Events   []EventTally `json:"events"`             // by name
	NoSchema []NoSchema   `json:"noSchema,omitempty"` // messages that there is no schema for
}

// NoSchema counts messages of events that there is no schema for.
type NoSchema struct {
	DataModel string `json:"dataModel,omitempty"` // "" for one that no schema names
	Messages  int    `json:"messages"`
}

// EventTally is the drift of the messages of one event.
type EventTally struct {
	DataModel string    `json:"dataModel"`
	EventType string    `json:"eventType"`
	Messages  int       `json:"messages"`          // that were seen whole
	Reports   int       `json:"reports,omitempty"` // of which only the report was seen
	Findings  []Finding `json:"findings"`          // by path
	// Absent are the paths of documented members that occur in none of Messages, without
	// those inside of others.
	Absent []string `json:"absent"`
	// Partly is how many messages have more than what is counted.
	Partly int `json:"partly,omitempty"`
}

// Event returns "DataModel.EventType".
func (e *EventTally) Event() string { return e.DataModel + "." + e.EventType }

// Finding is one way in which values at one path drift.
type Finding struct {
	// Path is as Redox words it, with [] for any element, such as Visit.Guarantor.Plans[].
	// What is inside of a member that the schema lacks has a Finding of its own. In place
	// of names that may be data it has [name withheld]: those that do not look like names
	// of members, as they have more than two digits or a space, and those of an object that
	// looks like a map, as each is in one message only or a message has few of many. Names
	// that any schema of the Collector has are shown.
	Path     string       `json:"path"`
	Rule     redox.Rule   `json:"rule"`           // such as redox.RuleUnknown
	Want     string       `json:"want,omitempty"` // what the schema allows
	Messages int          `json:"messages"`       // how many have such a value
	Kinds    map[Kind]int `json:"kinds"`          // how many of them have one of the kind
}

// encoded is a Tally as JSON.
type encoded struct {
	Format string `json:"format"`
	*plainTally
}

type plainTally Tally

// MarshalJSON implements json.Marshaler.
func (t *Tally) MarshalJSON() ([]byte, error) {
	return json.Marshal(encoded{tallyFormat, (*plainTally)(t)})
}

// ErrNoTally is the error for JSON that is no Tally.
var ErrNoTally = errors.New("drift: not a tally of this version")

// UnmarshalJSON implements json.Unmarshaler. The error is ErrNoTally for other JSON.
func (t *Tally) UnmarshalJSON(data []byte) error {
	var read plainTally
	e := encoded{plainTally: &read}
	if err := json.Unmarshal(data, &e); err != nil || e.Format != tallyFormat {
		return ErrNoTally // not err: it may repeat what it read
	}
	*t = Tally(read)
	t.clean()
	return nil
}

// WriteTo writes t as indented JSON.
func (t *Tally) WriteTo(w io.Writer) (int64, error) {
	data, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return 0, err
	}
	n, err := w.Write(append(data, '\n'))
	return int64(n), err
}

// add adds the counts of an event that has any.
func (t *Tally) add(n name, c *eventCounts, known map[string]bool) {
	if c.messages+c.reports > 0 {
		t.Events = append(t.Events, c.tally(n, known))
	}
}

func (t *Tally) sort() {
	slices.SortFunc(t.Events, func(a, b EventTally) int {
		return cmp.Or(cmp.Compare(a.DataModel, b.DataModel), cmp.Compare(a.EventType, b.EventType))
	})
	slices.SortFunc(t.NoSchema, func(a, b NoSchema) int { return cmp.Compare(a.DataModel, b.DataModel) })
}

// Drifts reports whether anything in the messages is not as documented. Members that
// never occur are no drift.
func (t *Tally) Drifts() bool {
	return len(t.NoSchema) > 0 || slices.ContainsFunc(t.Events, func(e EventTally) bool { return len(e.Findings) > 0 })
}

// clean drops what no Collector counts, as a file may have anything.
func (t *Tally) clean() {
	for i := range t.Events {
		e := &t.Events[i]
		e.Messages, e.Reports, e.Partly = max(e.Messages, 0), max(e.Reports, 0), max(e.Partly, 0)
		e.Findings = slices.DeleteFunc(e.Findings, func(f Finding) bool { return !rules[f.Rule] || f.Messages < 0 })
		for _, f := range e.Findings {
			maps.DeleteFunc(f.Kinds, func(k Kind, n int) bool { return n < 0 || !slices.Contains(kinds[:], k) })
		}
	}
	t.NoSchema = slices.DeleteFunc(t.NoSchema, func(n NoSchema) bool { return n.Messages < 0 })
}
