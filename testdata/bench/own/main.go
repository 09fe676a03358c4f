// Command own writes the messages that the benchmarks measure with: of the size
// and the shape of Redox's published examples, built by the project's own
// builders, and of nobody. Run it in the directory of package payload:
//
//	go run ../own
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/redoxgen/redoxgen/generated/clinicalsummary"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

func main() {
	messages, err := build()
	for name, text := range messages {
		if err == nil {
			err = os.WriteFile(name, text, 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const destination = "00000000-0000-4000-8000-000000000001"

var when = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

// build returns the messages by file name.
func build() (map[string][]byte, error) {
	// Filled whole, the messages are too large, and hold what the events do not
	// carry: how much is filled makes the size, and Continue leaves out the rest.
	var arrived patientadmin.Arrival
	fill(&arrived, filler{sections: 84, members: 48, elements: 1, words: 2})
	arrival, err := patientadmin.BuildArrival().To(destination).At(when).Test(true).Continue(&arrived).Identifier("0000000001", "MR").Build()
	if err != nil {
		return nil, err
	}
	var pushed clinicalsummary.VisitPush
	fill(&pushed, filler{sections: 66, members: 67, elements: 2, words: 8})
	push, err := clinicalsummary.BuildVisitPush().To(destination).At(when).Test(true).Continue(&pushed).Identifier("0000000001", "MR").Build()
	if err != nil {
		return nil, err
	}
	messages := make(map[string][]byte)
	for name, m := range map[string]redox.Message{"arrival.json": arrival, "visitpush.json": push} {
		addEmpty(m)
		text, err := m.AppendValid(nil)
		if err != nil {
			return nil, err
		}
		messages[name] = text
	}
	return messages, nil
}
