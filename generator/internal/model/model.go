// Package model decides what is true about a set of events before anything is
// spelled in Go: which concepts there are, which members each has and of what
// kind, where they are required, and what became of what the name lock recorded.
package model

import (
	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/schemas"
)

// CommonPackage is the key of the package of shared concepts.
const CommonPackage = "common"

// Model is what is to be generated.
type Model struct {
	Packages      []*Package  // by key; only those that the chosen events need
	Events        []*Event    // the chosen events, by package and schema file
	RemovedEvents []lock.Wire // events of the lock that no schema describes any more

	// Released are members whose kind in the lock no schema agrees with and
	// nothing holds to. The model is to be built again from a lock without them.
	Released []lock.Member
}

// Package is a data model, or the home of concepts that several share.
type Package struct {
	Key       string // lower-case letters and digits of the data model's name
	DataModel string // on the wire; "" for a package without events
	Events    []*Event
	Known     []*Event  // Events, and those of the data model that were not chosen
	Concepts  []*Struct // by word
	ValueSets []*ValueSet
}

// Event is one message type.
type Event struct {
	*Struct
	Schema   *schema.Event
	Response *Event // of a query, when it is generated too; nil otherwise
}

// Struct is a concept, or the outermost object of an event.
type Struct struct {
	Key         string // package key and word, such as "common.Address"
	Package     *Package
	Word        string // the schema's word: "Address", or the event type
	IsEvent     bool
	Description string
	Source      *schema.Node // the definition that comes closest to the whole concept; nil if only the name lock knows it
	Reason      string       // why this is a concept of its own
	Fields      []*Field     // in the order of the schema
}

// Field returns the field for the member called name, or nil.
func (s *Struct) Field(name string) *Field {
	for _, f := range s.Fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Field is a member of a concept or event: the union over its uses.
type Field struct {
	Name        string // as in JSON
	Kind        Kind
	Description string
	Required    Required
	OnlyIn      []string // wire names of the events that carry the member; nil if all do that use the struct
	NotIn       []string // those that use the struct and do not carry the member
	ValueSets   []*ValueSet
	Counterpart schemas.Counterpart            // zero: not known
	Within      map[string]schemas.Counterpart // of members of the object, where it depends on this field
	Class       redox.Class                    // what it, or each of its elements, holds; ClassNone for objects
	Retired     string                         // since when Redox no longer fills it; "" otherwise
	Deprecated  bool                           // no schema has the member any more
	Reported    bool                           // an earlier run has reported that
}

// Required says where a member may not be missing.
type Required struct {
	Always bool     // wherever the member is known
	In     []string // wire names of the events that require it somewhere, unless Always
}

// ValueSet is a list of values for some fields, documented or in their schema.
type ValueSet struct {
	schemas.ValueSet
	Enum bool // schemas list the values, and nothing else does
}
