package report

import (
	"errors"
	"fmt"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// Severity says how serious a violation is.
type Severity uint8

// The severities.
const (
	Error Severity = iota
	Warning
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// MarshalText returns "error" or "warning".
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText returns.
func (s *Severity) UnmarshalText(text []byte) error {
	switch string(text) {
	case Error.String():
		*s = Error
	case Warning.String():
		*s = Warning
	default:
		return errors.New("redox: neither error nor warning")
	}
	return nil
}

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
)

// The keywords of draft-04 that every schema has.
const (
	RuleType       Rule = "type"
	RuleRequired   Rule = "required"
	RuleAdditional Rule = "additionalProperties"
)

// MaxViolations is how many violations a report lists.
const MaxViolations = 1000

// Violation is one thing that is wrong with a message: path, rule and types, never
// a value.
type Violation struct {
	Path     string   `json:"path"` // as Redox words it, such as Patient.Identifiers[0].ID; "" is the message
	Rule     Rule     `json:"rule"` // draft-04 keyword, or one of the Rule constants
	Want     string   `json:"want"` // what the rule asks for, such as "string or null"; may be empty
	Got      string   `json:"got"`  // the kind of what is there, such as "number"; may be empty
	Severity Severity `json:"severity"`
}

// String returns the violation as one line.
func (v Violation) String() string {
	var b strings.Builder
	if v.Path == "" {
		b.WriteString("(message)")
	} else {
		b.WriteString(v.Path)
	}
	fmt.Fprintf(&b, ": %s", string(v.Rule))
	switch {
	case v.Want != "" && v.Got != "":
		fmt.Fprintf(&b, ", want %s, got %s", v.Want, v.Got)
	case v.Want != "":
		fmt.Fprintf(&b, ", want %s", v.Want)
	case v.Got != "":
		fmt.Fprintf(&b, ", got %s", v.Got)
	}
	if v.Severity == Warning {
		b.WriteString(" (warning)")
	}
	return b.String()
}

// Matches reports whether the violation's path is one of pattern, in which []
// stands for any index: Orders[].Results[].Value matches
// Orders[0].Results[12].Value. All else stands for itself.
func (v Violation) Matches(pattern string) bool {
	path := v.Path
	for {
		before, after, some := strings.Cut(pattern, "[]")
		if !strings.HasPrefix(path, before) {
			return false
		}
		path = path[len(before):]
		if !some {
			return path == ""
		}
		index, ok := strings.CutPrefix(path, "[")
		end := jsontext.DigitsEnd(index, 0)
		if !ok || end == 0 || end == len(index) || index[end] != ']' {
			return false
		}
		path, pattern = index[end+1:], after
	}
}

// Findings is what is wrong with a message.
type Findings struct {
	Listed []Violation // in the order of the message, at most about MaxViolations
	Total  int
	Errors int // how many of Total have severity Error
}
