// Command generate reads an arrival and answers with an order, both in types
// that its own module generated.
package main

import (
	"fmt"
	"log"

	"example.com/generate/models/all"
	"example.com/generate/models/common"
	"example.com/generate/models/order"
	"example.com/generate/models/patientadmin"
)

const arrival = `{
	"Meta": {"DataModel": "PatientAdmin", "EventType": "Arrival"},
	"Patient": {"Identifiers": [{"ID": "0000000001", "IDType": "MR"}], "Nickname": "Bix"}
}`

func main() {
	m, report, err := all.Decode([]byte(arrival))
	if err != nil {
		log.Fatal(err)
	}
	ev, ok := m.(*patientadmin.Arrival)
	fmt.Println(ok, report.Valid(), ev.Patient.Identifiers[0].ID)
	fmt.Print(report)

	o := order.New{
		Meta:    common.Meta{DataModel: order.DataModel, EventType: order.EventTypeNew},
		Patient: order.Patient{Identifiers: ev.Patient.Identifiers},
	}
	fmt.Print(o.Validate())
	for _, e := range all.Events() {
		fmt.Println(e)
	}
}
