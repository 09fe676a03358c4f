package generator

import (
	"context"
	"sync"

	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/naming"
)

// Inspection answers questions about what Generate would make.
type Inspection struct {
	Events      []EventDescription // by package, then Go name
	Diagnostics []Diagnostic

	model   *model.Model
	names   *naming.Names
	goNames map[lock.Wire]lock.Ident

	gather sync.Once
	used   map[*model.Struct][]use // filled by gather
}

// EventDescription describes an event in one line.
type EventDescription struct {
	DataModel string `json:"dataModel"` // on the wire
	EventType string `json:"eventType"` // on the wire
	Kind      string `json:"kind"`
	Response  string `json:"response,omitempty"` // event type of the answer to a query
	Package   string `json:"package"`            // import path
	GoType    string `json:"goType"`             // such as patientadmin.Arrival
	File      string `json:"file"`               // of the schema, inside its source
}

// Name returns the name of the event as patterns spell it.
func (e EventDescription) Name() string { return e.DataModel + "." + e.EventType }

// Inspect reads the schemas and names everything, but generates nothing.
// Errors are as for Generate; with errors among the diagnostics there are no events.
func Inspect(ctx context.Context, o Options) (*Inspection, error) {
	b, err := o.build(ctx)
	if err != nil {
		return nil, err
	}
	x := &Inspection{Diagnostics: b.diags.Sorted(), model: new(model.Model), goNames: make(map[lock.Wire]lock.Ident)}
	if b.diags.HasErrors() {
		return x, nil
	}
	x.model, x.names = b.model, b.names
	for _, p := range b.model.Packages {
		for _, e := range p.Events {
			d := x.describe(e)
			x.goNames[e.Schema.Info.Wire()] = b.names.Ident(e.Struct)
			x.Events = append(x.Events, d)
		}
	}
	return x, nil
}

func (x *Inspection) describe(e *model.Event) EventDescription {
	info := e.Schema.Info
	return EventDescription{
		DataModel: info.DataModel, EventType: info.EventType, Kind: info.Kind, Response: info.Response,
		Package: x.names.Path(e.Package), GoType: x.names.Ident(e.Struct).String(), File: e.Schema.File,
	}
}
