package webhook

import (
	"context"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// OnPatient calls h with every message that has a patient, whatever its event:
// those whose event is registered otherwise in their own type, all others as
// far as the patient goes. So h also gets events that this program does not
// know, and need not import their data models.
func OnPatient(m *Mux, h func(ctx context.Context, d Delivery, p redox.PatientMessage) error, options ...Option) {
	match := func(msg redox.Message) (func(context.Context, Delivery) error, bool) {
		p, ok := msg.(redox.PatientMessage)
		if unknown, isUnknown := msg.(*redox.Unknown); isUnknown {
			p, ok = patientOf(unknown)
		}
		return func(ctx context.Context, d Delivery) error { return h(ctx, d, p) }, ok
	}
	m.add(route{what: "patient", match: match}, h == nil, options)
}

// OnVisit calls h with every message that has a visit, as OnPatient does for
// patients.
func OnVisit(m *Mux, h func(ctx context.Context, d Delivery, v redox.VisitMessage) error, options ...Option) {
	match := func(msg redox.Message) (func(context.Context, Delivery) error, bool) {
		v, ok := msg.(redox.VisitMessage)
		if unknown, isUnknown := msg.(*redox.Unknown); isUnknown {
			v, ok = visitOf(unknown)
		}
		return func(ctx context.Context, d Delivery) error { return h(ctx, d, v) }, ok
	}
	m.add(route{what: "visit", match: match}, h == nil, options)
}

// patientView is a message of an unknown event, seen as one about a patient.
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

func patientOf(u *redox.Unknown) (redox.PatientMessage, bool) {
	var s patientSection
	if err := redox.Unmarshal([]byte(u.JSON), &s); err != nil {
		return nil, false
	}
	if redox.Equal(&s.Patient, new(patientPart)) {
		return nil, false
	}
	return &patientView{u, s.Patient.Identifiers, s.Patient.Demographics}, true
}

// visitView is a message of an unknown event, seen as one about a visit.
type visitView struct {
	*redox.Unknown
	id    string
	place redox.Place
}

func (v *visitView) VisitID() string         { return v.id }
func (v *visitView) VisitPlace() redox.Place { return v.place }

type visitSection struct {
	redox.Object

	Visit visitPart `json:"Visit"`
}

type visitPart struct {
	redox.Object

	VisitNumber string      `json:"VisitNumber"`
	Location    redox.Place `json:"Location"`
}

func visitOf(u *redox.Unknown) (redox.VisitMessage, bool) {
	var s visitSection
	if err := redox.Unmarshal([]byte(u.JSON), &s); err != nil {
		return nil, false
	}
	if redox.Equal(&s.Visit, new(visitPart)) {
		return nil, false
	}
	return &visitView{u, s.Visit.VisitNumber, s.Visit.Location}, true
}
