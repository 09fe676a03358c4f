package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/reference"
	"github.com/redoxgen/redoxgen/runtime/redoxsample"
)

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
