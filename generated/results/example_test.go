package results_test

import (
	"fmt"
	"time"

	"github.com/redoxgen/redoxgen/generated/order"
	"github.com/redoxgen/redoxgen/generated/results"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// at is when everything happens in these examples.
var at = time.Date(2023, 2, 27, 22, 9, 3, 0, time.UTC)

// placed is an order as it was received.
const placed = `{"Meta":{"DataModel":"Order","EventType":"New"},
	"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}],"Demographics":{"LastName":"Bixby"}},
	"Visit":{"VisitNumber":"1234","Location":{"Department":"3N"}},
	"Order":{"ID":"157968300","Procedure":{"Code":"49086-2"},"Provider":{"ID":"4356789876","LastName":"Granite"},"Expiration":"2023-03-01"}}`

func ExampleBuildNew() {
	msg, err := results.BuildNew().To("emr").At(at).Identifier("0000000001", "MR").
		Order(func(o *results.Order) {
			o.ID, o.Status = "157968300", results.OrderStatusResulted
			o.Results = []results.Result{{Code: "49086-2", Value: "7.2", ValueType: results.ResultValueTypeNumeric}}
		}).
		Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := msg.MarshalJSON()
	fmt.Println(string(text))
	// Output:
	// {"Meta":{"DataModel":"Results","EventType":"New","EventDateTime":"2023-02-27T22:09:03.000Z","Destinations":[{"ID":"emr"}]},"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}]},"Orders":[{"ID":"157968300","Status":"Resulted","Results":[{"Code":"49086-2","Value":"7.2","ValueType":"Numeric"}]}]}
}

// The error lists everything that is missing, by its path.
func ExampleNewBuilder_Build() {
	_, err := results.BuildNew().To("emr").
		Order(func(o *results.Order) { o.ID, o.Results = "157968300", make([]results.Result, 1) }).
		Build()
	fmt.Println(err)
	// Output:
	// redox: cannot build Results.New: Patient: required; Patient.Identifiers: required; Orders[0].Status: required; Orders[0].Results[0].Code: required; Orders[0].Results[0].Value: required; Orders[0].Results[0].ValueType: required
}

// Results for an order that was received: same patient, visit, order and
// provider.
func ExampleBuildNew_continue() {
	placed, _, err := order.DecodeNew([]byte(placed))
	if err != nil {
		fmt.Println(err)
		return
	}
	b := results.BuildNew().Continue(placed).To("emr").At(at).
		Order(func(o *results.Order) {
			o.Status = results.OrderStatusResulted
			o.Results = []results.Result{{Code: "49086-2", Value: "7.2", ValueType: results.ResultValueTypeNumeric}}
		})
	msg, err := b.Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := msg.MarshalJSON()
	fmt.Println(string(text))
	fmt.Print("not taken over: ", b.Dropped())
	fmt.Println(redox.Message(msg).RedoxEvent())
	// Output:
	// {"Meta":{"DataModel":"Results","EventType":"New","EventDateTime":"2023-02-27T22:09:03.000Z","Destinations":[{"ID":"emr"}]},"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}],"Demographics":{"LastName":"Bixby"}},"Orders":[{"ID":"157968300","Procedure":{"Code":"49086-2"},"Provider":{"ID":"4356789876","LastName":"Granite"},"Status":"Resulted","Results":[{"Code":"49086-2","Value":"7.2","ValueType":"Numeric"}]}],"Visit":{"VisitNumber":"1234","Location":{"Department":"3N"}}}
	// not taken over: Order.Expiration: not-in-event (warning)
	// Results.New
}
