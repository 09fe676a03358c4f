package drift

import (
	"errors"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// ErrNoSchema is the error for a message of an event that the Collector has no schema
// for. It is counted.
var ErrNoSchema = errors.New("drift: there is no schema for the event of the message")

// Reporter takes what decoding reports on messages: a Collector, or the counter of
// package oteldrift.
type Reporter interface {
	// Report takes the report on one message of the event that its Meta names.
	Report(dataModel, eventType string, r redox.Report)
}

// Collector counts the drift of messages. It is safe for concurrent use, and its
// memory is bounded, whatever messages hold.
type Collector struct {
	events map[name]*event
	models map[string]string      // the data models of events, by themselves
	names  func() map[string]bool // of members of all schemas

	mu       sync.Mutex
	noSchema map[string]int // messages by data model, "" for those of no known one
	rest     map[name]*eventCounts
}

var _ Reporter = (*Collector)(nil)

// name is what Meta calls an event.
type name struct{ dataModel, eventType string }

// event is what is known of the messages of one event.
type event struct {
	name
	info    *redox.EventInfo
	compile sync.Once
	root    *program.Node // nil: the schema is not known

	mu      sync.Mutex
	counts  eventCounts // by reports, and by tallies of others
	whole   valueCounts // of the messages that were seen whole
	seen    uint64      // how many
	samples int         // of members that the schema lacks
	omitted uint64      // the last message of which something was left out
	partly  int         // how many
}

// New returns a Collector for events such as all.Events(), those of package
// patientadmin, or generator's Inspection.Infos().
func New(events []*redox.EventInfo) *Collector {
	c := &Collector{
		events: make(map[name]*event), models: make(map[string]string),
		noSchema: make(map[string]int), rest: make(map[name]*eventCounts),
	}
	for _, e := range events {
		n := name{e.DataModel, e.EventType}
		c.events[n] = &event{name: n, info: e}
		c.models[e.DataModel] = e.DataModel
	}
	c.names = sync.OnceValue(c.schemaNames)
	return c
}

// schemaNames returns the names of all members that schemas have.
func (c *Collector) schemaNames() map[string]bool {
	names := make(map[string]bool)
	visited := make(map[*program.Node]bool)
	for _, e := range c.events {
		if e.compiled() {
			addNames(names, visited, e.root)
		}
	}
	return names
}

// Message counts the drift of a message of the event that its Meta names. It sees
// all of the message: also which documented members occur, and what the members that
// the schema lacks hold. The error is a *redox.SyntaxError, of a message that is
// not counted, or ErrNoSchema.
func (c *Collector) Message(data []byte) (err error) {
	withWalker(data, func(w *walker, start int) {
		meta := w.check(start)
		if err = syntaxError(w.Err(data)); err == nil {
			err = c.count(w, w.eventName(meta), start)
		}
	})
	return err
}

// MessageOf is Message for the event e, whatever Meta says, as the recorded answer of
// a query may name the query.
func (c *Collector) MessageOf(e *redox.EventInfo, data []byte) (err error) {
	withWalker(data, func(w *walker, start int) {
		w.check(start)
		if err = syntaxError(w.Err(data)); err == nil {
			err = c.count(w, name{e.DataModel, e.EventType}, start)
		}
	})
	return err
}

func (c *Collector) count(w *walker, n name, start int) error {
	e := c.events[n]
	if e == nil || !e.compiled() {
		c.unknown(n)
		return ErrNoSchema
	}
	w.survey(e, start)
	return nil
}

// syntaxError returns an error of the codec as one of package redox.
func syntaxError(err error) error {
	if e, ok := err.(*jsontext.SyntaxError); ok {
		return (*redox.SyntaxError)(e)
	}
	return err
}

// unknown counts a message without a schema. Names that only the message gives are
// not kept.
func (c *Collector) unknown(n name) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.noSchema[c.models[n.dataModel]]++ // not n's text, which may be part of a message
}

// Report counts what the report on a message says, such as the Report of a
// webhook.Delivery. That costs next to nothing where there is no violation. A report
// knows neither which documented members occur nor what is inside of a member that
// the schema lacks: for that there is Message.
func (c *Collector) Report(dataModel, eventType string, r redox.Report) {
	n := name{dataModel, eventType}
	e := c.events[n]
	if e == nil {
		c.unknown(n)
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.counts.report(r)
}

// duplicate is a message of which every schema finds fault.
const duplicate = `{"":0,"":0}`

// compiled finds out what the event's schema was compiled to, and reports false if
// there is none. A report on a message with a fault knows its schema.
func (e *event) compiled() bool {
	e.compile.Do(func() {
		if r, err := e.info.ValidateJSON([]byte(duplicate)); err == nil {
			e.root, _ = findingsOf(r).Schema.(*program.Node)
		}
	})
	return e.root != nil
}

// Merge adds a Tally of another Collector, also of another process or time.
func (c *Collector) Merge(t *Tally) {
	for _, et := range t.Events {
		n := name{et.DataModel, et.EventType}
		if e := c.events[n]; e != nil {
			e.mu.Lock()
			e.counts.merge(&et)
			e.mu.Unlock()
			continue
		}
		c.mu.Lock()
		if c.rest[n] == nil && len(c.rest) < maxEvents {
			c.rest[n] = new(eventCounts)
		}
		if rest := c.rest[n]; rest != nil {
			rest.merge(&et)
		} else {
			c.noSchema[""] += et.Messages + et.Reports
		}
		c.mu.Unlock()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range t.NoSchema {
		c.noSchema[c.models[m.DataModel]] += m.Messages
	}
}

// Tally returns what has been counted so far.
func (c *Collector) Tally() *Tally {
	t := &Tally{Events: []EventTally{}}
	known := c.names()
	for n, e := range c.events {
		e.mu.Lock()
		counts := e.counts.clone()
		if e.seen > 0 {
			own := e.tally()
			counts.merge(&own)
		}
		e.mu.Unlock()
		t.add(n, counts, known)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for n, counts := range c.rest {
		t.add(n, counts, known)
	}
	for model, n := range c.noSchema {
		t.NoSchema = append(t.NoSchema, NoSchema{model, n})
	}
	t.sort()
	return t
}
