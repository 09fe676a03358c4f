package generator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/redoxgen/redoxgen/runtime/drift"
)

// Overlay is what Inspection.Overlay proposes.
type Overlay struct {
	Files []File   // of the overlay, by path; a directory with them is a Source
	Open  []string // what the messages do not show, a line for each
}

// Overlay proposes the overlay of the inspected schemas that gives types to the members
// that messages have and the schemas lack. Types are those of all values that were
// counted, everything is optional, and scalars may be null.
func (x *Inspection) Overlay(t *drift.Tally) (*Overlay, error) {
	o := new(Overlay)
	for i := range t.Events {
		e := &t.Events[i]
		at := slices.IndexFunc(x.Events, func(d EventDescription) bool { return d.DataModel == e.DataModel && d.EventType == e.EventType })
		if at < 0 {
			o.Open = append(o.Open, e.Event()+": there is no schema that an overlay could add to")
			continue
		}
		p := proposal{event: e.Event()}
		root := p.documented(lacking(e))
		o.Open = append(o.Open, p.open...)
		if root == nil {
			continue
		}
		content, err := indented(overlayFile{true, root.Properties})
		if err != nil {
			return nil, err
		}
		o.Files = append(o.Files, File{Path: x.Events[at].File, Content: content})
	}
	slices.SortFunc(o.Files, func(a, b File) int { return bytes.Compare([]byte(a.Path), []byte(b.Path)) })
	return o, nil
}

// overlayFile is the overlay of an event's file as JSON.
type overlayFile struct {
	Overlay    bool                       `json:"x-redox-overlay"`
	Properties map[string]*proposedSchema `json:"properties"`
}

func indented(v any) ([]byte, error) {
	data, err := json.MarshalIndent(v, "", "  ")
	return append(data, '\n'), err
}

// observed is a value that messages have: one that the schema documents, on the way to
// what it lacks, or one that it lacks.
type observed struct {
	path    string
	name    string         // of the member; "" of an element
	finding *drift.Finding // nil: the schema has it
	members map[string]*observed
	element *observed
	hidden  *drift.Finding // members whose names are withheld
}

// lacking returns the message with what the schema of its event lacks.
func lacking(e *drift.EventTally) *observed {
	root := new(observed)
	for i := range e.Findings {
		f := &e.Findings[i]
		if !f.Lacking() {
			continue
		}
		at := root
		steps := f.Steps()
		for i, s := range steps {
			if s.Withheld {
				at.hidden = f
				break
			}
			at = at.step(s)
			if i == len(steps)-1 {
				at.path, at.finding = f.Path, f
			}
		}
	}
	return root
}

// step returns the member or element that a step leads to.
func (o *observed) step(s drift.Step) *observed {
	if s.Element {
		if o.element == nil {
			o.element = new(observed)
		}
		return o.element
	}
	if o.members == nil {
		o.members = make(map[string]*observed)
	}
	if o.members[s.Name] == nil {
		o.members[s.Name] = &observed{name: s.Name}
	}
	return o.members[s.Name]
}

// proposal is the overlay of one event.
type proposal struct {
	event string
	open  []string
}

// unclear notes what the messages do not show of a value.
func (p *proposal) unclear(path, what string) {
	p.open = append(p.open, fmt.Sprintf("%s: %s: %s", p.event, path, what))
}

// documented returns what is to be added to a value that the schema has; nil for nothing.
func (p *proposal) documented(o *observed) *proposedSchema {
	s := new(proposedSchema)
	if o.hidden != nil {
		p.unclear(o.hidden.Path, namesWithheld)
	}
	for _, name := range sortedNames(o.members) {
		if m := p.value(o.members[name]); m != nil {
			s.add(name, m)
		}
	}
	if o.element != nil {
		s.Items = p.value(o.element)
	}
	if s.Properties == nil && s.Items == nil {
		return nil
	}
	return s
}

// value returns what is to be said of a value; nil for nothing.
func (p *proposal) value(o *observed) *proposedSchema {
	if o.finding == nil {
		return p.documented(o)
	}
	return p.lacking(o)
}
