package redox

import "reflect"

// Identifier is an identifier and what kind it is, in a form that does not
// depend on generated code.
type Identifier struct {
	Object

	ID     string `json:"ID"`
	IDType string `json:"IDType"`
}

// Demographics is what any message with a patient says of the person, in a
// form that does not depend on generated code. UnknownMembers gives the rest.
type Demographics struct {
	Object

	FirstName  string `json:"FirstName"`
	MiddleName string `json:"MiddleName"`
	LastName   string `json:"LastName"`
	DOB        Date   `json:"DOB"`
	Sex        string `json:"Sex"`
	SSN        string `json:"SSN"`
}

// Place is a location inside an organization, in a form that does not depend
// on generated code. UnknownMembers gives the rest.
type Place struct {
	Object

	Type       string `json:"Type"`
	Facility   string `json:"Facility"`
	Department string `json:"Department"`
	Room       string `json:"Room"`
	Bed        string `json:"Bed"`
}

// PatientMessage is a message about one patient. One function can serve all
// events that have one.
type PatientMessage interface {
	Message
	// PatientIdentifiers returns the patient's identifiers.
	PatientIdentifiers() []Identifier
	// PatientDemographics returns what the message says of the person; it is
	// empty for events that only identify the patient.
	PatientDemographics() Demographics
}

// VisitMessage is a message about one visit.
type VisitMessage interface {
	Message
	// VisitID returns the visit number.
	VisitID() string
	// VisitPlace returns where the visit takes place; it is empty for events
	// that do not say.
	VisitPlace() Place
}

// MetaOf returns what *section, a generated struct, says as a Meta.
// It and its like are View for generated code, which would compile a generic
// function anew in every package.
//
//go:noinline
func MetaOf(section any) Meta { return View[Meta](section) }

// DemographicsOf returns what *section, a generated struct, says as Demographics.
//
//go:noinline
func DemographicsOf(section any) Demographics { return View[Demographics](section) }

// PlaceOf returns what *section, a generated struct, says as a Place.
//
//go:noinline
func PlaceOf(section any) Place { return View[Place](section) }

// IdentifiersOf returns what list, a slice of generated structs, says as Identifiers.
func IdentifiersOf(list any) []Identifier {
	sections := reflect.ValueOf(list)
	if sections.IsNil() {
		return nil
	}
	ids := make([]Identifier, sections.Len())
	for i := range ids {
		ids[i] = View[Identifier](sections.Index(i).Addr().Interface())
	}
	return ids
}
