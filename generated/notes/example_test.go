package notes_test

import (
	"fmt"
	"time"

	"github.com/redoxgen/redoxgen/generated/notes"
	"github.com/redoxgen/redoxgen/generated/order"
)

// at is when everything happens in these examples.
var at = time.Date(2023, 2, 27, 22, 9, 3, 0, time.UTC)

// placed is an order as it was received.
const placed = `{"Meta":{"DataModel":"Order","EventType":"New"},
	"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}],"Demographics":{"LastName":"Bixby"}},
	"Visit":{"VisitNumber":"1234","Location":{"Department":"3N"}},
	"Order":{"ID":"157968300","Procedure":{"Code":"49086-2"},"Provider":{"ID":"4356789876","LastName":"Granite"},"Expiration":"2023-03-01"}}`

// A note on an order that was received, by the provider who placed it.
func ExampleBuildNew() {
	placed, _, err := order.DecodeNew([]byte(placed))
	if err != nil {
		fmt.Println(err)
		return
	}
	b := notes.BuildNew().Continue(placed).To("emr").At(at).
		Note(func(n *notes.Note) {
			n.ContentType, n.FileContents = "Plain Text", "Patient tolerated the procedure well."
			n.DocumentType, n.DocumentID = "Consult Note", "b169267c"
			n.Provider = placed.Order.Provider
		})
	msg, err := b.Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := msg.MarshalJSON()
	fmt.Println(string(text))
	fmt.Print("not taken over:\n", b.Dropped())
	// Output:
	// {"Meta":{"DataModel":"Notes","EventType":"New","EventDateTime":"2023-02-27T22:09:03.000Z","Destinations":[{"ID":"emr"}]},"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}],"Demographics":{"LastName":"Bixby"}},"Visit":{"VisitNumber":"1234","Location":{"Department":"3N"}},"Note":{"ContentType":"Plain Text","FileContents":"Patient tolerated the procedure well.","DocumentType":"Consult Note","DocumentID":"b169267c","Provider":{"ID":"4356789876","LastName":"Granite"}},"Orders":[{"ID":"157968300"}]}
	// not taken over:
	// Order.Procedure: not-in-event (warning)
	// Order.Provider: not-in-event (warning)
	// Order.Expiration: not-in-event (warning)
}
