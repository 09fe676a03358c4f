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
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the events with their names, kind, response and Go type",
		Long: `List prints every event of the schemas: the name on the wire (DataModel.EventType),
the kind, the event that answers a query, and the Go type.

With --json it prints an array of objects with the members event, dataModel,
eventType, kind, response (queries only), goType and file.`,
		Example: `  redoxgen list
  redoxgen list --events 'Clinical Summary.*' --json`,
		Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			x, err := f.inspectAll(c)
			if err != nil {
				return err
			}
			if asJSON {
				return listJSON(c, x.Events)
			}
			return listTable(c, x.Events)
		},
	}
	f.add(c, "that of the catalog")
	f.addEvents(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
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
	enc := json.NewEncoder(c.OutOrStdout())
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(list)
}
