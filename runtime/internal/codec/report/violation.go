package report

// Severity says how serious a violation is.
type Severity uint8

// The severities.
const (
	Error Severity = iota
	Warning
)

// Rule names what a violation violates.
type Rule string

// The rules that are not keywords of draft-04.
const (
	RuleUnknown    Rule = "unknown"
	RuleNotInEvent Rule = "not-in-event"
	RuleDuplicate  Rule = "duplicate"
	RuleValueSet   Rule = "value-set"
	RuleDate       Rule = "date"
	RuleEmpty      Rule = "empty"
	RuleRetired    Rule = "retired"
	RuleEncoding   Rule = "encoding"
	RuleExtension  Rule = "extension"
)

// The keywords of draft-04 that every schema has.
const (
	RuleType       Rule = "type"
	RuleRequired   Rule = "required"
	RuleAdditional Rule = "additionalProperties"
)

// MaxViolations is how many violations a report lists.
const MaxViolations = 1000

// Violation is one thing that is wrong with a message: path, rule and types,
// never a value; see Violation of package redox.
type Violation struct {
	Path     string
	Rule     Rule
	Want     string
	Got      string
	Severity Severity
}

// Findings is what is wrong with a message.
type Findings struct {
	Listed []Violation // in the order of the message, at most about MaxViolations
	Total  int
	Errors int    // how many of Total have severity Error
	Schema Schema // that they go against; nil where there is nothing wrong, or no message
}

// Report holds findings. Report of package redox is this type by another name,
// so that package redoximpl can make one, and nothing outside of the runtime can.
type Report struct{ found Findings }

// ReportOf returns a report of findings.
func ReportOf(found Findings) Report { return Report{found} }

// Findings returns what the report holds.
func (r Report) Findings() Findings { return r.found }
