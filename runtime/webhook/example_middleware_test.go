package webhook_test

import (
	"context"
	"database/sql"
	"log"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// A transaction around each handler, with what the handler writes and the mark that
// it is done. Queries have none, as each time that one is asked it wants an answer.
func ExampleUse() {
	store, err := sqldedup.Open(context.Background(), "sqlite", "file:redox.db")
	if err != nil {
		log.Fatal(err)
	}
	type txKey struct{}
	once := func(next webhook.HandlerFunc) webhook.HandlerFunc {
		return func(ctx context.Context, d webhook.Delivery, msg redox.Message) (redox.Message, error) {
			if d.Query {
				return next(ctx, d, msg)
			}
			return nil, store.Once(ctx, d.Key(), func(tx *sql.Tx) error {
				_, err := next(context.WithValue(ctx, txKey{}, tx), d, msg)
				return err
			})
		}
	}
	mux := webhook.NewMux()
	webhook.Use(mux, once)
	webhook.On(mux, func(ctx context.Context, _ webhook.Delivery, ev *patientadmin.Arrival) error {
		tx := ctx.Value(txKey{}).(*sql.Tx)
		_, err := tx.ExecContext(ctx, "INSERT INTO arrivals (visit) VALUES (?)", ev.Visit.VisitNumber)
		return err
	})
}

// Each clinic has handlers of its own, the directory of patients is for all of them,
// and messages from anywhere else are dead-lettered.
func ExampleFrom() {
	mux := webhook.NewMux()
	webhook.OnPatient(mux, func(ctx context.Context, d webhook.Delivery, p redox.PatientMessage) error {
		return updateDirectory(ctx, p.PatientIdentifiers(), p.PatientDemographics())
	})
	for source, beds := range map[string]string{
		"7ce6f387-c33c-417d-8682-81e83628cbd9": "beds of north",
		"ef9e7448-7f65-4432-aa96-059647e9b357": "beds of south",
	} {
		clinic := webhook.From(mux, webhook.Sender{SourceID: source})
		webhook.On(clinic, func(ctx context.Context, _ webhook.Delivery, ev *patientadmin.Arrival) error {
			log.Println(beds) // of this clinic alone
			return assignBed(ctx, ev.Patient.Identifiers, ev.Visit.Location)
		})
	}
}
