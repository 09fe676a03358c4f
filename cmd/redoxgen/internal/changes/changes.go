// Package changes prints the difference between two sets of schemas.
package changes

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/redoxgen/redoxgen/generator"
)

// Text prints every change on a line, by event, and then the changes to Go.
func Text(w io.Writer, d *generator.Difference) error {
	out := bufio.NewWriter(w)
	event := ""
	for _, c := range d.Schemas {
		if c.Event != event {
			event = c.Event
			fmt.Fprintf(out, "%s\n", event)
		}
		fmt.Fprintf(out, "  %-22s %s%s\n", c.Rule, join(c.Path, fromTo(c.Old, c.New)), effect(c))
	}
	if len(d.Go) > 0 {
		fmt.Fprintf(out, "\nGo\n")
	}
	for _, c := range d.Go {
		fmt.Fprintf(out, "  %-22s %s, %s\n", c.Rule, join(c.Go, fromTo(c.Old, c.New)), c.Effect)
	}
	if len(d.Schemas)+len(d.Go) > 0 {
		fmt.Fprintln(out)
	}
	fmt.Fprintln(out, Summary(d))
	return out.Flush()
}

// effect words what a change does to Go, and to what.
func effect(c generator.SchemaChange) string {
	if c.Effect == generator.Unseen {
		return ""
	}
	return fmt.Sprintf(" (%s: %s)", c.Effect, c.Go)
}

// fromTo words a change of a value.
func fromTo(was, is string) string {
	switch {
	case was == is:
		return ""
	case was == "":
		return is
	case is == "":
		return "was " + was
	default:
		return was + " -> " + is
	}
}

func join(name, value string) string {
	if name == "" || value == "" {
		return name + value
	}
	return name + ": " + value
}

// Summary counts the changes in one line.
func Summary(d *generator.Difference) string {
	if len(d.Schemas)+len(d.Go) == 0 {
		return "no changes"
	}
	counts := make(map[generator.Rule]int)
	for _, c := range d.Schemas {
		counts[c.Rule]++
	}
	var parts []string
	for _, rule := range generator.Rules() {
		if n := counts[rule]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, rule))
		}
	}
	breaking := 0
	for _, c := range d.Go {
		if c.Effect == generator.Breaking {
			breaking++
		}
	}
	if len(parts) == 0 {
		parts = []string{"no changes to schemas"}
	}
	return fmt.Sprintf("%s; Go: %d breaking, %d additive", strings.Join(parts, ", "), breaking, len(d.Go)-breaking)
}

// Markdown prints a summary, what breaks in Go, and every other change folded away.
func Markdown(w io.Writer, d *generator.Difference) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "### Schema changes\n\n%s\n", Summary(d))
	var breaking, others []generator.GoChange
	for _, c := range d.Go {
		if c.Effect == generator.Breaking {
			breaking = append(breaking, c)
		} else {
			others = append(others, c)
		}
	}
	goTable(out, "Breaking in Go", breaking)
	if len(d.Schemas) > 0 {
		open(out, "Schemas", len(d.Schemas), "| rule | event | path | change | Go | effect |\n| --- | --- | --- | --- | --- | --- |\n")
		for _, c := range d.Schemas {
			fmt.Fprintf(out, "| `%s` | %s | %s | %s | %s | %s |\n", c.Rule, cell(c.Event), cell(c.Path), cell(fromTo(c.Old, c.New)), cell(c.Go), c.Effect)
		}
		fmt.Fprint(out, "\n</details>\n")
	}
	goTable(out, "Additive in Go", others)
	return out.Flush()
}

func open(w io.Writer, title string, n int, head string) {
	fmt.Fprintf(w, "\n<details><summary>%s (%d)</summary>\n\n%s", title, n, head)
}

func goTable(w io.Writer, title string, list []generator.GoChange) {
	if len(list) == 0 {
		return
	}
	open(w, title, len(list), "| rule | Go | change |\n| --- | --- | --- |\n")
	for _, c := range list {
		fmt.Fprintf(w, "| `%s` | %s | %s |\n", c.Rule, cell(c.Go), cell(fromTo(c.Old, c.New)))
	}
	fmt.Fprint(w, "\n</details>\n")
}

// cell writes text, which may be any name of a member, as code in a cell of a table.
func cell(text string) string {
	if text == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		text = " " + text + " "
	}
	return fence + strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ").Replace(text) + fence
}
