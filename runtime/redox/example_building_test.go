package redox_test

import (
	"fmt"
	"log"
	"time"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/order"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/generated/results"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// A notification, the answer to an order that was received, and a query.
func Example_building() {
	const emr = "0f4bd1d1-451d-4351-8cfd-b767d1b488d6"
	received, _, err := order.DecodeNew([]byte(`{"Meta":{"DataModel":"Order","EventType":"New","Test":true},
		"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}]},
		"Order":{"ID":"157968300","Status":"New","Expiration":"2023-03-01"}}`))
	if err != nil {
		fmt.Println(err)
		return
	}

	arrival, err := patientadmin.BuildArrival().To(emr).Identifier("0000000001", "MR").
		Patient(func(p *patientadmin.Patient) { p.Demographics.LastName, p.Demographics.Sex = "Bixby", "M" }).
		Build() // or an error with all that is missing or wrong, by path
	if err != nil {
		log.Fatal(err)
	}
	for v := range arrival.Validate().Warnings() { // they do not keep it from being built
		fmt.Println(v)
	}

	// With patient, visit and order of an order.New that was received.
	b := results.BuildNew().Continue(received).To(emr).
		Order(func(o *results.Order) {
			o.Status, o.ResultsStatus = results.OrderStatusResulted, results.OrderResultsStatusFinal
			o.Results = []results.Result{{Code: "49086-2", Value: "7.2", ValueType: results.ResultValueTypeNumeric}}
		})
	fmt.Print(b.Dropped()) // what was not taken over
	answer, err := b.Build()
	fmt.Println(err)

	query, err := patientsearch.BuildQuery().To(emr).
		Patient(func(p *patientsearch.Patient) {
			p.Demographics = common.Demographics{FirstName: "Timothy", LastName: "Bixby", DOB: "2008-01-06"}
		}).
		Build() // client.Query asks it
	fmt.Println(err)

	fmt.Println(answer.Orders[0].ID, answer.Meta.Test, query.Meta.Destinations[0].ID == emr)
	// Output:
	// Patient.Demographics.Sex: value-set, want one of 5 documented values (warning)
	// Order.Expiration: not-in-event (warning)
	// <nil>
	// <nil>
	// 157968300 true true
}

// A field of each kind.
func Example_fields() {
	at := time.Date(2023, 2, 27, 22, 9, 3, 0, time.UTC)
	var p patientadmin.Patient
	var v patientadmin.Visit

	v.Reason, p.Demographics.Sex = "Check-up", common.SexMale // constants where values are documented
	v.VisitDateTime = redox.DateTimeOf(at)                    // "2023-02-27T22:09:03.000Z" does as well
	p.Demographics.DOB = redox.DateOf(at)                     // or "2023-02-27"
	v.Duration = redox.Int(15)                                // or redox.Number("7.50"), with every digit
	p.Demographics.IsDeceased = redox.False                   // or redox.True, redox.BoolOf(b)
	p.Notes = append(p.Notes, "Wheelchair")                   // lists are slices
	v.AttendingProvider = common.Provider{ID: "4356789876"}   // objects are structs, and never nil

	fmt.Println(v.VisitDateTime, v.Duration, p.Demographics.IsDeceased)
	// Output:
	// 2023-02-27T22:09:03.000Z 15 false
}
