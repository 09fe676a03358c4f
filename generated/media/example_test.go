package media_test

import (
	"encoding/base64"
	"fmt"
	"time"

	"github.com/redoxgen/redoxgen/generated/media"
	"github.com/redoxgen/redoxgen/generated/order"
)

// at is when everything happens in these examples.
var at = time.Date(2023, 2, 27, 22, 9, 3, 0, time.UTC)

// placed is an order as it was received.
const placed = `{"Meta":{"DataModel":"Order","EventType":"New"},
	"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}],"Demographics":{"LastName":"Bixby"}},
	"Visit":{"VisitNumber":"1234","Location":{"Department":"3N"}},
	"Order":{"ID":"157968300","Procedure":{"Code":"49086-2"},"Provider":{"ID":"4356789876","LastName":"Granite"},"Expiration":"2023-03-01"}}`

// A document for an order that was received.
func ExampleBuildNew() {
	placed, _, err := order.DecodeNew([]byte(placed))
	if err != nil {
		fmt.Println(err)
		return
	}
	b := media.BuildNew().Continue(placed).To("emr").At(at).
		Media(func(m *media.Media) {
			m.FileName, m.FileType = "report.pdf", "PDF"
			m.FileContents = base64.StdEncoding.EncodeToString([]byte("%PDF-1.7"))
			m.DocumentType, m.DocumentID, m.Availability = "Report", "b169267c", "Available"
			m.Provider = placed.Order.Provider
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
	// {"Meta":{"DataModel":"Media","EventType":"New","EventDateTime":"2023-02-27T22:09:03.000Z","Destinations":[{"ID":"emr"}]},"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}],"Demographics":{"LastName":"Bixby"}},"Visit":{"VisitNumber":"1234","Location":{"Department":"3N"}},"Media":{"FileType":"PDF","FileName":"report.pdf","FileContents":"JVBERi0xLjc=","DocumentType":"Report","DocumentID":"b169267c","Provider":{"ID":"4356789876","LastName":"Granite"},"Availability":"Available"},"Orders":[{"ID":"157968300"}]}
	// not taken over:
	// Order.Procedure: not-in-event (warning)
	// Order.Provider: not-in-event (warning)
	// Order.Expiration: not-in-event (warning)
}
