package redoxsample

import (
	"fmt"
	"slices"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// step is a message of a story.
type step struct {
	event string        // in wire names
	after time.Duration // after the first message
}

// story is a sequence of messages about one patient.
type story struct {
	name  string
	steps []step
}

var stories = []story{
	{"admission", []step{
		{"PatientAdmin.Arrival", 0}, {"Order.New", 40 * time.Minute}, {"Results.New", 3 * time.Hour},
		{"PatientAdmin.Transfer", 8 * time.Hour}, {"PatientAdmin.Discharge", 52 * time.Hour},
	}},
	{"appointment", []step{
		{"Scheduling.New", 0}, {"Scheduling.Reschedule", 24 * time.Hour}, {"PatientAdmin.Arrival", 7 * 24 * time.Hour},
		{"Notes.New", 7*24*time.Hour + time.Hour},
	}},
}

// Stories returns the names of the stories.
func Stories() []string {
	var names []string
	for _, s := range stories {
		names = append(names, s.name)
	}
	return names
}

// Story returns the messages of a story as JSON, in the order in which they are sent: all about
// one patient, one visit and one order, whose times follow each other. events are those that
// there are schemas for, such as all.Events().
func (g *Generator) Story(name string, events []*redox.EventInfo) ([][]byte, error) {
	i := slices.IndexFunc(stories, func(s story) bool { return s.name == name })
	if i < 0 {
		return nil, fmt.Errorf("redoxsample: there is no story %q: use one of %q", name, Stories())
	}
	g.count++
	w := newWorld(g.opts.Seed, g.count, g.opts.Now)
	w.visit.end = g.opts.Now.Add(stories[i].steps[len(stories[i].steps)-1].after)
	var messages [][]byte
	for _, s := range stories[i].steps {
		at := slices.IndexFunc(events, func(e *redox.EventInfo) bool { return e.String() == s.event })
		if at < 0 {
			return nil, fmt.Errorf("redoxsample: the story %q needs a schema of %s", name, s.event)
		}
		w.now = g.opts.Now.Add(s.after)
		data, err := g.opts.write(w, events[at])
		if err != nil {
			return nil, err
		}
		messages = append(messages, data)
	}
	return messages, nil
}
