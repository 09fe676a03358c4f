package scheduling_test

import (
	"fmt"
	"time"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/scheduling"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// at is when everything happens in these examples.
var at = time.Date(2023, 2, 27, 22, 9, 3, 0, time.UTC)

func ExampleBuildNew() {
	msg, err := scheduling.BuildNew().To("emr").At(at).
		Patient(func(p *scheduling.Patient) {
			p.Identifiers = []common.Identifier{{ID: "0000000001", IDType: "MR"}}
		}).
		Visit(func(v *scheduling.Visit) {
			v.VisitNumber, v.VisitDateTime, v.Duration = "1234", redox.DateTimeOf(at), redox.Int(15)
			v.Location.Department = "3N"
		}).
		Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := msg.MarshalJSON()
	fmt.Println(string(text))
	// Output:
	// {"Meta":{"DataModel":"Scheduling","EventType":"New","EventDateTime":"2023-02-27T22:09:03.000Z","Destinations":[{"ID":"emr"}]},"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}]},"Visit":{"VisitNumber":"1234","VisitDateTime":"2023-02-27T22:09:03.000Z","Duration":15,"Location":{"Department":"3N"}}}
}
