package main

import (
	"fmt"
	"log"

	"example.com/app/models/patientadmin"
)

const body = `{"Meta": {"DataModel": "PatientAdmin", "EventType": "Arrival"},
	"Patient": {"Identifiers": [{"ID": "0000000001"}], "Demographics": {"LastName": "Bixby"}}}`

func main() {
	ev, report, err := patientadmin.DecodeArrival([]byte(body))
	if err != nil {
		log.Fatal(err) // not a JSON object; everything else decodes
	}
	fmt.Println(ev.Patient.Demographics.LastName, ev.Visit.AttendingProvider.ID == "") // no nil checks
	for v := range report.All() {
		fmt.Println(v)
	}
}
