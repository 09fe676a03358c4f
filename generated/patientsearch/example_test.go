package patientsearch_test

import (
	"fmt"
	"time"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
)

// at is when everything happens in these examples.
var at = time.Date(2023, 2, 27, 22, 9, 3, 0, time.UTC)

func ExampleBuildQuery() {
	msg, err := patientsearch.BuildQuery().To("emr").At(at).
		Patient(func(p *patientsearch.Patient) {
			p.Demographics = common.Demographics{FirstName: "Timothy", LastName: "Bixby", DOB: "2008-01-06"}
		}).
		Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := msg.MarshalJSON()
	fmt.Println(string(text))
	// Output:
	// {"Meta":{"DataModel":"PatientSearch","EventType":"Query","EventDateTime":"2023-02-27T22:09:03.000Z","Destinations":[{"ID":"emr"}]},"Patient":{"Demographics":{"FirstName":"Timothy","LastName":"Bixby","DOB":"2008-01-06"}}}
}
