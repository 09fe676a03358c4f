package redox_test

import (
	"fmt"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
)

// A message that does not fit its schema, from a version of the schema that
// knows more fields: typed all the same, reported on, and written back whole.
func Example_tolerance() {
	const body = `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Test":"no"},` +
		`"Patient":{"Identifiers":[{"ID":7,"IDType":"MR"}],` +
		`"Demographics":{"FirstName":null,"LastName":"Bixby","Pronouns":["they"]}},` +
		`"Visit":{"Duration":1.50,"Location":{"Room":""}}}`

	ev, report, err := patientadmin.DecodeArrival([]byte(body))
	fmt.Println(err, report.Valid())
	for v := range report.All() {
		fmt.Println(v)
	}
	fmt.Println(ev.Patient.Identifiers[0].ID, ev.Patient.Demographics.LastName, ev.Visit.Duration)

	out, err := ev.MarshalJSON()
	fmt.Println(err, string(out) == body)

	ev.Visit.Location.Room = "12"
	out, err = ev.MarshalJSON()
	fmt.Println(err, string(out))
	// Output:
	// <nil> false
	// Meta.Test: type, want boolean or null, got string
	// Patient.Identifiers[0].ID: type, want string, got number
	// Patient.Demographics.Pronouns: unknown, got array (warning)
	// 7 Bixby 1.50
	// <nil> true
	// <nil> {"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Test":"no"},"Patient":{"Identifiers":[{"ID":7,"IDType":"MR"}],"Demographics":{"FirstName":null,"LastName":"Bixby","Pronouns":["they"]}},"Visit":{"Duration":1.50,"Location":{"Room":"12"}}}
}
