// Package schema turns located JSON into draft-04 schemas that the later
// stages can read without knowing JSON: keywords checked against a closed
// table, $ref resolved, corrections applied.
package schema

import (
	"encoding/json"
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
)

// Set is every event of one run, in the order of their files.
type Set struct {
	Events []*Event
}

// Event is the schema of one message.
type Event struct {
	File string // datamodel/event.json, slash separated
	Info Info
	Root *Node
	// Stated is where the file states Info; the root if it does not.
	Stated diag.Pos
	// Known says that Info comes from the schema or the catalog;
	// otherwise it was derived from the file name.
	Known bool
}

// Info is what Redox calls an event.
type Info struct {
	DataModel string // Meta.DataModel on the wire, such as "Clinical Summary"
	EventType string // Meta.EventType on the wire, such as "PatientPush"
	Kind      string // notification, query, response or sso
	Response  string // EventType of the answer to a query; "" otherwise
}

// Wire returns the event's name on the wire.
func (i Info) Wire() lock.Wire { return lock.Wire{DataModel: i.DataModel, EventType: i.EventType} }

// Node is one schema with every $ref replaced by what it names.
// Nodes that come from one definition may be shared between events: treat them as read-only.
type Node struct {
	Pos         diag.Pos // as the user named the file; File is the same for every user
	File        string   // the file's path inside its source, such as "definitions/common.json"
	Title       string
	Description string
	Concept     string // "Visit" or "common.Address": the definition's own word for it; "" when the schema does not say
	Date        string // "date" or "date-time" (x-redox-date), "" otherwise

	Types      Types
	Properties []Property // in the order of the file
	Required   []string   // sorted; may name members that Properties lacks
	Items      *Node      // nil: any items; never set together with a tuple

	// Rules are the validation keywords that are not stated above, in the
	// order of the keyword table, with their JSON values compacted.
	Rules []Rule

	// Raw is the whole schema as compact JSON with $ref expanded and only
	// validation keywords left: what to validate by when no Go type fits.
	Raw json.RawMessage

	// Untyped says that the schema uses a keyword that no struct, slice or
	// scalar can stand for (patternProperties, a tuple of items).
	Untyped bool

	Values []string // what is documented of the texts that occur (x-redox-values); others are at most a warning

	// Overlaid is what overlays say of the node, which otherwise stands at Pos.
	Overlaid []Statement

	// Corrected is the correction that was applied to this node, if any.
	Corrected *Correction

	requiredAt map[string]diag.Pos // where overlays say that a member is required

	more     []child // schemas inside keywords that become Rules
	rules    []Rule  // the Rules that hold no schema
	onlyNull bool    // its type is the published ["null","null"]
	finished bool    // Rules and Raw are complete
	nodes    int     // nodes of the expanded tree, this one included
	depth    int     // levels of the expanded tree
}

// Property is a member of an object schema.
type Property struct {
	Name        string
	Description string // of this use; falls back to the node's own
	Retired     string // since when Redox no longer fills it (x-redox-retired); "" otherwise
	Class       string // what it, or each of its elements, holds (x-redox-class); "" if the schema does not say
	Node        *Node
	Overlaid    []Statement // what overlays say of the member, and of Node
}

// Statement is a keyword and the position in an overlay that states it.
type Statement struct {
	Keyword string
	Pos     diag.Pos
}

// Overlays reports whether an overlay states keyword of the member.
func (p *Property) Overlays(keyword string) bool {
	return slices.ContainsFunc(p.Overlaid, func(s Statement) bool { return s.Keyword == keyword })
}

// Rule is a keyword and its value, such as {"maxLength", "12"}.
type Rule struct {
	Keyword string
	Value   string // compact JSON
}

// Types returns the types whose values the rule has something to say of.
func (r Rule) Types() Types {
	if t := ruleTypes()[r.Keyword]; t != 0 {
		return t
	}
	return Any
}

// Correction is a change to published schemas, with the reason for it.
type Correction struct {
	File    string          `json:"file"`    // glob over event files, such as "clinicalsummary/*.json"
	Pointer string          `json:"pointer"` // JSON pointer; * stands for one segment, ** for any number
	From    json.RawMessage `json:"from"`    // applies only where the schema is still this
	To      json.RawMessage `json:"to"`
	Reason  string          `json:"reason"`
}

// Allowed returns the types that values of n may have.
func (n *Node) Allowed() Types {
	if n.Types == 0 {
		return Any
	}
	return n.Types
}

// Property returns the member called name, or nil.
func (n *Node) Property(name string) *Property {
	for i := range n.Properties {
		if n.Properties[i].Name == name {
			return &n.Properties[i]
		}
	}
	return nil
}

// IsRequired reports whether name is a required member.
func (n *Node) IsRequired(name string) bool {
	return slices.Contains(n.Required, name)
}

// RequiredAt returns where an overlay says that the member called name is required, if one does.
func (n *Node) RequiredAt(name string) (diag.Pos, bool) {
	pos, ok := n.requiredAt[name]
	return pos, ok
}

// child is a schema inside a keyword other than properties and a single items.
type child struct {
	keyword string
	key     string // patternProperties: the pattern; items: the index
	node    *Node
}
