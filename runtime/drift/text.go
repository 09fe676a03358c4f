package drift

import (
	"fmt"
	"strings"
)

// String lists what drifts, a finding a line, and the documented members that never
// occur.
func (t *Tally) String() string {
	var b strings.Builder
	for i := range t.Events {
		t.Events[i].write(&b)
	}
	for _, n := range t.NoSchema {
		of := "of an unknown data model"
		if n.DataModel != "" {
			of = "of an unknown event type of " + n.DataModel
		}
		fmt.Fprintf(&b, "%s %s\n", messages(n.Messages), of)
	}
	return b.String()
}

func (e *EventTally) write(b *strings.Builder) {
	fmt.Fprintf(b, "%s: %s", e.Event(), messages(e.Messages+e.Reports))
	if e.Reports > 0 && e.Messages > 0 {
		fmt.Fprintf(b, ", of %d of them the report alone", e.Reports)
	}
	b.WriteByte('\n')
	for _, f := range e.Findings {
		fmt.Fprintf(b, "  %s\n", f)
	}
	if e.Partly > 0 {
		fmt.Fprintf(b, "  %s have more than is counted\n", messages(e.Partly))
	}
	for _, path := range e.Absent {
		fmt.Fprintf(b, "  %s: never\n", path)
	}
}

// String returns the finding as one line.
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", f.Path, f.Rule)
	if f.Want != "" {
		b.WriteString(", want " + f.Want)
	}
	var got []string
	for _, k := range kinds {
		if n := f.Kinds[k]; n > 0 {
			got = append(got, fmt.Sprintf("%s %d", k, n))
		}
	}
	fmt.Fprintf(&b, ", got %s, in %s", strings.Join(got, ", "), messages(f.Messages))
	return b.String()
}

func messages(n int) string {
	if n == 1 {
		return "1 message"
	}
	return fmt.Sprintf("%d messages", n)
}
