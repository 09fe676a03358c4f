package soak

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/redis/go-redis/v9"
	_ "modernc.org/sqlite" // the driver sqlite

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/redisdedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/natsinbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/sqlinbox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// What makes this binary a receiver.
const (
	envAddr  = "REDOXGEN_SOAK_ADDR"
	envStore = "REDOXGEN_SOAK_STORE" // sqlite, pgx or redis
	envDSN   = "REDOXGEN_SOAK_DSN"
	envDead  = "REDOXGEN_SOAK_DEAD"
	envInbox = "REDOXGEN_SOAK_INBOX" // as setup.inbox
)

const token = "soak"

func TestMain(m *testing.M) {
	if addr := os.Getenv(envAddr); addr != "" {
		if err := receive(addr); err != nil {
			fmt.Fprintln(os.Stderr, "receiver:", err)
			os.Exit(1)
		}
		return
	}
	if file := os.Getenv(envSlow); file != "" {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		if err := workSlowly(ctx, file); err != nil {
			fmt.Fprintln(os.Stderr, "worker:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// receive is the main function of a receiver. It never ends by itself.
func receive(addr string) error {
	ctx := context.Background()
	store, note, err := openStore(ctx, os.Getenv(envStore), os.Getenv(envDSN))
	if err != nil {
		return err
	}
	handle := func(ctx context.Context, d webhook.Delivery) error {
		time.Sleep(rand.N(5 * time.Millisecond))
		if strings.HasPrefix(d.Source.Name, "poison") {
			return webhook.Permanent(errors.New("poison"))
		}
		return note(ctx, d)
	}
	mux := webhook.NewMux()
	webhook.On(mux, func(ctx context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error { return handle(ctx, d) })
	webhook.On(mux, func(ctx context.Context, d webhook.Delivery, _ *patientadmin.PatientMerge) error {
		return handle(ctx, d)
	})
	config := webhook.Config{
		Tokens: []string{token}, Dedup: store, DeadLetter: deadletter.Dir(os.Getenv(envDead)),
		Lease: time.Second, Wait: 200 * time.Millisecond,
		Logger: slog.New(slog.DiscardHandler),
	}
	var box inbox.Box
	if db, ok := store.(*sqldedup.Store); ok && os.Getenv(envInbox) != "" {
		if box, _, err = openInbox(ctx, os.Getenv(envInbox), db.DB(), os.Getenv(envStore)); err != nil {
			return err
		}
		config.Inbox = box
	}
	h, err := webhook.NewHandler(mux, config)
	if err != nil {
		return err
	}
	if box != nil {
		inbox.Start(ctx, box, h, inbox.Config{Lease: time.Second, Backoff: 5 * time.Millisecond, Logger: config.Logger})
	}
	// The port was free when the test chose it, and still is in the way of a
	// predecessor that was killed a moment ago.
	var listener net.Listener
	for range 100 {
		if listener, err = net.Listen("tcp", addr); err == nil {
			return webhook.ServeListener(ctx, listener, h)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

// openInbox returns the inbox of a setup.
func openInbox(ctx context.Context, where string, db *sql.DB, driver string) (box inbox.Box, closeBox func(), err error) {
	if where == sameDatabase {
		box, err := sqlinbox.New(ctx, db, driver)
		return box, func() { _ = box.Close() }, err
	}
	nc, err := nats.Connect(where, nats.MaxReconnects(-1), nats.RetryOnFailedConnect(true), nats.ReconnectWait(50*time.Millisecond))
	if err != nil {
		return nil, nil, err
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, nil, err
	}
	b, err := natsinbox.New(ctx, js, natsinbox.Config{})
	return b, func() { _ = b.Close(); nc.Close() }, err
}

// openStore returns the store, and a function that does a handler's work: it
// notes that it ran, and where the store can, has an effect exactly once.
func openStore(ctx context.Context, kind, dsn string) (dedup.Store, func(context.Context, webhook.Delivery) error, error) {
	if kind == "redis" {
		addr, prefix, _ := strings.Cut(dsn, "|")
		client := redis.NewClient(&redis.Options{Addr: addr})
		note := func(ctx context.Context, d webhook.Delivery) error {
			return client.HIncrBy(ctx, prefix+"handled", d.LogID, 1).Err()
		}
		store, err := redisdedup.New(client, redisdedup.WithPrefix(prefix))
		return store, note, err
	}
	store, err := sqldedup.Open(ctx, kind, dsn)
	if err != nil {
		return nil, nil, err
	}
	note := func(ctx context.Context, d webhook.Delivery) error {
		err := store.Once(ctx, d.Key(), func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO effects (id) VALUES ($1)", d.LogID)
			return err
		})
		if err != nil {
			return err
		}
		_, err = store.DB().ExecContext(ctx, "INSERT INTO handled (id) VALUES ($1)", d.LogID)
		return err
	}
	return store, note, nil
}
