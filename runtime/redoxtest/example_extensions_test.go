package redoxtest_test

import (
	"cmp"
	"context"
	"fmt"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/flowsheet"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// A query to Carequality and a flowsheet, with the extensions that they need, are
// built, sent and read where they arrive.
func Example_extensions() {
	srv, err := redoxtest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	srv.Destination(carequality).Supports("PatientSearch.Query").Answers(redoxtest.NoMatch())
	srv.Destination(emr).Supports("Flowsheet.New")
	c, err := client.New(srv.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()

	query, err := carequalityQuery()
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := client.Query(context.Background(), c, query); err != nil {
		fmt.Println(err)
		return
	}
	for _, q := range redoxtest.Received[*patientsearch.Query](srv) {
		for name, e := range redox.Extensions(&q.Meta) { // all of them, in the order of the message
			fmt.Println(name, cmp.Or(e.String, e.Coding.Code))
		}
	}

	sheet, err := bloodSugar()
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := c.Send(context.Background(), sheet); err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range redoxtest.Received[*flowsheet.New](srv) {
		// One by its name. Without the extension everything is zero.
		order := redox.ExtensionOf(&s.Visit, redox.ExtensionAdditionalIdentifier).Identifier
		fmt.Println(order.Type, order.Value)
		for _, p := range redox.ExtensionOf(&s.Visit, redox.ExtensionAdditionalProviderInfo).Participants {
			fmt.Println(p.IDType, p.ID, p.Person.Name.Family)
		}
		// A value of a form without a field is among the unknown members.
		dose := redox.ExtensionOf(&s.Observations[0], "dose")
		fmt.Println(redox.UnknownMember(dose.Object, "quantity").IsSet())
	}
	// Output:
	// sender-organization-id 2.16.840.1.113883.3.1
	// user-id jdoe
	// user-role 112247003
	// purpose-of-use TREATMENT
	// orderId 157968300
	// NPI 4356789876 Granite
	// true
}

const carequality = "adf917b5-1496-4241-87e2-ed20434b1fdb"

// carequalityQuery says who asks, and what for, in extensions of Meta.
func carequalityQuery() (*patientsearch.Query, error) {
	return patientsearch.BuildQuery().To(carequality).
		Meta(redox.MetaExtension(redox.ExtensionSenderOrganizationID, redox.Extension{String: "2.16.840.1.113883.3.1"})).
		Meta(redox.MetaExtension(redox.ExtensionUserID, redox.Extension{String: "jdoe"})).
		Meta(redox.MetaExtension(redox.ExtensionUserRole, redox.Extension{
			Coding: redox.Coding{Code: "112247003", Display: "Medical Doctor"}})).
		Meta(redox.MetaExtension(redox.ExtensionPurposeOfUse, redox.Extension{
			Coding: redox.Coding{Code: "TREATMENT", Display: "Treatment"}})).
		Patient(func(p *patientsearch.Patient) {
			p.Demographics = common.Demographics{FirstName: "Timothy", LastName: "Bixby", DOB: "2008-01-06"}
		}).
		Build()
}

// bloodSugar says which order and which provider an observation belongs to, in
// extensions of Visit.
func bloodSugar() (*flowsheet.New, error) {
	return flowsheet.BuildNew().To(emr).Identifier("0000000001", "MR").
		Visit(func(v *flowsheet.Visit) {
			v.VisitNumber = "1234"
			redox.SetExtension(v, redox.ExtensionAdditionalIdentifier, redox.Extension{
				Identifier: redox.ExtensionIdentifier{Type: "orderId", Value: "157968300"}})
			redox.SetExtension(v, redox.ExtensionAdditionalProviderInfo, redox.Extension{
				Participants: []redox.Participant{{ID: "4356789876", IDType: "NPI", Person: redox.ParticipantPerson{
					Name: redox.HumanName{Given: []string{"Pat"}, Family: "Granite"}}}}})
		}).
		Observation(func(o *flowsheet.Observation) {
			o.Code, o.Value, o.ValueType, o.Units = "AVERAGE_CGM", "131", "Numeric", "mg/dL"
			o.DateTime = "2023-02-27T22:09:03.000Z"
			var dose redox.Extension // of a form that has no field
			redox.SetUnknownMember(&dose, "quantity", `{"value":2.5,"unit":"mg"}`)
			redox.SetExtension(o, "dose", dose)
			redox.SetUnknownMember(o, "Trend", `"rising"`) // agreed with the destination
		}).
		Build()
}
