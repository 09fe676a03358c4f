// The service answers PatientSearch queries from a directory of patients.
package main

import (
	"context"
	"log"
	"os"
	"os/signal"
	"strings"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	h, err := newHandler(directory{
		{ID: "0000000001", FirstName: "Timothy", LastName: "Bixby", DOB: "2008-01-06"},
	}, os.Getenv("REDOX_TOKEN"))
	if err != nil {
		log.Fatal(err)
	}
	if err := webhook.Serve(ctx, ":8080", h); err != nil {
		log.Fatal(err)
	}
}

// newHandler returns the webhook. A query has no redeliveries and is never a
// dead letter: an error is the answer to whoever asked.
func newHandler(d directory, token string) (*webhook.Handler, error) {
	mux := webhook.NewMux()
	webhook.Answer(mux, func(_ context.Context, _ webhook.Delivery, q *patientsearch.Query) (*patientsearch.Response, error) {
		return d.search(q.Patient), nil
	})
	return webhook.NewHandler(mux, webhook.Config{Tokens: []string{token}, DeadLetter: deadletter.Dir("dead")})
}

// patient is what the directory knows of one.
type patient struct{ ID, FirstName, LastName, DOB string }

type directory []patient

// search answers as Redox documents it: one match in Patient, several in
// PotentialMatches, none in neither.
func (d directory) search(q patientsearch.Patient) *patientsearch.Response {
	var found []patient
	for _, p := range d {
		if p.matches(q) {
			found = append(found, p)
		}
	}
	response := &patientsearch.Response{}
	if len(found) == 1 {
		response.Patient.Identifiers, response.Patient.Demographics = found[0].identifiers(), found[0].demographics()
		return response
	}
	for _, p := range found {
		response.PotentialMatches = append(response.PotentialMatches,
			patientsearch.Patient{Identifiers: p.identifiers(), Demographics: p.demographics()})
	}
	return response
}

// matches compares dates by the day that they mean, however they are written.
func (p patient) matches(q patientsearch.Patient) bool {
	for _, id := range q.Identifiers {
		if id.IDType == "MR" {
			return id.ID == p.ID
		}
	}
	if !strings.EqualFold(q.Demographics.LastName, p.LastName) {
		return false
	}
	born, err := q.Demographics.DOB.Time()
	return err != nil || born.Format("2006-01-02") == p.DOB
}

func (p patient) identifiers() []common.Identifier {
	return []common.Identifier{{ID: p.ID, IDType: "MR"}}
}

func (p patient) demographics() common.Demographics {
	return common.Demographics{FirstName: p.FirstName, LastName: p.LastName, DOB: redox.Date(p.DOB)}
}
