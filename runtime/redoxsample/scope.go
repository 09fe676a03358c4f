package redoxsample

import (
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
)

// enter returns what an object is about: the member called name of s, or its element index.
func (m *writer) enter(n *program.Node, name string, s *scope, index int) *scope {
	in := *s
	in.outer, in.name, in.index = s, name, index
	in.concept = name
	if t := n.GoType(); t != nil {
		in.concept = t.Name()
	}
	m.person(&in)
	m.coded(&in, n)
	return &in
}

// person says who an object is about.
func (m *writer) person(s *scope) {
	switch {
	case s.concept == "Provider" || s.concept == "Staff" || s.concept == "EncounterProvider" || s.concept == "CareTeamMember":
		role := s.name
		if s.index > 0 {
			role += " two"
		}
		s.who = m.provider(role)
		s.where = address{"1 Hospital Drive", "Madison", "WI", "53792", "Dane"}
	case s.concept == "Contact" || s.concept == "Spouse":
		s.who = m.relative
		if s.index > 0 {
			s.who = m.provider("relative two")
		}
		s.where = s.who.home
	case strings.Contains(s.concept, "Location"), strings.Contains(s.concept, "Organization"), strings.Contains(s.concept, "Company"),
		s.concept == "Facility", s.concept == "Producer", s.concept == "Employer", s.concept == "Custodian", s.concept == "Pharmacy",
		s.concept == "Submitter", s.concept == "Receiver", s.concept == "Payer", s.concept == "Payee", s.concept == "BillingProvider":
		s.where = address{"1 Hospital Drive", "Madison", "WI", "53792", "Dane"}
	case s.concept == "Patient" || s.concept == "Guarantor" || s.concept == "Insured" || s.concept == "Subscriber":
		s.who, s.where = m.patient, m.patient.home
		if s.index > 0 {
			s.who = m.provider("patient two")
			s.where = s.who.home
		}
	}
}

// systems says by words of a concept or a member which codes belong there; the first that
// fits counts.
var systems = []struct {
	word   string
	system codeSystem
}{
	{"Severity", severities}, {"Criticality", severities}, {"Status", statuses}, {"Category", unspecified},
	{"Reaction", reactions}, {"Substance", allergens}, {"Allerg", allergens},
	{"Vaccin", cvx}, {"Immunization", cvx},
	{"Route", routes}, {"Race", races}, {"Ethnic", races}, {"Tobacco", tobacco},
	{"Diagnos", icd10}, {"Problem", icd10}, {"Indication", icd10}, {"ReasonForVisit", icd10}, {"HealthConcern", icd10}, {"Condition", icd10},
	{"Document", documents}, {"Note", documents},
	{"Medication", rxNorm}, {"Component", rxNorm}, {"Drug", rxNorm},
	{"Procedure", procedures}, {"Planned", procedures},
}

// coded chooses the code of an object that has one.
func (m *writer) coded(s *scope, n *program.Node) {
	if n.Object == nil || n.Object.Lookup("Code") < 0 && n.Object.Lookup("Value") < 0 {
		return
	}
	switch {
	case s.name == "AltCodes":
		return // those of what they are alternatives to
	case s.concept == "VitalSign":
		s.measure(m, vitalSigns[(m.lab.decimals+s.index)%len(vitalSigns)])
	case strings.Contains(s.concept, "Observation") && s.concept != "SocialObservation", s.concept == "Result" && n.Object.Lookup("Value") >= 0,
		s.concept == "ClinicalInfo":
		at := 0
		for observations[at].code != m.lab.code {
			at++
		}
		s.measure(m, observations[(at+s.index)%len(observations)])
	default:
		s.seen = nil
		s.system = systemFor(s)
		h := 0
		for _, c := range m.order {
			h += int(c)
		}
		s.code = s.system.codes[(h+s.index)%len(s.system.codes)]
	}
}

// systemFor returns the code system for an object, by its own name and then by what it is in.
func systemFor(s *scope) codeSystem {
	for _, word := range []string{s.name, s.concept} {
		for _, x := range systems {
			if strings.Contains(word, x.word) {
				return x.system
			}
		}
	}
	if s.outer != nil && (s.name == "Product" || s.name == "Code" || s.name == "Codes" || s.name == "Type" && s.outer.name == "Document") {
		return systemFor(s.outer)
	}
	return unspecified
}

// measure makes an object about an observation. One of five values is outside of the range.
func (s *scope) measure(m *writer, o observation) {
	value := o.low + (o.high-o.low)*float64(m.rand.IntN(100))/100
	if m.rand.IntN(5) == 0 {
		value = o.high * 1.2
	}
	s.seen = &measured{o, value}
	s.system, s.code = loinc, o.code
}

// section is the name of the member of the message that s is, or is in; "" for the message.
func (s *scope) section() string {
	for s.outer != nil && s.outer.outer != nil {
		s = s.outer
	}
	return s.name
}
