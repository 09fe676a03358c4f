package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/redoxgen/redoxgen/generated/clinicalsummary"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
)

// The messages are what the builders make of the catalog today, and are without
// fault: warnings would be measured, too.
func TestMessagesAreCurrent(t *testing.T) {
	messages, err := build()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range messages {
		file, err := os.ReadFile(filepath.Join("..", "payload", name))
		if err != nil {
			t.Fatal(err)
		}
		if string(file) != string(text) {
			t.Errorf("%s is not what the builders make: run `go run ../own` in testdata/bench/payload", name)
		}
	}
	if r, err := patientadmin.ValidateArrival(messages["arrival.json"]); err != nil || r.Len() > 0 {
		t.Error(err, r)
	}
	if r, err := clinicalsummary.ValidateVisitPush(messages["visitpush.json"]); err != nil || r.Len() > 0 {
		t.Error(err, r)
	}
}
