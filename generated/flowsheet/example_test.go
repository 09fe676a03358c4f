package flowsheet_test

import (
	"fmt"
	"time"

	"github.com/redoxgen/redoxgen/generated/flowsheet"
	"github.com/redoxgen/redoxgen/generated/order"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// at is when everything happens in these examples.
var at = time.Date(2023, 2, 27, 22, 9, 3, 0, time.UTC)

// placed is an order as it was received.
const placed = `{"Meta":{"DataModel":"Order","EventType":"New"},
	"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}],"Demographics":{"LastName":"Bixby"}},
	"Visit":{"VisitNumber":"1234","Location":{"Department":"3N"}},
	"Order":{"ID":"157968300","Procedure":{"Code":"49086-2"},"Provider":{"ID":"4356789876","LastName":"Granite"},"Expiration":"2023-03-01"}}`

// Vital signs of the patient whom an order was received for.
func ExampleBuildNew() {
	placed, _, err := order.DecodeNew([]byte(placed))
	if err != nil {
		fmt.Println(err)
		return
	}
	b := flowsheet.BuildNew().Continue(placed).To("emr").At(at)
	for _, v := range []struct{ code, value, units string }{{"HR", "71", "bpm"}, {"RESP", "16", "bpm"}} {
		b.Observation(func(o *flowsheet.Observation) {
			o.DateTime, o.Code = redox.DateTimeOf(at), v.code
			o.Value, o.ValueType, o.Units = v.value, "Numeric", v.units
			o.Observer = placed.Order.Provider
		})
	}
	msg, err := b.Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := msg.MarshalJSON()
	fmt.Println(string(text))
	fmt.Print("not taken over: ", b.Dropped())
	// Output:
	// {"Meta":{"DataModel":"Flowsheet","EventType":"New","EventDateTime":"2023-02-27T22:09:03.000Z","Destinations":[{"ID":"emr"}]},"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}],"Demographics":{"LastName":"Bixby"}},"Visit":{"VisitNumber":"1234","Location":{"Department":"3N"}},"Observations":[{"DateTime":"2023-02-27T22:09:03.000Z","Value":"71","ValueType":"Numeric","Units":"bpm","Code":"HR","Observer":{"ID":"4356789876","LastName":"Granite"}},{"DateTime":"2023-02-27T22:09:03.000Z","Value":"16","ValueType":"Numeric","Units":"bpm","Code":"RESP","Observer":{"ID":"4356789876","LastName":"Granite"}}]}
	// not taken over: Order: not-in-event (warning)
}
