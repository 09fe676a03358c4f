package redox

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
)

// The types that the codec reports with are declared there, since it cannot
// import this package. Their comments list what go doc does not show of them.

// Severity tells how serious a violation is: SeverityError or SeverityWarning.
// Its methods String, MarshalText and UnmarshalText know it as "error" and
// "warning".
type Severity = report.Severity

// The severities.
const (
	SeverityError   = report.Error   // the published schema does not allow it
	SeverityWarning = report.Warning // allowed, but not as documented
)

// Rule names what a violation goes against: a draft-04 keyword for errors,
// one of the project's own words for warnings. It is a string.
type Rule = report.Rule

// The rules that do not come from a schema keyword. All are warnings, but for
// RuleEncoding of text that is not UTF-8 in a message that is to be sent.
const (
	RuleUnknown    = report.RuleUnknown    // a member that the schema does not name
	RuleNotInEvent = report.RuleNotInEvent // a field that this event does not carry; Redox ignores it
	RuleDuplicate  = report.RuleDuplicate  // a member that occurs more than once; the last one counts
	RuleValueSet   = report.RuleValueSet   // a value outside the documented set
	RuleDate       = report.RuleDate       // not an ISO 8601 date
	RuleEmpty      = report.RuleEmpty      // a required string that is empty
	RuleRetired    = report.RuleRetired    // a field that Redox retired
	RuleEncoding   = report.RuleEncoding   // text that is not Unicode; what is received reads as U+FFFD and is written back as it was, but not sent
)

// Violation is one thing that is wrong with a message. It names places, rules
// and kinds, and never a value of the message:
//
//	type Violation struct {
//		Path     string   `json:"path"` // as Redox words it, such as Patient.Identifiers[0].ID; "" is the message
//		Rule     Rule     `json:"rule"` // draft-04 keyword, or one of the Rule constants
//		Want     string   `json:"want"` // what the rule asks for, such as "string or null"; may be empty
//		Got      string   `json:"got"`  // the kind of what is there, such as "number"; may be empty
//		Severity Severity `json:"severity"`
//	}
//
// Its method String returns it as one line. Its method Matches takes a pattern in
// which [] stands for any index, as in the paths of Outline:
//
//	if v.Matches("Orders[].Results[].Value") { … }
//
// Of a member that the schema does not name, Got is the kind. Its name may be
// anything, a person's too, so that a path shows it only if it looks like one of
// a member: a letter and then letters, digits (at most 4), - and _, no more than
// 48 in all. In place of any other the path has [name withheld].
type Violation = report.Violation

// Report is everything that is wrong with one message. The zero value is the
// report on a message without fault.
type Report struct{ found report.Findings }

// MaxViolations is how many violations a report lists, errors rather than
// warnings; it counts the rest.
const MaxViolations = report.MaxViolations

// Valid reports whether the message has no violation of severity error, however
// many warnings.
func (r Report) Valid() bool { return r.found.Errors == 0 }

// Len returns the number of violations, those beyond MaxViolations included.
func (r Report) Len() int { return r.found.Total }

// Truncated reports whether there were more violations than are listed.
func (r Report) Truncated() bool { return r.found.Total > len(r.found.Listed) }

// All yields the listed violations in the order of the message.
func (r Report) All() iter.Seq2[int, Violation] {
	return func(yield func(int, Violation) bool) {
		for i, v := range r.found.Listed {
			if !yield(i, v) {
				return
			}
		}
	}
}

// Errors yields the listed violations of severity error.
func (r Report) Errors() iter.Seq2[int, Violation] { return r.only(SeverityError) }

// Warnings yields the listed violations of severity warning.
func (r Report) Warnings() iter.Seq2[int, Violation] { return r.only(SeverityWarning) }

func (r Report) only(s Severity) iter.Seq2[int, Violation] {
	return func(yield func(int, Violation) bool) {
		n := 0
		for _, v := range r.found.Listed {
			if v.Severity != s {
				continue
			}
			if !yield(n, v) {
				return
			}
			n++
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
	for _, v := range r.found.Listed {
		b.WriteString(v.String())
		b.WriteByte('\n')
	}
	if r.Truncated() {
		fmt.Fprintf(&b, "and %d more\n", r.found.Total-len(r.found.Listed))
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
	return json.Marshal(printed{Valid: r.Valid(), Violations: r.listed(), Omitted: r.found.Total - len(r.found.Listed)})
}

// LogValue is a group of what MarshalJSON returns.
func (r Report) LogValue() slog.Value {
	attrs := []slog.Attr{slog.Bool("valid", r.Valid()), slog.Any("violations", r.listed())}
	if r.Truncated() {
		attrs = append(attrs, slog.Int("omitted", r.found.Total-len(r.found.Listed)))
	}
	return slog.GroupValue(attrs...)
}

// listed is never nil, which JSON would call null.
func (r Report) listed() []Violation { return append([]Violation{}, r.found.Listed...) }

// ValidationError is a report with at least one error, as an error.
type ValidationError struct {
	Report Report
}

// Error names the first errors and counts the others.
func (e *ValidationError) Error() string {
	const most = 5
	var b strings.Builder
	b.WriteString("redox: message does not fit its schema: ")
	for i, v := range e.Report.Errors() {
		if i >= most {
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(v.String())
	}
	if more := e.Report.found.Errors - most; more > 0 {
		fmt.Fprintf(&b, "; and %d more", more)
	}
	return b.String()
}

// Strict turns the result of a decode function into one that refuses messages
// that do not fit their schema:
//
//	ev, err := redox.Strict(patientadmin.DecodeArrival(body))
//
// The message is returned even when err is not nil, if body could be decoded.
func Strict[M any](m M, r Report, err error) (M, error) {
	return m, errors.Join(err, r.Err())
}

// SyntaxError is returned for input that is not JSON, or not an object.
// It tells where, and never repeats the input:
//
//	type SyntaxError struct {
//		Offset int64  // of the first byte that does not fit, from 0
//		Line   int    // 1-based
//		Col    int    // 1-based, in bytes
//		Reason string // what was expected; never the input's own text
//	}
//
// The error is a *SyntaxError; its text says all four.
type SyntaxError = jsontext.SyntaxError
