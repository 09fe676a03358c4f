package redoxsample

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
)

// truth is the value of a boolean: what is usual.
func (m *writer) truth(name string) bool {
	switch name {
	case "Test", "IsActive", "Active", "IsProviderSignatureOnFile", "IsReleaseOfInformationOnFile", "BenefitsAssignmentCode",
		"IsSmokingStatus", "IsChargeable", "Prescription":
		return true
	default:
		return false
	}
}

// number is the value of a number.
func (m *writer) number(name string, s *scope) string {
	switch {
	case s.seen != nil && name == "Value":
		return s.seen.text(s.seen.value)
	case s.seen != nil && name == "Low":
		return s.seen.text(s.seen.low)
	case s.seen != nil && name == "High":
		return s.seen.text(s.seen.high)
	case strings.Contains(name, "Duration"):
		return pick(m.source, []string{"15", "30", "45", "60"})
	case name == "Balance" || name == "Amount" || name == "Price" || strings.HasSuffix(name, "Score"):
		return strconv.Itoa(20+m.rand.IntN(400)) + ".50"
	case strings.HasPrefix(name, "MinimumAge"):
		return "18"
	case strings.HasPrefix(name, "MaximumAge"):
		return "89"
	case strings.HasPrefix(name, "DiagnosisRelatedGroup"):
		return "291"
	default:
		return strconv.Itoa(1 + m.rand.IntN(4))
	}
}

func (o *measured) text(value float64) string { return strconv.FormatFloat(value, 'f', o.decimals, 64) }

// flag says where the value lies.
func (o *measured) flag() string {
	switch {
	case o.value > o.high:
		return "High"
	case o.value < o.low:
		return "Low"
	default:
		return "Normal"
	}
}

// scalar is the value of a text.
func (m *writer) scalar(n *program.Node, name string, s *scope) string {
	if n.Kind == program.KindDate || n.Checks != nil && n.Checks.Date || isTime(name) {
		return m.date(n, name, s)
	}
	for _, f := range []func(string, *scope) string{m.envelope, m.codeText, m.measuredText, m.personText, m.placeText, m.visitText, m.identifierText} {
		if text := f(name, s); text != "" {
			return text
		}
	}
	return m.otherText(name, s)
}

func isTime(name string) bool {
	return strings.HasSuffix(name, "DateTime") || strings.HasSuffix(name, "Date")
}

// date is a date, or a date with time where the Go type or the name says so. What ends comes
// after what starts.
func (m *writer) date(n *program.Node, name string, s *scope) string {
	var t time.Time
	switch {
	case name == "DOB":
		return s.who.born.Format(time.DateOnly)
	case name == "EventDateTime" || name == "LastUpdated":
		t = m.now
	case s.name == "Visit" && (strings.HasPrefix(name, "VisitDateTime") || strings.HasPrefix(name, "Start")):
		t = m.visit.start
	case strings.Contains(name, "Discharge") || s.name == "Visit" && strings.HasPrefix(name, "End"):
		t = m.visit.end
	case strings.HasPrefix(name, "Effective"):
		t = time.Date(m.now.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	case strings.HasPrefix(name, "Expiration") || name == "EstimatedDelivery" || strings.HasPrefix(name, "Latest"):
		t = time.Date(m.now.Year()+1, 12, 31, 0, 0, 0, 0, time.UTC)
	case strings.HasPrefix(name, "Collection"):
		t = m.now.Add(-90 * time.Minute)
	case strings.HasPrefix(name, "Transaction"):
		t = m.now.Add(-2 * time.Hour)
	case name == "EndDate":
		t = m.now.AddDate(0, 0, 30)
	case strings.Contains(name, "End"):
		t = m.now.Add(-10 * time.Minute)
	case strings.HasPrefix(name, "Scheduled") || strings.HasPrefix(name, "Old"):
		t = m.now.AddDate(0, 0, -14)
	default:
		t = m.now.Add(-15 * time.Minute)
	}
	if g := n.GoType(); g != nil && g.Name() == "Date" || g == nil && !strings.HasSuffix(name, "Time") {
		return t.Format(time.DateOnly)
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// envelope is what Meta says.
func (m *writer) envelope(name string, s *scope) string {
	if s.section() != "Meta" {
		return ""
	}
	switch s.name + "." + name {
	case "Meta.DataModel":
		return m.event.DataModel
	case "Meta.EventType":
		return m.event.EventType
	case "Meta.FacilityCode":
		return "LGH"
	case "Source.Name":
		return facility + " EHR"
	case "Destinations.Name":
		return "Example Application"
	case "Meta.CurrentBatch", "Meta.TotalBatches":
		return "1"
	case "Meta.SessionBaseURL":
		return "https://ehr.example.com/session"
	}
	if name == "ID" || strings.HasSuffix(name, "ID") {
		return m.uuid()
	}
	return ""
}

// uuid is a random UUID.
func (m *writer) uuid() string {
	var b [16]byte
	for i := range b {
		b[i] = byte(m.rand.UintN(256))
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// codeText is what coded objects say.
func (m *writer) codeText(name string, s *scope) string {
	if s.code.code == "" {
		return ""
	}
	switch name {
	case "Code", "NDC":
		return s.code.code
	case "Codeset", "CodeSet", "CodeSystemName", "CodeType":
		return s.system.name
	case "CodeSystem":
		return s.system.oid
	case "Name", "Description", "DefaultName":
		if s.concept == "Producer" || s.concept == "Organization" {
			return ""
		}
		return s.code.name
	default:
		return ""
	}
}

// measuredText is what observations say.
func (m *writer) measuredText(name string, s *scope) string {
	if s.seen == nil {
		return ""
	}
	switch name {
	case "Value":
		return s.seen.text(s.seen.value)
	case "ValueType":
		return "Numeric"
	case "Units":
		return s.seen.units
	case "Low":
		return s.seen.text(s.seen.low)
	case "High":
		return s.seen.text(s.seen.high)
	case "Text":
		if s.name == "ReferenceRange" {
			return s.seen.text(s.seen.low) + " - " + s.seen.text(s.seen.high) + " " + s.seen.units
		}
	case "AbnormalFlag", "Interpretation":
		return s.seen.flag()
	}
	return ""
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
	case "Race":
		return "White"
	case "Ethnicity":
		return "Not Hispanic or Latino"
	case "Religion":
		return "Unknown"
	case "MaritalStatus":
		return "Married"
	case "Language":
		return "en"
	case "Citizenship":
		return "US"
	case "EmailAddress":
		return s.who.email
	case "Mobile":
		return s.who.mobile
	case "PhoneNumber", "Home", "Office", "Work", "Business", "Fax":
		return s.who.phone
	case "NPI":
		return s.who.npi
	case "Credential", "Credentials":
		return "MD"
	case "RelationToPatient", "Relationship", "RelationToSubscriber":
		if s.who == m.relative {
			return "Spouse"
		}
		return "Self"
	case "TIN":
		return "00-" + m.digits(7)
	}
	return ""
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

// otherText is the value of a text that nothing above knows.
func (m *writer) otherText(name string, s *scope) string {
	switch name {
	case "FileContents", "Contents", "Data":
		return base64.StdEncoding.EncodeToString([]byte("This is a sample document.\n"))
	case "FileType":
		return "TXT"
	case "FileName":
		return "sample.txt"
	case "ContentType":
		return "Base64 Encoded"
	case "MIMEType":
		return "text/plain"
	case "Locale":
		return "en-US"
	case "TimeZone":
		return "America/Chicago"
	case "Status":
		return "Active"
	case "Priority":
		return "Routine"
	case "System", "Link":
		return "https://example.com/"
	case "Unit":
		return "day"
	case "Units":
		return "mg"
	case "Type":
		if strings.Contains(s.concept, "Location") {
			return "Inpatient"
		}
	case "Role", "Roles":
		return "Emergency Contact"
	case "Source":
		return "Blood"
	case "BodySite":
		return "Left arm"
	case "Manufacturer":
		return "Example Biologics"
	case "GroupName":
		return "Example Employer"
	case "Period", "PeriodMax":
		return "1"
	case "DirectAddressFrom", "DirectAddressTo":
		return "records@direct.example.com"
	case "Day", "Days":
		return "Monday"
	case "Time", "AvailableStartTime":
		return "08:00"
	case "AvailableEndTime":
		return "17:00"
	case "ValueType":
		return "String"
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
