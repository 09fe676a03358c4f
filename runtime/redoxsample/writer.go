package redoxsample

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// writer writes one message along its schema.
type writer struct {
	*world
	event   *redox.EventInfo
	profile Profile
	out     []byte
}

// scope is what an object is about, which its members say.
type scope struct {
	concept string // Go type of the object, or the name of its member where it has none
	name    string // of the member that it is in, or of the list
	outer   *scope // nil: the message

	who    person
	where  address
	system codeSystem
	code   code
	seen   *measured // nil: nothing is measured
	index  int       // in its list
}

// measured is an observation with its value.
type measured struct {
	observation
	value float64
}

func (m *writer) root(n *program.Node) {
	m.object(n.Object, &scope{concept: m.event.EventType, name: "", who: m.patient, where: m.patient.home})
}

func (m *writer) object(o *program.Object, s *scope) {
	m.out = append(m.out, '{')
	first := true
	for i := range o.Len() {
		member := &o.Members[i]
		required := member.Flags&program.Required != 0
		if member.Flags&(program.NotInEvent|program.Retired) != 0 && !required || !m.wants(o.Names[i], member.Node, s, required) {
			continue
		}
		if !first {
			m.out = append(m.out, ',')
		}
		first = false
		m.text(o.Names[i])
		m.out = append(m.out, ':')
		m.value(member.Node, o.Names[i], s)
	}
	for _, name := range o.UndeclaredRequired {
		if !first {
			m.out = append(m.out, ',')
		}
		first = false
		m.text(name)
		m.out = append(m.out, ':')
		m.value(program.AnyNode, name, s)
	}
	m.out = append(m.out, '}')
}

// rare are members that most senders leave out.
var rare = []string{
	"AltCodes", "Citizenship", "DeathDateTime", "Religion", "Spouse", "Employer", "Extensions", "CanceledEvent",
	"SessionID", "SessionBaseURL", "BatchID", "IsIncomplete", "County", "ExternalReference", "AdditionalStaff",
	"DirectAddressFrom", "DirectAddressTo", "RelatedGroupID", "PreviousIdentifiers", "PreviousLocation",
}

// wants reports whether the message has a member.
func (m *writer) wants(name string, n *program.Node, s *scope, required bool) bool {
	switch {
	case required || s.name == "Logs" || s.outer != nil && s.outer.outer == nil && s.name == "Meta" && metaHas(name, m.event):
		return true
	case m.profile != Full && m.now.Before(m.visit.end) && slices.Contains([]string{"DischargeDateTime", "DischargeStatus", "DischargeLocation"}, name):
		return false // the patient is still there
	case name == "DeathDateTime" || name == "CanceledEvent" || name == "NoShowReason" || name == "CancelReason":
		return m.profile == Full && (name != "DeathDateTime") && !hasText(n)
	case m.profile == Full:
		return true
	case m.profile == Small:
		return n.Requires && s.outer == nil
	default:
		return !slices.Contains(rare, name)
	}
}

// hasText reports whether the schema limits the texts of n.
func hasText(n *program.Node) bool {
	return n.Checks != nil && len(n.Checks.Values)+len(n.Checks.Enum) > 0
}

// metaHas says what Meta has in any profile.
func metaHas(name string, e *redox.EventInfo) bool {
	return slices.Contains([]string{"DataModel", "EventType", "EventDateTime", "Test"}, name) || name == "Logs" && e.Kind == redox.Notification
}

// value writes a value of the member called name of an object.
func (m *writer) value(n *program.Node, name string, s *scope) {
	types := n.Types
	switch {
	case n.Kind == program.KindObject || n.Object != nil && types&jsontext.TypeObject != 0:
		m.object(n.Object, m.enter(n, name, s, 0))
	case n.Kind == program.KindSlice || types != jsontext.AnyType && types&jsontext.TypeArray != 0 && types&jsontext.TypeString == 0:
		m.list(n, name, s)
	case n.Checks != nil && len(n.Checks.Enum) > 0:
		m.out = append(m.out, n.Checks.Enum[0]...)
	case n.Kind == program.KindBool || types&jsontext.TypeBoolean != 0 && types&jsontext.TypeString == 0:
		m.out = append(m.out, map[bool]string{true: "true", false: "false"}[m.truth(name)]...)
	case n.Kind == program.KindNumber || types&(jsontext.TypeNumber|jsontext.TypeInteger) != 0 && types&jsontext.TypeString == 0:
		m.out = append(m.out, m.number(name, s)...)
	case types&jsontext.TypeString != 0:
		m.text(m.allowed(n, m.scalar(n, name, s)))
	case types&jsontext.TypeNull != 0:
		m.out = append(m.out, "null"...)
	default:
		m.out = append(m.out, "{}"...)
	}
}

func (m *writer) list(n *program.Node, name string, s *scope) {
	count := 1
	if m.profile == Full {
		count = 2
	}
	if n.Checks != nil {
		count = max(count, n.Checks.MinItems)
		if n.Checks.MaxItems >= 0 {
			count = min(count, n.Checks.MaxItems)
		}
	}
	elem := n.Elem
	if elem == nil {
		elem = program.AnyNode
	}
	m.out = append(m.out, '[')
	for i := range count {
		if i > 0 {
			m.out = append(m.out, ',')
		}
		if elem.Object != nil {
			m.object(elem.Object, m.enter(elem, name, s, i))
			continue
		}
		in := *s
		in.index = i
		m.value(elem, singular(name), &in)
	}
	m.out = append(m.out, ']')
}

// singular is the name of an element of a list.
func singular(name string) string {
	switch {
	case strings.HasSuffix(name, "Addresses"):
		return strings.TrimSuffix(name, "es")
	case strings.HasSuffix(name, "Facilities"), strings.HasSuffix(name, "classes"):
		return name
	default:
		return strings.TrimSuffix(name, "s")
	}
}

// usual are documented values that fit together, in messages about something that went well.
var usual = []string{
	"Final", "Resulted", "Completed", "Active", "Available", "Primary", "Patient", "Standard", "Insurance", "New", "Numeric", "Working", "Scheduled", "Office",
}

// allowed returns text, or a documented value if it is none of those.
func (m *writer) allowed(n *program.Node, text string) string {
	if n.Checks == nil {
		return text
	}
	if values := n.Checks.Values; len(values) > 0 && !slices.Contains(values, text) {
		for _, v := range usual {
			if slices.Contains(values, v) {
				return v
			}
		}
		return pick(m.source, values)
	}
	if most := n.Checks.MaxLength; most >= 0 && len(text) > most {
		return text[:most] // ASCII
	}
	for len(text) < n.Checks.MinLength {
		text += "0"
	}
	return text
}

// text writes a JSON string.
func (m *writer) text(s string) {
	quoted, _ := json.Marshal(s) // a string always has JSON
	m.out = append(m.out, quoted...)
}
