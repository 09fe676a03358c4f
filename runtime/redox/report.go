package redox

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
)

// Severity states how serious a violation is.
type Severity uint8

// The severities.
const (
	SeverityError   = Severity(report.Error)   // the published schema does not allow it
	SeverityWarning = Severity(report.Warning) // allowed, but not as documented
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == SeverityWarning {
		return "warning"
	}
	return "error"
}

// MarshalText returns "error" or "warning".
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText returns.
func (s *Severity) UnmarshalText(text []byte) error {
	switch string(text) {
	case SeverityError.String():
		*s = SeverityError
	case SeverityWarning.String():
		*s = SeverityWarning
	default:
		return errors.New("redox: neither error nor warning")
	}
	return nil
}

// Rule names what a violation goes against: a draft-04 keyword such as
// "required" for errors, one of the constants for warnings.
type Rule string

// The rules that are not keywords of a schema. They are warnings, except
// RuleEncoding for text that cannot be sent because it is not UTF-8.
const (
	RuleUnknown    = Rule(report.RuleUnknown)    // a member that the schema does not name
	RuleNotInEvent = Rule(report.RuleNotInEvent) // a field that this event does not have; Redox ignores it
	RuleDuplicate  = Rule(report.RuleDuplicate)  // a member that occurs more than once; the last one counts
	RuleValueSet   = Rule(report.RuleValueSet)   // a value outside the documented set
	RuleDate       = Rule(report.RuleDate)       // not an ISO 8601 date
	RuleEmpty      = Rule(report.RuleEmpty)      // a required string that is empty
	RuleRetired    = Rule(report.RuleRetired)    // a field that Redox retired
	RuleExtension  = Rule(report.RuleExtension)  // an Extensions member, or an extension in it, that is not like those that Redox documents
	RuleEncoding   = Rule(report.RuleEncoding)   // text that is not Unicode; it reads as U+FFFD, is encoded as it was received, and is not sent
)

// Violation is one thing that is wrong with a message. It names paths, rules
// and kinds, and never a value of the message.
//
// For a member that the schema does not name, Got is the kind of its value. The
// name itself may be anything, even a patient's name, so a path shows it only if
// it looks like the name of a member: a letter and then letters, digits (at most
// 4), - and _, no more than 48 in all. Otherwise the path has [name withheld].
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
	b.WriteString(cmp.Or(v.Path, "(message)"))
	b.WriteString(": " + string(v.Rule))
	if v.Want != "" {
		b.WriteString(", want " + v.Want)
	}
	if v.Got != "" {
		b.WriteString(", got " + v.Got)
	}
	if v.Severity == SeverityWarning {
		b.WriteString(" (warning)")
	}
	return b.String()
}

// Matches reports whether the path matches pattern, in which [] stands for any
// index and all else for itself:
//
//	if v.Matches("Orders[].Results[].Value") { … }
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
		digits := len(index) - len(strings.TrimLeft(index, "0123456789"))
		if !ok || digits == 0 || digits == len(index) || index[digits] != ']' {
			return false
		}
		path, pattern = index[digits+1:], after
	}
}

// Report is everything that is wrong with one message. The zero value is the
// report on a message without fault.
type Report report.Report

// MaxViolations is how many violations a report lists, errors before warnings;
// it counts the rest.
const MaxViolations = report.MaxViolations

func (r Report) found() report.Findings { return report.Report(r).Findings() }

// Valid reports whether the message has no violation of severity error. It may
// have warnings.
func (r Report) Valid() bool { return r.found().Errors == 0 }

// Len returns the number of violations, including those beyond MaxViolations.
func (r Report) Len() int { return r.found().Total }

// Truncated reports whether there were more violations than are listed.
func (r Report) Truncated() bool { return r.omitted() > 0 }

// omitted returns how many violations are not listed.
func (r Report) omitted() int { return r.found().Total - len(r.found().Listed) }

// All yields the listed violations in the order of the message.
func (r Report) All() iter.Seq[Violation] {
	return func(yield func(Violation) bool) {
		for _, v := range r.found().Listed {
			if !yield(violation(v)) {
				return
			}
		}
	}
}

// violation returns v in the types of this package.
func violation(v report.Violation) Violation {
	return Violation{Path: v.Path, Rule: Rule(v.Rule), Want: v.Want, Got: v.Got, Severity: Severity(v.Severity)}
}

// Errors yields the listed violations of severity error.
func (r Report) Errors() iter.Seq[Violation] { return r.only(SeverityError) }

// Warnings yields the listed violations of severity warning.
func (r Report) Warnings() iter.Seq[Violation] { return r.only(SeverityWarning) }

func (r Report) only(s Severity) iter.Seq[Violation] {
	return func(yield func(Violation) bool) {
		for v := range r.All() {
			if v.Severity == s && !yield(v) {
				return
			}
		}
	}
}

// Err returns nil for a valid message, otherwise a *ValidationError.
func (r Report) Err() error {
	if r.Valid() {
		return nil
	}
	return &ValidationError{Report: r}
}

// String lists the violations, one a line.
func (r Report) String() string {
	var b strings.Builder
	for v := range r.All() {
		b.WriteString(v.String())
		b.WriteByte('\n')
	}
	if r.Truncated() {
		fmt.Fprintf(&b, "and %d more\n", r.omitted())
	}
	return b.String()
}

// printed is a report as JSON, in the words of the command's validate --json.
type printed struct {
	Valid      bool        `json:"valid"`
	Violations []Violation `json:"violations"`
	Omitted    int         `json:"omitted,omitempty"` // how many are not listed
}

// MarshalJSON returns an object with the members valid, violations and, if
// there are more than are listed, their number as omitted. Like String it shows
// no values.
func (r Report) MarshalJSON() ([]byte, error) {
	return json.Marshal(printed{Valid: r.Valid(), Violations: r.listed(), Omitted: r.omitted()})
}

// LogValue is a group of what MarshalJSON returns.
func (r Report) LogValue() slog.Value {
	attrs := []slog.Attr{slog.Bool("valid", r.Valid()), slog.Any("violations", r.listed())}
	if r.Truncated() {
		attrs = append(attrs, slog.Int("omitted", r.omitted()))
	}
	return slog.GroupValue(attrs...)
}

// listed is never nil, which JSON would call null.
func (r Report) listed() []Violation { return slices.AppendSeq([]Violation{}, r.All()) }

// ValidationError is a report with at least one error, as an error.
type ValidationError struct {
	Report Report
}

// Error names the first errors and counts the others.
func (e *ValidationError) Error() string {
	return "redox: message does not fit its schema: " + e.Report.errorList(5)
}

// errorList returns the first errors, at most most of them, and counts the others.
func (r Report) errorList(most int) string {
	var b strings.Builder
	listed := 0
	for v := range r.Errors() {
		if listed == most {
			break
		}
		if listed > 0 {
			b.WriteString("; ")
		}
		b.WriteString(v.String())
		listed++
	}
	if more := r.found().Errors - listed; more > 0 {
		fmt.Fprintf(&b, "; and %d more", more)
	}
	return b.String()
}

// BuildError is returned for a message that cannot be built, with all reasons.
// errors.As also finds a *ValidationError in it.
type BuildError struct {
	Event  string // "DataModel.EventType"
	Report Report
}

// Error lists everything that is missing or wrong.
func (e *BuildError) Error() string {
	return "redox: cannot build " + cmp.Or(e.Event, "a message") + ": " + e.Report.errorList(MaxViolations)
}

// Unwrap returns the report as a *ValidationError.
func (e *BuildError) Unwrap() error { return &ValidationError{Report: e.Report} }

// Strict turns the result of a decode function into one that refuses messages
// that do not fit their schema:
//
//	ev, err := redox.Strict(patientadmin.DecodeArrival(body))
//
// The message is returned even when err is not nil, if body could be decoded.
func Strict[M any](m M, r Report, err error) (M, error) {
	return m, errors.Join(err, r.Err())
}
