// Command import decodes a message of one data model and encodes it again.
package main

import (
	"fmt"
	"log"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
)

const discharge = `{"Meta":{"DataModel":"PatientAdmin","EventType":"Discharge","Test":"no"},` +
	`"Patient":{"Identifiers":[{"ID":7,"IDType":"MR"}],"Demographics":{"FirstName":null}},"New":{"in":[2030,1e2]}}`

func main() {
	ev, report, err := patientadmin.DecodeDischarge([]byte(discharge))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ev.Patient.Identifiers[0].ID, ev.Visit.Location.Department == "")
	fmt.Print(report)
	out, err := ev.MarshalJSON()
	fmt.Println(string(out) == discharge, err)
}
