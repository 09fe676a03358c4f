package redoxgen

import (
	"testing"

	"github.com/redoxgen/redoxgen/generated/clinicalsummary"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/testdata/bench/payload"
)

// starts begin a message of the event that continues one, and return how it is built.
var starts = map[string]func(from redox.Message) (build func() error){
	"arrival": func(from redox.Message) func() error {
		b := patientadmin.BuildArrival().To("emr").Continue(from)
		return func() error { _, err := b.Build(); return err }
	},
	"visitpush": func(from redox.Message) func() error {
		b := clinicalsummary.BuildVisitPush().To("emr").Continue(from)
		return func() error { _, err := b.Build(); return err }
	},
}

// BenchmarkBuild measures a builder's Continue from a decoded message, and its Build.
func BenchmarkBuild(b *testing.B) {
	for _, p := range payload.Load(b) {
		m, err := events[p.Event].decode(p.Minified)
		if err != nil {
			b.Fatal(err)
		}
		payload.Measure(b, p, "build", starts[p.Event](m))
		payload.Measure(b, p, "continue", func() error { starts[p.Event](m); return nil })
	}
}

// BenchmarkViews measures what serves messages of all events alike.
func BenchmarkViews(b *testing.B) {
	for _, p := range payload.Load(b) {
		m, err := events[p.Event].decode(p.Minified)
		if err != nil {
			b.Fatal(err)
		}
		payload.Measure(b, p, "RedoxMeta", func() error { m.RedoxMeta(); return nil })
		if patient, ok := m.(redox.PatientMessage); ok {
			payload.Measure(b, p, "PatientIdentifiers", func() error { patient.PatientIdentifiers(); return nil })
			payload.Measure(b, p, "PatientDemographics", func() error { patient.PatientDemographics(); return nil })
		}
		if visit, ok := m.(redox.VisitMessage); ok {
			payload.Measure(b, p, "VisitLocation", func() error { visit.VisitLocation(); return nil })
		}
	}
}
