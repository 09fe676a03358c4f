package webhook_test

import (
	"context"
	"database/sql"
	"log"
	"os"
	"os/signal"
	"syscall"

	_ "modernc.org/sqlite"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// A complete receiver: one handler for an event, one for every message with a
// patient, redeliveries recognised over restarts, nothing lost.
func Example() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	store, err := sqldedup.Open(ctx, "sqlite", "file:redox.db")
	if err != nil {
		log.Fatal(err)
	}
	mux := webhook.NewMux()
	webhook.On(mux, func(ctx context.Context, d webhook.Delivery, ev *patientadmin.Arrival) error {
		return assignBed(ctx, ev.Patient.Identifiers, ev.Visit.Location)
	})
	webhook.OnPatient(mux, func(ctx context.Context, d webhook.Delivery, p redox.PatientMessage) error {
		return updateDirectory(ctx, p.PatientIdentifiers(), p.PatientDemographics())
	})
	h, err := webhook.NewHandler(mux, webhook.Config{
		Tokens:     []string{os.Getenv("REDOX_TOKEN")},
		Dedup:      store,
		DeadLetter: deadletter.Dir("dead"),
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := webhook.Serve(ctx, ":8080", h); err != nil {
		log.Fatal(err)
	}
}

func assignBed(context.Context, []common.Identifier, common.Location) error         { return nil }
func orderMeal(context.Context, []common.Identifier, []string) error                { return nil }
func updateDirectory(context.Context, []redox.Identifier, redox.Demographics) error { return nil }

// An effect that happens exactly once, through any crash: its row and the mark
// that it is done are committed together.
func Example_once() {
	ctx := context.Background()
	store, err := sqldedup.Open(ctx, "sqlite", "file:redox.db")
	if err != nil {
		log.Fatal(err)
	}
	mux := webhook.NewMux()
	webhook.On(mux, func(ctx context.Context, d webhook.Delivery, ev *patientadmin.Arrival) error {
		return store.Once(ctx, d.Key(), func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO arrivals (visit) VALUES (?)", ev.Visit.VisitNumber)
			return err
		})
	})
}

// Two handlers for one event. Their names keep them apart also in the next
// version of the program, whatever the order then.
func ExampleWithName() {
	mux := webhook.NewMux()
	webhook.On(mux, func(ctx context.Context, _ webhook.Delivery, ev *patientadmin.Arrival) error {
		return assignBed(ctx, ev.Patient.Identifiers, ev.Visit.Location)
	}, webhook.WithName("beds"))
	webhook.On(mux, func(ctx context.Context, _ webhook.Delivery, ev *patientadmin.Arrival) error {
		return orderMeal(ctx, ev.Patient.Identifiers, ev.Patient.Notes)
	}, webhook.WithName("meals"))
}

// A synchronous query is answered with its response type.
func ExampleAnswer() {
	mux := webhook.NewMux()
	webhook.Answer(mux, func(_ context.Context, _ webhook.Delivery, q *patientsearch.Query) (*patientsearch.Response, error) {
		answer := &patientsearch.Response{}
		answer.Patient.Identifiers = q.Patient.Identifiers
		return answer, nil
	})
}
