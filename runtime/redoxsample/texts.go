package redoxsample

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// personTexts are the same for everybody, by the name of the member.
var personTexts = map[string]string{
	"Race":          "White",
	"Ethnicity":     "Not Hispanic or Latino",
	"Religion":      "Unknown",
	"MaritalStatus": "Married",
	"Language":      "en",
	"Citizenship":   "US",
	"Credential":    "MD",
	"Credentials":   "MD",
}

// personText is what people's data says.
func (m *writer) personText(name string, s *scope) string {
	switch name {
	case "FirstName":
		return s.who.first
	case "MiddleName":
		return s.who.middle
	case "LastName":
		return s.who.last
	case "SSN":
		return s.who.ssn
	case "Sex", "Gender":
		return s.who.sex
	case "EmailAddress":
		return s.who.email
	case "Mobile":
		return s.who.mobile
	case "PhoneNumber", "Home", "Office", "Work", "Business", "Fax":
		return s.who.phone
	case "NPI":
		return s.who.npi
	case "RelationToPatient", "Relationship", "RelationToSubscriber":
		if s.who == m.relative {
			return "Spouse"
		}
		return "Self"
	case "TIN":
		return "00-" + m.digits(7)
	}
	return personTexts[name]
}

// placeText is what addresses and locations say.
func (m *writer) placeText(name string, s *scope) string {
	switch name {
	case "StreetAddress":
		return s.where.street
	case "City":
		return s.where.city
	case "State":
		return s.where.state
	case "ZIP", "ZipCode":
		return s.where.zip
	case "County":
		return s.where.county
	case "Country":
		return "US"
	case "Facility", "Facilities", "OrganizationName", "ManufacturerName", "ManagingOrg", "Issuer":
		return facility
	case "Department":
		return m.visit.department
	case "Room":
		return m.visit.room
	case "Bed":
		return m.visit.bed
	case "Address":
		if s.name == "EmailAddresses" {
			return s.who.email
		}
	case "Name":
		if strings.Contains(s.concept, "Location") || strings.Contains(s.concept, "Organization") || s.concept == "Custodian" || s.concept == "Producer" {
			return facility
		}
		if strings.Contains(s.concept, "Company") || s.concept == "Payer" {
			return "Example Health Insurance"
		}
		if strings.Contains(s.concept, "Plan") {
			return "Example PPO"
		}
	}
	return ""
}

// visitText is what visits and orders say.
func (m *writer) visitText(name string, s *scope) string {
	switch name {
	case "VisitNumber":
		return m.visit.number
	case "AccountNumber":
		return m.visit.account
	case "PatientClass":
		return "Inpatient"
	case "OldVisitNumber":
		return m.digits(8)
	case "OrderID", "ApplicationOrderID":
		return m.order
	}
	if s.concept == "Order" && name == "ID" {
		return m.order
	}
	return ""
}

// identifierText is what identifiers say.
func (m *writer) identifierText(name string, s *scope) string {
	clinician := s.concept == "Provider" || s.concept == "Staff" || s.concept == "EncounterProvider"
	switch {
	case name == "IDType" && clinician:
		return "NPI"
	case name == "ID" && clinician:
		return s.who.npi
	case name == "IDType" && s.name == "Identifiers" && s.index == 0, name == "Type" && s.name == "Identifiers":
		return "MR"
	case name == "IDType":
		return "EHRID"
	case name == "ID" && s.name == "FacilityIdentifiers" && s.index == 0:
		return numberOf(facility)
	case name == "ID" && s.name == "DepartmentIdentifiers" && s.index == 0:
		return numberOf(m.visit.department)
	case name == "ID" && s.name == "Identifiers" && s.index == 0 && s.outer != nil && s.outer.concept == "Patient":
		return s.outer.who.id
	case name == "ID" || strings.HasSuffix(name, "ID") || strings.HasSuffix(name, "Number") || strings.HasSuffix(name, "Identifier"):
		return m.digits(8)
	}
	return ""
}

// sentences are free texts by what the name of the member ends with.
var sentences = []struct{ word, text string }{
	{"ReasonForVisitText", "Chest discomfort on exertion."},
	{"Reason", "Follow-up of chronic conditions."},
	{"Instructions", "Take medication as prescribed and call with questions."},
	{"Instruction", "Drink plenty of water."},
	{"FreeTextSig", "Take 1 tablet by mouth once daily."},
	{"Note", "Patient resting comfortably."},
	{"Notes", "Patient resting comfortably."},
	{"Comment", "No further remarks."},
	{"Comments", "No further remarks."},
	{"Text", "Reviewed with the patient; nothing to add."},
	{"Title", "Summary of care"},
	{"Description", "Example of a description"},
	{"Topic", "Healthy living"},
}

// otherTexts are values that nothing else in a message decides, by the name of the member.
var otherTexts = map[string]string{
	"FileType":           "TXT",
	"FileName":           "sample.txt",
	"ContentType":        "Base64 Encoded",
	"MIMEType":           "text/plain",
	"Locale":             "en-US",
	"TimeZone":           "America/Chicago",
	"Status":             "Active",
	"Priority":           "Routine",
	"System":             "https://example.com/",
	"Link":               "https://example.com/",
	"Unit":               "day",
	"Units":              "mg",
	"Role":               "Emergency Contact",
	"Roles":              "Emergency Contact",
	"Source":             "Blood",
	"BodySite":           "Left arm",
	"Manufacturer":       "Example Biologics",
	"GroupName":          "Example Employer",
	"Period":             "1",
	"PeriodMax":          "1",
	"DirectAddressFrom":  "records@direct.example.com",
	"DirectAddressTo":    "records@direct.example.com",
	"Day":                "Monday",
	"Days":               "Monday",
	"Time":               "08:00",
	"AvailableStartTime": "08:00",
	"AvailableEndTime":   "17:00",
	"ValueType":          "String",
}

// otherText is the value of a text that nothing above knows.
func (m *writer) otherText(name string, s *scope) string {
	switch name {
	case "FileContents", "Contents", "Data":
		return base64.StdEncoding.EncodeToString([]byte("This is a sample document.\n"))
	case "Type":
		if strings.Contains(s.concept, "Location") {
			return "Inpatient"
		}
	}
	if text := otherTexts[name]; text != "" {
		return text
	}
	if strings.HasSuffix(name, "Amount") || strings.HasSuffix(name, "Limit") {
		return strconv.Itoa(20+m.rand.IntN(400)) + ".00"
	}
	if strings.HasSuffix(name, "Quantity") || strings.HasSuffix(name, "Count") || strings.HasSuffix(name, "Units") || name == "Value" {
		return strconv.Itoa(1 + m.rand.IntN(9))
	}
	for _, x := range sentences {
		if strings.HasSuffix(name, x.word) {
			return x.text
		}
	}
	return "Example"
}
