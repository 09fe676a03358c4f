// Package payload has the messages to measure with, and the loop that every
// contender is measured by.
package payload

import (
	"bytes"
	_ "embed" // of the messages
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Payload is a message to measure with.
type Payload struct {
	Name     string // as benchmarks are called: "arrival", or "published-arrival"
	Event    string // "arrival" or "visitpush"
	Minified []byte
	Pretty   []byte // indented by four spaces
	Schema   string // the file of its schema in the catalog
}

// The project's own messages, as large and of the shape of the published ones;
// see command own.
var (
	//go:embed arrival.json
	arrival []byte
	//go:embed visitpush.json
	visitpush []byte
)

// Load returns the project's own messages, and the published examples where they
// are: those are not part of the project.
func Load(tb testing.TB) []Payload {
	tb.Helper()
	list := []Payload{
		{Name: "arrival", Event: "arrival", Minified: arrival, Schema: "events/patientadmin/arrival.json"},
		{Name: "visitpush", Event: "visitpush", Minified: visitpush, Schema: "events/clinicalsummary/visitpush.json"},
	}
	for i, name := range []string{"patientadmin_arrival.json", "clinicalsummary_visitpush.json"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "redox", "samples", name))
		if err != nil {
			continue
		}
		p := list[i]
		p.Name, p.Minified = "published-"+p.Event, data
		list = append(list, p)
	}
	for i := range list {
		var minified, pretty bytes.Buffer
		if err := json.Compact(&minified, list[i].Minified); err != nil {
			tb.Fatal(err)
		}
		if err := json.Indent(&pretty, minified.Bytes(), "", "    "); err != nil {
			tb.Fatal(err)
		}
		list[i].Minified, list[i].Pretty = minified.Bytes(), pretty.Bytes()
	}
	return list
}

// Measure measures how long work takes as contender name's way with p. It runs
// once before, for what is kept between calls.
func Measure(b *testing.B, p Payload, name string, work func() error) {
	b.Helper()
	if err := work(); err != nil {
		b.Fatalf("%s: %v", name, err)
	}
	b.Run(p.Name+"/"+name, func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(p.Minified)))
		for b.Loop() {
			if err := work(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
