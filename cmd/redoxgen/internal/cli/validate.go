package cli

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/locate"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

func newValidate() *cobra.Command {
	v := validation{}
	c := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Validate messages against their schemas",
		Long: `Validate reports everything that is wrong with messages, at once: the place, the
path as Redox words it, the rule, and the kinds wanted and found. It never prints
a value of a message. FILE may be - for standard input.

The Meta section names the event of a message, unless --event is given; recorded
responses of queries need that, since their Meta repeats the query's.

With --ndjson each line of a FILE is a message. They are read one after the other,
however many there are, and named by their lines.

With --json there is one object a line for each message:
{"file","event","valid","violations":[{"path","rule","want","got","severity","line","col"}]}
and "line" with --ndjson, "error" where the message cannot be validated, "warning"
where Meta names another event than --event, "omitted" for the number of violations beyond
those that are listed.

The exit code is 0 when all messages are valid, warnings allowed, 1 when one is
not, and 2 when one cannot be read or is of an unknown event.`,
		Example: `  redoxgen validate arrival.json results/*.json
  redoxgen validate --ndjson messages.ndjson
  redoxgen validate --schemas catalog --schemas ./more-schemas bill.json
  curl … | redoxgen validate --event 'PatientSearch.Response' --json -`,
		Args: oneOrMore("FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			v.command = c
			var err error
			if v.choice, err = v.flags.choice(c); err != nil {
				return err
			}
			return eachFile(c, args, &v.outcome, v.file)
		},
	}
	v.flags.add(c)
	c.Flags().BoolVar(&v.lines, "ndjson", false, "each line of a FILE is a message")
	c.Flags().BoolVar(&v.asJSON, "json", false, "print JSON")
	return c
}

// validation is one run over several files.
type validation struct {
	outcome
	command *cobra.Command
	flags   eventFlags
	choice  eventChoice
	lines   bool
	asJSON  bool
}

// validated is the result for one message, in JSON as it is printed.
type validated struct {
	File       string      `json:"file"`
	Line       int         `json:"line,omitempty"`
	Event      string      `json:"event"`
	Valid      bool        `json:"valid"`
	Violations []violation `json:"violations"`
	Omitted    int         `json:"omitted,omitempty"`
	Warning    string      `json:"warning,omitempty"`
	Error      string      `json:"error,omitempty"`
}

// violation is a violation and where it is in the file.
type violation struct {
	redox.Violation
	Line int `json:"line"`
	Col  int `json:"col"`
}

// file validates the messages of one file and prints the results.
func (v *validation) file(arg string) {
	if v.lines {
		v.flags.eachLine(v.command, arg, v.message)
	} else {
		v.message(v.flags.read(v.command, arg))
	}
}

// message validates a message, unless it could not be read, and prints the result.
func (v *validation) message(m *message, err error) {
	if errors.Is(err, input.ErrInterrupted) {
		return
	}
	var e *redox.EventInfo
	if err == nil {
		e, err = v.choice.eventOf(m.data)
	}
	var report redox.Report
	if err == nil {
		report, err = e.ValidateJSON(m.data)
	}
	switch {
	case err != nil && v.asJSON:
		v.printJSON(validated{File: m.name, Line: m.line, Violations: []violation{}, Error: m.problem(err)})
	case err != nil:
		printProblem(v.command.ErrOrStderr(), m.problem(err), err)
	case v.asJSON:
		r := jsonResult(m, e, report)
		r.Warning = v.choice.otherEvent(m.data)
		v.printJSON(r)
	default:
		if other := v.choice.otherEvent(m.data); other != "" {
			fmt.Fprintf(v.command.OutOrStdout(), "%s: warning: %s\n", m.label(), other)
		}
		v.printText(m, e, report)
	}
	if err != nil {
		v.note(err)
	} else if !report.Valid() {
		v.invalid = true
	}
}

// located returns what a report lists, with places.
func located(m *message, report redox.Report) []violation {
	var list []violation
	var paths []string
	for v := range report.All() {
		list, paths = append(list, violation{Violation: v}), append(paths, v.Path)
	}
	if len(list) > 0 {
		for i, offset := range locate.Paths(m.data, paths) {
			list[i].Line, list[i].Col = m.position(offset)
		}
	}
	return list
}

// line is the violation as it is printed.
func (v violation) line(file string) string {
	severity := v.Severity
	v.Severity = redox.SeverityError // said before the path instead of at the end
	return fmt.Sprintf("%s:%d:%d: %s: %s", file, v.Line, v.Col, severity, v.Violation)
}

func (v *validation) printText(m *message, e *redox.EventInfo, report redox.Report) {
	w := v.command.OutOrStdout()
	errs, warnings := 0, 0
	violations := located(m, report)
	for _, violation := range violations {
		if violation.Severity == redox.SeverityError {
			errs++
		} else {
			warnings++
		}
		fmt.Fprintln(w, violation.line(m.name))
	}
	if omitted := report.Len() - len(violations); omitted > 0 {
		fmt.Fprintf(w, "%s: and %d more\n", m.label(), omitted)
	}
	verdict := map[bool]string{true: "valid", false: "invalid"}[report.Valid()]
	fmt.Fprintf(w, "%s: %s %s, %s, %s\n", m.label(), verdict, e, count(errs, "error"), count(warnings, "warning"))
}

func jsonResult(m *message, e *redox.EventInfo, report redox.Report) validated {
	r := validated{File: m.name, Line: m.line, Event: e.String(), Valid: report.Valid(), Violations: located(m, report)}
	if r.Violations == nil {
		r.Violations = []violation{}
	}
	r.Omitted = report.Len() - len(r.Violations)
	return r
}

func (v *validation) printJSON(r validated) {
	enc := json.NewEncoder(v.command.OutOrStdout())
	enc.SetEscapeHTML(false)
	_ = enc.Encode(r) // strings and numbers only; run reports what cannot be written
}
