package redoxsample

import (
	"fmt"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Profile says how much a message has.
type Profile int

// The profiles.
const (
	Typical Profile = iota // what is required, and what most senders fill in
	Small                  // what is required
	Full                   // every member of the schema, lists with two elements
)

var profileNames = [...]string{"typical", "small", "full"}

// String returns the name in lower case.
func (p Profile) String() string {
	if p < 0 || int(p) >= len(profileNames) {
		return "unknown profile"
	}
	return profileNames[p]
}

// ParseProfile returns the profile of that name.
func ParseProfile(name string) (Profile, error) {
	for p, n := range profileNames {
		if n == name {
			return Profile(p), nil
		}
	}
	return 0, fmt.Errorf("redoxsample: there is no profile %q: use small, typical or full", name)
}

// Options choose what a Generator makes. The zero value is useful.
type Options struct {
	Seed    uint64
	Profile Profile
	// Now is the time of the first message; other times are around it. Default
	// 2024-03-05 at 14:30 UTC, so that the same seed always gives the same bytes.
	Now time.Time
}

// Generator makes messages. It is not safe for concurrent use.
type Generator struct {
	opts  Options
	count uint64
}

// New returns a Generator.
func New(o Options) *Generator {
	if o.Now.IsZero() {
		o.Now = time.Date(2024, 3, 5, 14, 30, 0, 0, time.UTC)
	}
	return &Generator{opts: o}
}

// Message returns a message of the event, about another patient than the one before. The
// error is for an event whose schema asks for what the generator cannot make up, such as
// a text of a pattern.
func (g *Generator) Message(e *redox.EventInfo) (redox.Message, error) {
	data, err := g.JSON(e)
	if err != nil {
		return nil, err
	}
	m := e.New()
	_, err = m.DecodeJSON(data)
	return m, err
}

// JSON returns the text of a message like that of Message.
func (g *Generator) JSON(e *redox.EventInfo) ([]byte, error) {
	g.count++
	w := newWorld(g.opts.Seed, g.count, g.opts.Now)
	if e.EventType == "Discharge" {
		w.visit.end = w.now.Add(-10 * time.Minute)
	}
	return g.opts.write(w, e)
}

// write makes a message of e in a world.
func (o *Options) write(w *world, e *redox.EventInfo) ([]byte, error) {
	root, err := schemaOf(e)
	if err != nil {
		return nil, err
	}
	m := &writer{world: w, event: e, profile: o.Profile}
	m.root(root)
	report, err := e.ValidateJSON(m.out)
	if err != nil {
		return nil, fmt.Errorf("redoxsample: %s: %w", e, err)
	}
	for v := range report.All() {
		return nil, fmt.Errorf("redoxsample: there is no sample of %s, as its schema asks for what cannot be made up: %v", e, v)
	}
	return m.out, nil
}
