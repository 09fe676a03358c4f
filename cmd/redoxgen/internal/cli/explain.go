package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/reference"
	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/runtime/redoxsample"
	"github.com/redoxgen/redoxgen/schemas"
)

func newExplain() *cobra.Command {
	var f schemaFlags
	c := &cobra.Command{
		Use:   "explain EVENT[:PATH]",
		Short: "Explain an event or one of its fields",
		Long: `Explain describes an event, or the field of its messages that a path leads to: the
schema's words, types, whether it is required, documented values, where it is
defined, which Go type stands for it and why, and where it typically is in HL7 v2.5.1
and FHIR R4. The last varies by site; "none" is what Redox computes, or has alone.

Paths are worded as in reports: Patient.Identifiers[0].ID. Indexes may be left out.`,
		Example: `  redoxgen explain PatientAdmin.Arrival
  redoxgen explain PatientAdmin.Arrival:Patient.Demographics.Sex`,
		Args:              exactly("EVENT"),
		ValidArgsFunction: completePath(&f),
		RunE: func(c *cobra.Command, args []string) error {
			x, err := f.inspectAll(c)
			if err != nil {
				return err
			}
			e, err := x.Explain(args[0])
			if err != nil {
				return err
			}
			explainer{c.OutOrStdout()}.print(e)
			return nil
		},
	}
	f.add(c, "that of the catalog")
	return c
}

// explainer prints explanations.
type explainer struct{ w io.Writer }

// fact prints one line of an explanation unless its text is empty.
func (x explainer) fact(name, text string) {
	if text != "" {
		fmt.Fprintf(x.w, "  %-9s %s\n", name, text)
	}
}

func (x explainer) print(e *generator.Explanation) {
	title := e.Event.Name()
	if e.Path != "" {
		title += ": " + e.Path
	}
	fmt.Fprintf(x.w, "%s\n", title)
	if e.Description != "" {
		fmt.Fprintf(x.w, "  %s\n", e.Description)
	}
	fmt.Fprintln(x.w)
	if e.Path == "" {
		x.event(e)
	} else {
		x.field(e)
	}
	x.fact("defined", e.Defined)
	for i, statement := range e.Overlaid {
		x.fact(map[bool]string{true: "overlaid"}[i == 0], statement)
	}
	x.fact("corrected", e.Corrected)
	if e.Path != "" {
		x.fact("concept", fmt.Sprintf("%s, %s of %s", e.Concept.GoType, count(e.Concept.Objects, "object"), count(e.Concept.Events, "event")))
		x.fact("why", e.Concept.Why)
	}
	x.members(e.Members)
}

func (x explainer) event(e *generator.Explanation) {
	x.fact("on wire", fmt.Sprintf("Meta.DataModel %q, Meta.EventType %q", e.Event.DataModel, e.Event.EventType))
	kind := e.Event.Kind
	if e.Event.Response != "" {
		kind += ", answered by " + e.Event.DataModel + "." + e.Event.Response
	}
	x.fact("kind", kind)
	x.fact("Go", e.GoType)
	x.fact("rules", strings.Join(e.Rules, ", "))
}

func (x explainer) field(e *generator.Explanation) {
	x.fact("Go", e.GoExpr+" "+e.GoType)
	if !e.Carried {
		x.fact("carried", "not by this event: Redox ignores it here, and Validate warns")
		x.fact("", "by "+firstOf(e.CarriedBy, 6))
		return
	}
	x.fact("JSON", e.JSON)
	x.fact("rules", strings.Join(e.Rules, ", "))
	x.fact("required", map[bool]string{true: "yes", false: "no"}[e.Required])
	for _, v := range e.ValueSets {
		x.fact("values", strings.Join(v.Values, ", ")+" (documented; others are at most a warning)")
		x.fact("constants", firstOf(v.Constants, 4))
	}
	x.fact("retired", e.Retired)
	x.fact("class", e.Class)
	x.fact("HL7 v2", typically(e.HL7))
	x.fact("FHIR R4", typically(e.FHIR))
}

// typically qualifies a counterpart, which differs from one organization to the next.
func typically(counterpart string) string {
	if counterpart == "" || counterpart == schemas.None {
		return counterpart
	}
	return "typically " + counterpart + "; varies by site"
}

// firstOf joins the first names of a list, and adds how many more there are.
func firstOf(names []string, most int) string {
	text := strings.Join(names[:min(len(names), most)], ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// members prints the fields of an object's type: first those that the event
// carries, then the names of the others.
func (x explainer) members(list []generator.Member) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintln(x.w)
	width := 0
	var others []string
	for _, m := range list {
		width = max(width, len(m.Name))
		if !m.Carried {
			others = append(others, m.Name)
		}
	}
	list = slices.DeleteFunc(slices.Clone(list), func(m generator.Member) bool { return !m.Carried })
	for _, m := range list {
		required := map[bool]string{true: ", required"}[m.Required]
		fmt.Fprintf(x.w, "  %-*s  %s (%s%s)\n", width, m.Name, m.GoType, m.JSON, required)
	}
	if len(others) > 0 {
		fmt.Fprintf(x.w, "  elsewhere only: %s\n", strings.Join(others, ", "))
	}
}

func newDocs() *cobra.Command {
	var f messageFlags
	var out string
	c := &cobra.Command{
		Use:   "docs --out DIR",
		Short: "Write the reference of all events and fields as web pages",
		Long: `Docs writes a page for every event and every Go type: meaning, types, where a field is
required, documented values, how Go reaches it, which events carry it, where it
typically is in HL7 v2.5.1 and FHIR R4, and an example. The pages need no server and
no network; a search runs in the browser.

The page of PatientAdmin.Arrival is events/PatientAdmin.Arrival.html, and that of
a type types/common.Demographics.html; fields have their path or name as anchor.
A reference that is in DIR already is replaced.`,
		Example: `  redoxgen docs --out reference
  redoxgen docs --schemas catalog --schemas schemas --out reference`,
		Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			if out == "" {
				return usageError{c, errors.New("--out says where to write the pages")}
			}
			site, err := newReference(c, &f)
			if err != nil {
				return err
			}
			if err := site.Write(out); errors.Is(err, reference.ErrOccupied) {
				return usageError{c, fmt.Errorf("%s: %w: name another directory, or remove them", out, err)}
			} else if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "wrote %d files to %s\n", len(site.Paths()), out)
			return nil
		},
	}
	f.schemaFlags.add(c, "that of the catalog")
	f.addEvents(c)
	c.Flags().StringVar(&out, "out", "", "`DIR` for the pages")
	return c
}

// newReference returns the reference of the schemas that the flags choose.
func newReference(c *cobra.Command, f *messageFlags) (*reference.Site, error) {
	x, err := f.inspectAll(c)
	if err != nil {
		return nil, err
	}
	known := knownEvents(x.Infos())
	return reference.New(x, func(event string) []byte {
		e, err := known.named(event)
		if err != nil {
			return nil
		}
		data, err := redoxsample.New(redoxsample.Options{}).JSON(e)
		var b bytes.Buffer
		if err != nil || json.Indent(&b, data, "", "  ") != nil {
			return nil // a page without an example is better than none
		}
		return b.Bytes()
	})
}
