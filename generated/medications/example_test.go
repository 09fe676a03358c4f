package medications_test

import (
	"fmt"
	"time"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/medications"
)

// at is when everything happens in these examples.
var at = time.Date(2023, 2, 27, 22, 9, 3, 0, time.UTC)

func ExampleBuildNew() {
	msg, err := medications.BuildNew().To("emr").At(at).
		Identifier("0000000001", "MR").
		Order(func(o *medications.Order) {
			o.ID = "1001"
			o.Medication.Product = common.CodedValue{Code: "197737", CodeSystemName: "RxNorm"}
		}).
		Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := msg.MarshalJSON()
	fmt.Println(string(text))
	// Output:
	// {"Meta":{"DataModel":"Medications","EventType":"New","EventDateTime":"2023-02-27T22:09:03.000Z","Destinations":[{"ID":"emr"}]},"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}]},"Order":{"ID":"1001","Medication":{"Product":{"Code":"197737","CodeSystemName":"RxNorm"}}}}
}
