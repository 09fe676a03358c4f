// Package unknown reads what messages of unknown events have in common with others:
// their patient and their visit.
package unknown

import "github.com/redoxgen/redoxgen/runtime/redox"

// patientView is a message about a patient.
type patientView struct {
	*redox.Unknown
	identifiers  []redox.Identifier
	demographics redox.Demographics
}

func (v *patientView) PatientIdentifiers() []redox.Identifier  { return v.identifiers }
func (v *patientView) PatientDemographics() redox.Demographics { return v.demographics }

// patientSection and visitSection are where every event has its patient and
// its visit.
type patientSection struct {
	redox.Object

	Patient patientPart `json:"Patient"`
}

type patientPart struct {
	redox.Object

	Identifiers  []redox.Identifier `json:"Identifiers"`
	Demographics redox.Demographics `json:"Demographics"`
}

// Patient returns the message as one about a patient, false if it has none.
func Patient(u *redox.Unknown) (redox.PatientMessage, bool) {
	var s patientSection
	if err := redox.Unmarshal([]byte(u.JSON), &s); err != nil {
		return nil, false
	}
	if redox.Equal(&s.Patient, new(patientPart)) {
		return nil, false
	}
	return &patientView{u, s.Patient.Identifiers, s.Patient.Demographics}, true
}

// visitView is a message with a visit.
type visitView struct {
	*redox.Unknown
	id    string
	place redox.Location
}

func (v *visitView) VisitID() string               { return v.id }
func (v *visitView) VisitLocation() redox.Location { return v.place }

type visitSection struct {
	redox.Object

	Visit visitPart `json:"Visit"`
}

type visitPart struct {
	redox.Object

	VisitNumber string         `json:"VisitNumber"`
	Location    redox.Location `json:"Location"`
}

// Visit returns the message as one with a visit, false if it has none.
func Visit(u *redox.Unknown) (redox.VisitMessage, bool) {
	var s visitSection
	if err := redox.Unmarshal([]byte(u.JSON), &s); err != nil {
		return nil, false
	}
	if redox.Equal(&s.Visit, new(visitPart)) {
		return nil, false
	}
	return &visitView{u, s.Visit.VisitNumber, s.Visit.Location}, true
}
