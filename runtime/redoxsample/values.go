package redoxsample

import (
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
	case "Source.ID":
		return system
	case "Source.Name":
		return facility + " EHR"
	case "Destinations.Name":
		return "Example Application"
	case "Meta.CurrentBatch", "Meta.TotalBatches":
		return "1"
	case "Meta.SessionBaseURL":
		return "https://ehr.example.com/session"
	}
	switch {
	case s.name == "Destinations" && name == "ID" && s.index == 0:
		return application
	case name == "ID" || strings.HasSuffix(name, "ID"):
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
