package soak

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// envSlow makes this binary a worker whose handler waits until there is a file of that
// name, and tells on its standard error what Once returns.
const envSlow = "REDOXGEN_SOAK_SLOW"

const shortLease = time.Second

// workSlowly is the main function of a slow worker.
func workSlowly(ctx context.Context, file string) error {
	store, err := sqldedup.Open(ctx, os.Getenv(envStore), os.Getenv(envDSN))
	if err != nil {
		return err
	}
	box, _, err := openInbox(ctx, os.Getenv(envInbox), store.DB(), os.Getenv(envStore))
	if err != nil {
		return err
	}
	mux := webhook.NewMux()
	webhook.On(mux, func(ctx context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
		// Of handlers, those that do not heed the end of their context are the worst.
		ctx = context.WithoutCancel(ctx)
		if _, err := store.DB().ExecContext(ctx, "INSERT INTO handled (id) VALUES ($1)", d.LogID); err != nil {
			return err
		}
		for _, err := os.Stat(file); err != nil; _, err = os.Stat(file) {
			time.Sleep(10 * time.Millisecond)
		}
		err := store.Once(ctx, d.Key(), func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO effects (id) VALUES ($1)", d.LogID)
			return err
		})
		fmt.Fprintln(os.Stderr, "Once:", err)
		return err
	})
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	h, err := webhook.NewHandler(mux, webhook.Config{
		Tokens: []string{token}, Dedup: store, DeadLetter: deadletter.Dir(os.Getenv(envDead)), Lease: shortLease, Logger: logger,
	})
	if err != nil {
		return err
	}
	return inbox.Run(ctx, box, h, inbox.Config{Lease: shortLease, Logger: logger})
}
