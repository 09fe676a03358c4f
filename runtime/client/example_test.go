package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/media"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// A whole session: authenticate with a signed JWT, send a patient, look the
// patient up, upload a document and send what it belongs to.
func Example() {
	srv, err := redoxtest.Start() // a local Redox
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	srv.Destination(emr).
		Supports("PatientAdmin.*", "PatientSearch.Query", "Media.New").
		AnswersTo("PatientSearch.Query", redoxtest.RespondJSON(`{"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}]}}`))

	config := srv.Config() // with Redox itself: client.Config{Auth: auth.OAuth{…}}
	config.Destinations = client.Destinations{emr: {"PatientAdmin.*", "PatientSearch.Query", "Media.New"}}
	config.Limits.Embed = 1 << 10 // embed smaller files, upload larger ones
	c, err := client.New(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	ctx := context.Background()

	patient, err := patientadmin.BuildNewPatient().To(emr).Identifier("0000000001", "MR").
		Patient(func(p *patientadmin.Patient) { p.Demographics.LastName = "Bixby" }).
		Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	receipt, err := c.Send(ctx, patient)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("accepted for", len(receipt.Logs), "destination")

	query, err := patientsearch.BuildQuery().To(emr).
		Patient(func(p *patientsearch.Patient) { p.Demographics.LastName = "Bixby" }).
		Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := client.Query(ctx, c, query)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("found", found.Patient.Identifiers[0].ID)

	var file media.Media
	pdf := bytes.NewReader(append([]byte("%PDF-1.7\n"), make([]byte, 4<<10)...))
	if err := c.PutFile(ctx, &file, "summary.pdf", pdf); err != nil {
		fmt.Println(err)
		return
	}
	document, err := media.BuildNew().To(emr).
		Continue(found). // the same patient
		Media(func(m *media.Media) {
			*m = file
			m.DocumentType, m.DocumentID = "Discharge summary", "b169267c-10c9-4fe3-91ae-9ckf5703e90l"
			m.Provider.ID, m.Availability = "4356789876", "Available"
		}).
		Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err = c.Send(ctx, document); err != nil {
		fmt.Println(err)
		return
	}
	sent := redoxtest.Received[*media.New](srv)[0]
	fmt.Println(sent.Media.FileType, sent.Media.FileContents == srv.Uploads()[0].URI)
	fmt.Println("tokens:", srv.TokenRequests())
	// Output:
	// accepted for 1 destination
	// found 0000000001
	// PDF true
	// tokens: 1
}

// Errors tell what to do, and print without the message's content.
func ExampleClient_Send() {
	srv, err := redoxtest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	srv.Destination(emr).Supports("Results.New")
	c, err := client.New(srv.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()

	var arrival patientadmin.Arrival
	arrival.Meta.Destinations = []common.Endpoint{{ID: emr}}
	arrival.Patient.Identifiers = []common.Identifier{{ID: "0000000001", IDType: "MR"}}
	_, err = c.Send(context.Background(), &arrival)

	var e *client.Error
	fmt.Println(errors.Is(err, client.ErrRouting), errors.As(err, &e) && e.Unclear)
	fmt.Println(e.Errors[0])
	// Output:
	// true false
	// message/Subscriptions error 4031 at Meta.Destinations
}

// The answer's type follows from the question's.
func ExampleQuery() {
	srv, err := redoxtest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	srv.Destination(emr).Answers(redoxtest.SeveralMatches("0000000001", "0000000002"))
	c, err := client.New(srv.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()

	var query patientsearch.Query
	query.Meta.Destinations = []common.Endpoint{{ID: emr}}
	query.Patient.Demographics.LastName = "Bixby"
	var report redox.Report // what does not fit the schema, if that matters
	found, err := client.Query(context.Background(), c, &query, client.WithReport(&report))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range found.PotentialMatches {
		fmt.Println(p.Identifiers[0].ID)
	}
	fmt.Println(report.Valid())
	// Output:
	// 0000000001
	// 0000000002
	// true
}

// What destinations support may come from a file. A misspelt event is an error of
// New, or of Check.
func ExampleDestinations() {
	const file = `{"0f4bd1d1-451d-4351-8cfd-b767d1b488d6": ["PatientAdmin.*", "Reslts.New"]}`
	var destinations client.Destinations
	if err := json.Unmarshal([]byte(file), &destinations); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(destinations.Check())
	// Output:
	// client: destination 0f4bd1d1-451d-4351-8cfd-b767d1b488d6: "Reslts.New": there is no such event (did you mean "Results.New"?)
}

func ExampleClient_Upload() {
	srv, err := redoxtest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	c, err := client.New(srv.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()

	uri, err := c.Upload(context.Background(), "report.pdf", strings.NewReader("%PDF-1.7 …"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(uri == srv.Uploads()[0].URI, srv.Uploads()[0].ContentType)
	// Output: true application/pdf
}
