package redox

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
)

// Withheld stands for a message's content in logs.
const Withheld = withheld

// ReportOf returns a report on vs, of which it lists as many as a report does.
func ReportOf(vs ...Violation) Report {
	found := report.Findings{Total: len(vs)}
	for _, v := range vs[:min(len(vs), MaxViolations)] {
		found.Listed = append(found.Listed, report.Violation{Path: v.Path, Rule: report.Rule(v.Rule), Want: v.Want, Got: v.Got, Severity: report.Severity(v.Severity)})
		if v.Severity == SeverityError {
			found.Errors++
		}
	}
	return Report(report.ReportOf(found))
}
