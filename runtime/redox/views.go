package redox

// Identifier is an identifier and what kind it is, in a form that does not
// depend on generated code.
type Identifier struct {
	Object

	ID     string `json:"ID"`
	IDType string `json:"IDType"`
}

// RedoxIdentifier returns what FindIdentifier compares.
func (i *Identifier) RedoxIdentifier() (id, idType string) { return i.ID, i.IDType }

// Demographics is what any message about a patient states about the person, in a
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

// Location is a place inside an organization, in a form that does not depend
// on generated code. UnknownMembers gives the rest.
type Location struct {
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
	// PatientDemographics returns what the message states about the person; it is
	// empty for events that only identify the patient.
	PatientDemographics() Demographics
}

// VisitMessage is a message about one visit.
type VisitMessage interface {
	Message
	// VisitID returns the visit number.
	VisitID() string
	// VisitLocation returns where the visit takes place; it is empty for events
	// that do not say.
	VisitLocation() Location
}
