package cli

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/generator"
)

func newList() *cobra.Command {
	var f schemaFlags
	var asJSON, classes bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the events with their names, kind, response and Go type",
		Long: `List prints every event of the schemas: the name on the wire (DataModel.EventType),
the kind, the event that answers a query, and the Go type.

With --json it prints an array of objects with the members event, dataModel,
eventType, kind, response (queries only), goType and file.

With --classes it prints every field that is no object instead, and the known
extensions, with the class, which is what redoxgen deid goes by, and the description:
first those that need the most care. With --json too, an array of objects with the members class, field and description.`,
		Example: `  redoxgen list
  redoxgen list --events 'Clinical Summary.*' --json
  redoxgen list --classes`,
		Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			x, err := f.inspectAll(c)
			if err != nil {
				return err
			}
			switch {
			case classes:
				return listClasses(c, x.Fields(), asJSON)
			case asJSON:
				return listJSON(c, x.Events)
			default:
				return listTable(c, x.Events)
			}
		},
	}
	f.add(c, "that of the catalog")
	f.addEvents(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().BoolVar(&classes, "classes", false, "list fields by class instead of events")
	return c
}

func listTable(c *cobra.Command, events []generator.EventDescription) error {
	w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "EVENT\tKIND\tRESPONSE\tGO TYPE")
	for _, e := range events {
		response := e.Response
		if response == "" {
			response = "-"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", e.Name(), e.Kind, response, e.GoType)
	}
	return w.Flush()
}

// listedEvent is the JSON form of an event.
type listedEvent struct {
	Event     string `json:"event"`
	DataModel string `json:"dataModel"`
	EventType string `json:"eventType"`
	Kind      string `json:"kind"`
	Response  string `json:"response,omitempty"`
	GoType    string `json:"goType"`
	File      string `json:"file"`
}

func listJSON(c *cobra.Command, events []generator.EventDescription) error {
	list := make([]listedEvent, len(events))
	for i, e := range events {
		list[i] = listedEvent{
			Event: e.Name(), DataModel: e.DataModel, EventType: e.EventType,
			Kind: e.Kind, Response: e.Response, GoType: e.GoType, File: e.File,
		}
	}
	return printIndented(c, list)
}

func printIndented(c *cobra.Command, list any) error {
	enc := json.NewEncoder(c.OutOrStdout())
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(list)
}

// listedField is the JSON form of a field and its class.
type listedField struct {
	Class       string `json:"class"`
	Field       string `json:"field"`
	Description string `json:"description"`
}

func listClasses(c *cobra.Command, fields []generator.ClassifiedField, asJSON bool) error {
	if asJSON {
		list := make([]listedField, len(fields))
		for i, f := range fields {
			list[i] = listedField{f.Class.String(), f.GoField, f.Description}
		}
		return printIndented(c, list)
	}
	w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CLASS\tFIELD\tDESCRIPTION")
	for _, f := range fields {
		fmt.Fprintf(w, "%s\t%s\t%s\n", f.Class, f.GoField, f.Description)
	}
	return w.Flush()
}
