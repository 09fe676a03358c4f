// Package schemas is the catalog: the project's own statement of Redox's data
// models. It holds one draft-04 schema per event (events/<model>/<event>.json)
// over shared definitions (definitions/<model>.json), the value sets that
// Redox documents, the corrections to what Redox published, the class of each
// field, and the fields of HL7 v2 and FHIR that Redox's are typically filled from.
//
// The schemas say in annotations what draft-04 has no word for:
//
//	x-redox-event    an event's names on the wire, its kind, and the response of a query
//	x-redox-concept  the concept that a definition is a variant of
//	x-redox-date     "date" or "date-time", where a string holds one
//	x-redox-retired  since when Redox no longer fills a member
//	x-redox-class    what a field holds, where classes.json does not say
package schemas

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
)

//go:embed events definitions
var files embed.FS

//go:embed corrections.json
var corrections []byte

//go:embed value-sets.json
var valueSets []byte

// FS returns the schema files: events/<model>/<event>.json and definitions/<model>.json.
func FS() fs.FS { return files }

// Corrections returns the corrections to published schemas as JSON: an array
// of objects with file, pointer, from, to and reason.
func Corrections() []byte { return bytes.Clone(corrections) }

// ValueSet is the values that Redox documents for some fields. Real messages
// stray from them, so they are advice and never a rule.
type ValueSet struct {
	Name        string   `json:"name"`             // unique inside its package; prefix of the constants
	Package     string   `json:"package"`          // of the constants
	Description string   `json:"description"`      // starts with a capital letter, ends with a full stop
	Values      []string `json:"values"`           // in the order of the documentation
	Fields      []string `json:"fields"`           // as package.Concept.Field
	Events      []string `json:"events,omitempty"` // files (model/event.json) that it is limited to; none: all
}

// ValueSets returns the documented value sets, by package and name.
func ValueSets() ([]ValueSet, error) {
	var sets []ValueSet
	d := json.NewDecoder(bytes.NewReader(valueSets))
	d.DisallowUnknownFields()
	if err := d.Decode(&sets); err != nil {
		return nil, fmt.Errorf("value-sets.json: %w", err)
	}
	return sets, nil
}
