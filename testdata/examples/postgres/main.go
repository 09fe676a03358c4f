// The receiver stores results in PostgreSQL, each exactly once: its rows and the
// mark that the message is done are one transaction.
package main

import (
	"context"
	"database/sql"
	"log"
	"os"
	"os/signal"
	"syscall"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/redoxgen/redoxgen/generated/results"
	"github.com/redoxgen/redoxgen/runtime/deadletter/sqldeadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	store, err := sqldedup.Open(ctx, "pgx", os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	h, err := newHandler(ctx, store, os.Getenv("REDOX_TOKEN"))
	if err != nil {
		log.Fatal(err)
	}
	if err := webhook.Serve(ctx, ":8080", h); err != nil {
		log.Fatal(err)
	}
}

const schema = `CREATE TABLE IF NOT EXISTS results (
	order_id text NOT NULL, code text NOT NULL, value text NOT NULL, units text NOT NULL)`

// newHandler returns the webhook. Any number of receivers may share the database.
func newHandler(ctx context.Context, store *sqldedup.Store, token string) (*webhook.Handler, error) {
	if _, err := store.DB().ExecContext(ctx, schema); err != nil {
		return nil, err
	}
	dead, err := sqldeadletter.New(ctx, store.DB(), "pgx")
	if err != nil {
		return nil, err
	}
	mux := webhook.NewMux()
	webhook.On(mux, func(ctx context.Context, d webhook.Delivery, ev *results.New) error {
		return store.Once(ctx, d.Key(), func(tx *sql.Tx) error { return insert(ctx, tx, ev) })
	}, webhook.WithName("results"))
	return webhook.NewHandler(mux, webhook.Config{Tokens: []string{token}, Dedup: store, DeadLetter: dead})
}

// insert writes through tx alone, so that all of it happens or nothing.
func insert(ctx context.Context, tx *sql.Tx, ev *results.New) error {
	for _, o := range ev.Orders {
		for _, r := range o.Results {
			_, err := tx.ExecContext(ctx, "INSERT INTO results (order_id, code, value, units) VALUES ($1, $2, $3, $4)",
				o.ID, r.Code, r.Value, r.Units)
			if err != nil {
				return err
			}
		}
	}
	return nil
}
