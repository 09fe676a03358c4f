package clinicalsummary_test

import (
	"fmt"
	"time"

	"github.com/redoxgen/redoxgen/generated/clinicalsummary"
)

// at is when everything happens in these examples.
var at = time.Date(2023, 2, 27, 22, 9, 3, 0, time.UTC)

func ExampleBuildPatientQuery() {
	msg, err := clinicalsummary.BuildPatientQuery().To("emr").At(at).
		Identifier("0000000001", "MR").
		Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := msg.MarshalJSON()
	fmt.Println(string(text))
	// Output:
	// {"Meta":{"DataModel":"Clinical Summary","EventType":"PatientQuery","EventDateTime":"2023-02-27T22:09:03.000Z","Destinations":[{"ID":"emr"}]},"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}]}}
}
