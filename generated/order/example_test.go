package order_test

import (
	"fmt"
	"time"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/order"
)

// at is when everything happens in these examples.
var at = time.Date(2023, 2, 27, 22, 9, 3, 0, time.UTC)

func ExampleBuildNew() {
	msg, err := order.BuildNew().To("lab").At(at).Identifier("0000000001", "MR").
		Visit(func(v *order.Visit) { v.VisitNumber = "1234" }).
		Order(func(o *order.Order) {
			o.ID, o.Status = "157968300", order.OrderStatusNew
			o.Procedure = common.Code{Code: "49086-2", Codeset: "LOINC"}
			o.Provider = common.Provider{ID: "4356789876", IDType: "NPI"}
		}).
		Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := msg.MarshalJSON()
	fmt.Println(string(text))
	// Output:
	// {"Meta":{"DataModel":"Order","EventType":"New","EventDateTime":"2023-02-27T22:09:03.000Z","Destinations":[{"ID":"lab"}]},"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}]},"Visit":{"VisitNumber":"1234"},"Order":{"ID":"157968300","Status":"New","Procedure":{"Code":"49086-2","Codeset":"LOINC"},"Provider":{"ID":"4356789876","IDType":"NPI"}}}
}
