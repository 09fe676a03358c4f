package patientadmin_test

import (
	"fmt"
	"time"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// at is when everything happens in these examples.
var at = time.Date(2023, 2, 27, 22, 9, 3, 0, time.UTC)

func ExampleBuildArrival() {
	msg, err := patientadmin.BuildArrival().To("emr").At(at).
		Identifier("0000000001", "MR").
		Patient(func(p *patientadmin.Patient) {
			p.Demographics = common.Demographics{FirstName: "Timothy", LastName: "Bixby", Sex: common.SexMale}
		}).
		Visit(func(v *patientadmin.Visit) {
			v.VisitNumber, v.VisitDateTime = "1234", redox.DateTimeOf(at)
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
	// {"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","EventDateTime":"2023-02-27T22:09:03.000Z","Destinations":[{"ID":"emr"}]},"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}],"Demographics":{"FirstName":"Timothy","LastName":"Bixby","Sex":"Male"}},"Visit":{"VisitNumber":"1234","VisitDateTime":"2023-02-27T22:09:03.000Z","Location":{"Department":"3N"}}}
}

func ExampleBuildNewPatient() {
	b := patientadmin.BuildNewPatient().At(at).Test(true)
	_, err := b.Build()
	fmt.Println(err)

	msg, err := b.To("emr").Identifier("0000000001", "MR").Build()
	fmt.Println(msg.RedoxMeta().Destinations[0].ID, msg.Patient.Identifiers[0].ID, err)
	// Output:
	// redox: cannot build PatientAdmin.NewPatient: Patient: required; Patient.Identifiers: required
	// emr 0000000001 <nil>
}

// One function serves all events of the data model, and of any other, that
// have a patient or a visit.
func Example_anyEvent() {
	handle := func(m redox.Message) {
		fmt.Print(m.RedoxEvent(), ":")
		if p, ok := m.(redox.PatientMessage); ok {
			for _, id := range p.PatientIdentifiers() {
				fmt.Printf(" patient %s %s %s", id.IDType, id.ID, p.PatientDemographics().LastName)
			}
		}
		if v, ok := m.(redox.VisitMessage); ok {
			fmt.Printf(" visit %s in %q", v.VisitID(), v.VisitLocation().Department)
		}
		fmt.Println()
	}
	for _, event := range patientadmin.Events() {
		body := fmt.Sprintf(`{"Meta": {"DataModel": %q, "EventType": %q},
			"Patient": {"Identifiers": [{"ID": "7", "IDType": "MR"}], "Demographics": {"LastName": "Bixby"}},
			"Visit": {"VisitNumber": "1234", "Location": {"Department": "3N"}}}`, event.DataModel, event.EventType)
		m, _, err := patientadmin.Decode([]byte(body))
		if err != nil {
			fmt.Println(err)
			return
		}
		handle(m)
	}
	// Output:
	// PatientAdmin.Arrival: patient MR 7 Bixby visit 1234 in "3N"
	// PatientAdmin.Cancel: patient MR 7 Bixby visit 1234 in "3N"
	// PatientAdmin.CensusQuery:
	// PatientAdmin.CensusQueryResponse:
	// PatientAdmin.Discharge: patient MR 7 Bixby visit 1234 in "3N"
	// PatientAdmin.NewPatient: patient MR 7 Bixby
	// PatientAdmin.PatientMerge: patient MR 7 Bixby
	// PatientAdmin.PatientUpdate: patient MR 7 Bixby
	// PatientAdmin.PreAdmit: patient MR 7 Bixby visit 1234 in "3N"
	// PatientAdmin.Registration: patient MR 7 Bixby visit 1234 in "3N"
	// PatientAdmin.Transfer: patient MR 7 Bixby visit 1234 in "3N"
	// PatientAdmin.VisitMerge: patient MR 7 Bixby visit 1234 in ""
	// PatientAdmin.VisitQuery:
	// PatientAdmin.VisitQueryResponse:
	// PatientAdmin.VisitUpdate: patient MR 7 Bixby visit 1234 in "3N"
}
