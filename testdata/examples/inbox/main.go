// The receiver with an inbox answers at once, and keeps which patient lies in which bed, in an SQLite file.
package main

import (
	"context"
	"database/sql"
	"errors"
	"log"
	"os"
	"os/signal"
	"syscall"

	_ "modernc.org/sqlite"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/sqlinbox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := receive(ctx, ":8080", os.Getenv("REDOX_TOKEN")); err != nil {
		log.Fatal(err)
	}
}

// receive serves the webhook until ctx ends.
func receive(ctx context.Context, addr, token string) error {
	store, err := sqldedup.Open(ctx, "sqlite", "file:redox.db") // remembers what was handled
	if err != nil {
		return err
	}
	defer store.Close()
	if _, err := store.DB().ExecContext(ctx, schema); err != nil {
		return err
	}

	box, err := sqlinbox.New(ctx, store.DB(), "sqlite") // in the same file
	if err != nil {
		return err
	}
	mux := webhook.NewMux()
	webhook.On(mux, func(ctx context.Context, d webhook.Delivery, ev *patientadmin.Arrival) error {
		return assignBed(ctx, store.DB(), d, ev.Patient, ev.Visit)
	})
	webhook.On(mux, func(ctx context.Context, d webhook.Delivery, ev *patientadmin.Transfer) error {
		return assignBed(ctx, store.DB(), d, ev.Patient, ev.Visit)
	})
	h, err := webhook.NewHandler(mux, webhook.Config{
		Tokens: []string{token}, Dedup: store, DeadLetter: deadletter.Dir("dead"), Inbox: box,
	})
	if err != nil {
		return err
	}
	defer inbox.Start(ctx, box, h, inbox.Config{})()
	return webhook.Serve(ctx, addr, h)
}

const schema = `CREATE TABLE IF NOT EXISTS beds (patient TEXT PRIMARY KEY, bed TEXT NOT NULL, at INTEGER NOT NULL)`

// assignBed is the same function for every event that has a patient and a visit.
// The comparison of times keeps a replayed message from undoing a newer one.
func assignBed(ctx context.Context, db *sql.DB, d webhook.Delivery, p patientadmin.Patient, v patientadmin.Visit) error {
	for _, id := range p.Identifiers {
		if id.IDType != "MR" {
			continue
		}
		_, err := db.ExecContext(ctx, `INSERT INTO beds (patient, bed, at) VALUES (?, ?, ?)
			ON CONFLICT (patient) DO UPDATE SET bed = excluded.bed, at = excluded.at WHERE excluded.at >= beds.at`,
			id.ID, v.Location.Bed, d.EventTime.UnixMilli())
		return err // temporary: the message is tried again
	}
	return webhook.Permanent(errNoMR) // the same every time: a dead letter
}

// errNoMR may be logged: its text holds nothing of a message.
var errNoMR = webhook.Loggable(errors.New("the patient has no identifier of type MR"))
