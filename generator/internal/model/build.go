package model

import (
	"cmp"
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/schemas"
)

// Input is what a model is made from.
type Input struct {
	// Events are the schemas to generate from.
	Events []*schema.Event
	// Catalog are the events that the project knows by itself. Those that
	// Events lacks take part in the concepts, so that a type does not depend
	// on which events were asked for; the others lend their descriptions.
	Catalog   []*schema.Event
	Lock      *lock.Lock // every recorded name and kind, the catalog's included
	Previous  *lock.Lock // the part of Lock that the user's own code was generated with, which alone binds
	LockName  string     // what diagnostics call Previous
	ValueSets []*ValueSet
	// Counterparts are known by concept and field.
	Counterparts map[string]map[string]schemas.Counterpart
	// Classes are what fields hold, by concept and field.
	Classes map[string]map[string]string

	// Select chooses the events to generate; nil: all.
	Select func(lock.Wire) bool
	// AllowBreaking lets what changed in an incompatible way change in Go too.
	AllowBreaking bool
}

// Build makes the model. Problems are added to diags; with errors among them
// the model is not to be used.
func Build(in Input, diags *diag.List) *Model {
	b := &builder{
		in:       in,
		diags:    diags,
		packages: make(map[string]*Package),
		concepts: make(map[string]*structDraft),
	}
	if b.checkPackages(); b.diags.HasErrors() {
		return new(Model)
	}
	b.readLock()
	b.addEvents()
	b.assignVariants()
	b.deriveConcepts()
	b.resolve()
	b.checkTags()
	b.gatherStatedValues()
	b.attachValueSets()
	b.attachEnums()
	b.attachCounterparts()
	b.attachClasses()
	b.gatherFacts()
	b.checkCycles()
	b.reportReplaced()
	removed := b.reportRemovedEvents()
	m := b.selection()
	m.RemovedEvents, m.Released = removed, b.released
	return m
}

// builder holds the model while its parts are still open.
type builder struct {
	in       Input
	diags    *diag.List
	packages map[string]*Package
	concepts map[string]*structDraft // by key
	events   []*eventDraft
	pending  []*fieldDraft // object members that nothing assigns to a concept yet
	variants []variant

	lockedEvents map[lock.Wire]*lock.Event
	lockedTypes  map[string]*lock.Type // by key
	keys         map[string]string     // key of each locked Go type
	replaced     []*schema.Event       // events of the catalog of which the input has other schemas
	released     []lock.Member         // see Model.Released
	enums        []*ValueSet           // of schemas
}

// structDraft is a struct in the making.
type structDraft struct {
	*Struct
	occurrences []occurrence // schemas that it stands for, each once
	seen        map[*schema.Node]bool
	fields      map[string]*fieldDraft
	order       []*fieldDraft // in order of appearance
	incoming    []*fieldDraft // members that hold it
	locked      []lock.Field
	own         map[string]lock.Field // members of the user's own code
}

// occurrence is a schema that a struct or a field stands for.
type occurrence struct {
	node    *schema.Node
	current bool // not merely a catalog event that the input replaces
}

// fieldDraft is a member of a structDraft.
type fieldDraft struct {
	owner       *structDraft
	name        string
	occurrences []occurrence
	seen        map[*schema.Node]bool
	locked      *Kind
	target      *structDraft // the concept of object values
	slices      int          // slices around target

	description string // of the member
	overlaid    string // by an overlay of any use, which comes before the others
	general     string // of what it holds, wherever that is used
	retired     string
	class       string // the most careful that its schemas state
}

type eventDraft struct {
	*structDraft
	event *schema.Event
}

func (b *builder) pkg(key string) *Package {
	p := b.packages[key]
	if p == nil {
		p = &Package{Key: key}
		b.packages[key] = p
	}
	return p
}

func (b *builder) newStruct(pkg *Package, word string) *structDraft {
	return &structDraft{
		Struct: &Struct{Key: pkg.Key + "." + word, Package: pkg, Word: word},
		seen:   make(map[*schema.Node]bool),
		fields: make(map[string]*fieldDraft),
	}
}

// addEvents walks every event known. Schemas to generate from and other events
// of the catalog come first, in one order whatever their origin; replaced
// catalog events come last, where they can only add words.
func (b *builder) addEvents() {
	drafts := make(map[lock.Wire]*eventDraft)
	current, replaced := b.partition()
	b.replaced = replaced
	for _, e := range current {
		if drafts[e.Info.Wire()] == nil {
			drafts[e.Info.Wire()] = b.newEvent(e)
		}
	}
	for _, es := range b.events {
		b.addOccurrence(es.structDraft, occurrence{node: es.event.Root, current: true})
	}
	for _, e := range replaced {
		b.addOccurrence(drafts[e.Info.Wire()].structDraft, occurrence{node: e.Root})
	}
}

// partition returns the events that schemas describe now, by wire name, and
// the catalog events that the input replaces.
func (b *builder) partition() (current, replaced []*schema.Event) {
	byWire := func(x, y *schema.Event) int {
		return cmp.Or(cmp.Compare(x.Info.Wire().String(), y.Info.Wire().String()), cmp.Compare(x.Info.DataModel, y.Info.DataModel))
	}
	current = slices.Clone(b.in.Events)
	given := make(map[lock.Wire]*schema.Event, len(current))
	for _, e := range current {
		given[e.Info.Wire()] = e
	}
	for _, e := range b.in.Catalog {
		switch g := given[e.Info.Wire()]; {
		case g == nil:
			current = append(current, e)
		case g != e:
			replaced = append(replaced, e)
		}
	}
	slices.SortStableFunc(current, byWire)
	slices.SortStableFunc(replaced, byWire)
	return current, replaced
}
