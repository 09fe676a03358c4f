// Package payload has the messages to measure with, and the loop that every
// contender is measured by.
package payload

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Payload is a message to measure with.
type Payload struct {
	Name     string // "arrival" or "visitpush"
	Minified []byte
	Pretty   []byte // indented by four spaces
	Schema   string // the file of its schema among the published ones
}

// Load reads the published example messages. They are not part of the project.
func Load(tb testing.TB) []Payload {
	tb.Helper()
	list := []Payload{
		{Name: "arrival", Schema: "patientadmin/arrival.json"},
		{Name: "visitpush", Schema: "clinicalsummary/visitpush.json"},
	}
	samples := []string{"patientadmin_arrival.json", "clinicalsummary_visitpush.json"}
	for i := range list {
		data, err := os.ReadFile(filepath.Join(Reference(), "samples", samples[i]))
		if err != nil {
			tb.Skipf("the published example messages are not there: %v", err)
		}
		var minified, pretty bytes.Buffer
		if err := json.Compact(&minified, data); err != nil {
			tb.Fatal(err)
		}
		if err := json.Indent(&pretty, minified.Bytes(), "", "    "); err != nil {
			tb.Fatal(err)
		}
		list[i].Minified, list[i].Pretty = minified.Bytes(), pretty.Bytes()
	}
	return list
}

// Reference is the folder of the published schemas and messages, seen from a
// contender's package.
func Reference() string {
	return filepath.Join("..", "..", "..", "..", "shared", "redox")
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
