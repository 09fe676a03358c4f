package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

func newValidate() *cobra.Command {
	v := validation{}
	var event eventFlag
	c := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Validate messages against their schemas",
		Long: `Validate reports everything that is wrong with messages, at once: the place, the
path as Redox words it, the rule, and the kinds wanted and found. It never prints
a value of a message. FILE may be - for standard input.

Which event a message is, its Meta section says, unless --event is given; recorded
responses of queries need that, since their Meta repeats the query's.

With --json there is one object a line for each file:
{"file","event","valid","violations":[{"path","rule","want","got","severity"}]}
and "error" where the file cannot be validated, "omitted" for the number of
violations beyond those that are listed.

The exit code is 0 when all messages are valid, warnings allowed, 1 when one is
not, and 2 when one cannot be read or is of an unknown event.`,
		Example: `  redoxgen validate arrival.json results/*.json
  curl … | redoxgen validate --event 'PatientSearch.Response' --json -`,
		Args: usage(cobra.MinimumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			v.command = c
			var err error
			if v.event, err = event.event(); err != nil {
				return err
			}
			for _, arg := range args {
				v.file(arg)
			}
			return v.err()
		},
	}
	event.add(c)
	c.Flags().BoolVar(&v.asJSON, "json", false, "print JSON")
	return c
}

// validation is one run over several files.
type validation struct {
	outcome
	command *cobra.Command
	event   *redox.EventInfo // of all messages; nil: what Meta says
	asJSON  bool
}

// validated is the result for one file, in JSON as it is printed.
type validated struct {
	File       string            `json:"file"`
	Event      string            `json:"event"`
	Valid      bool              `json:"valid"`
	Violations []redox.Violation `json:"violations"`
	Omitted    int               `json:"omitted,omitempty"`
	Error      string            `json:"error,omitempty"`
}

// file validates one file and prints the result.
func (v *validation) file(arg string) {
	m, err := readMessage(v.command.Context(), arg, v.command.InOrStdin())
	e := v.event
	if err == nil && e == nil {
		e, err = eventOf(m.data)
	}
	var report redox.Report
	if err == nil {
		report, err = e.ValidateJSON(m.data)
	}
	switch {
	case err != nil && v.asJSON:
		v.printJSON(validated{File: m.name, Violations: []redox.Violation{}, Error: m.problem(err)})
	case err != nil:
		printProblem(v.command.ErrOrStderr(), m.problem(err), err)
	case v.asJSON:
		v.printJSON(jsonResult(m.name, e, report))
	default:
		v.printText(m, e, report)
	}
	if err != nil {
		v.note(err)
	} else if !report.Valid() {
		v.invalid = true
	}
}

func (v *validation) printText(m *message, e *redox.EventInfo, report redox.Report) {
	w := v.command.OutOrStdout()
	var violations []redox.Violation
	var paths []string
	for _, violation := range report.All() {
		violations = append(violations, violation)
		paths = append(paths, violation.Path)
	}
	errs, warnings := 0, 0
	if len(violations) > 0 {
		for i, offset := range locate(m.data, paths) {
			severity := violations[i].Severity
			if severity == redox.SeverityError {
				errs++
			} else {
				warnings++
			}
			violations[i].Severity = redox.SeverityError // said before the path instead of at the end
			fmt.Fprintf(w, "%s: %s: %s\n", m.at(offset), severity, violations[i])
		}
	}
	if omitted := report.Len() - len(violations); omitted > 0 {
		fmt.Fprintf(w, "%s: and %d more\n", m.name, omitted)
	}
	verdict := map[bool]string{true: "valid", false: "invalid"}[report.Valid()]
	fmt.Fprintf(w, "%s: %s %s, %s, %s\n", m.name, verdict, e, count(errs, "error"), count(warnings, "warning"))
}

func jsonResult(name string, e *redox.EventInfo, report redox.Report) validated {
	r := validated{File: name, Event: e.String(), Valid: report.Valid(), Violations: []redox.Violation{}}
	for _, violation := range report.All() {
		r.Violations = append(r.Violations, violation)
	}
	r.Omitted = report.Len() - len(r.Violations)
	return r
}

func (v *validation) printJSON(r validated) {
	enc := json.NewEncoder(v.command.OutOrStdout())
	enc.SetEscapeHTML(false)
	_ = enc.Encode(r) // strings and numbers only; run reports what cannot be written
}
