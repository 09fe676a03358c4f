package financial_test

import (
	"fmt"
	"time"

	"github.com/redoxgen/redoxgen/generated/financial"
)

// at is when everything happens in these examples.
var at = time.Date(2023, 2, 27, 22, 9, 3, 0, time.UTC)

func ExampleBuildTransaction() {
	msg, err := financial.BuildTransaction().To("emr").At(at).
		Identifier("0000000001", "MR").
		Transaction(func(c *financial.ChargeTransaction) {
			c.ID, c.Type, c.DateTimeOfService = "71", "Charge", "2023-02-27"
			c.Chargeable.Code = "99213"
		}).
		Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := msg.MarshalJSON()
	fmt.Println(string(text))
	// Output:
	// {"Meta":{"DataModel":"Financial","EventType":"Transaction","EventDateTime":"2023-02-27T22:09:03.000Z","Destinations":[{"ID":"emr"}]},"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}]},"Transactions":[{"ID":"71","Type":"Charge","DateTimeOfService":"2023-02-27","Chargeable":{"Code":"99213"}}]}
}
