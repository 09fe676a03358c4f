// Package sqlinbox keeps an inbox in SQLite or PostgreSQL 14 or later.
//
// The program imports the driver; this package works with database/sql only:
//
//	box, err := sqlinbox.Open(ctx, "sqlite", "file:redox.db")
//	box, err := sqlinbox.Open(ctx, "pgx", os.Getenv("DATABASE_URL"))
//
// The tables redoxgen_inbox… and redoxgen_schema, and for PostgreSQL functions, are
// created and migrated on opening; a role of PostgreSQL without CREATE can open what is
// up to date. SQLite is for one machine; its file must be on a local disk. Any number
// of workers may share a PostgreSQL. They are woken by LISTEN and NOTIFY with pgx, and
// look for messages once a second where that does not come through, as behind PgBouncer.
//
// An append is the insertion of one row. What else there is to write for a message is
// written for many at once, by whoever next claims, finds, replays or purges.
//
// In the database of a sqldedup.Store, an effect within Once is committed only if the
// message is still this worker's, and with inbox.Config.EndWithOnce together with the
// message's end. For that both must have the same *sql.DB:
//
//	store, err := sqldedup.Open(ctx, "pgx", dsn)
//	box, err := sqlinbox.New(ctx, store.DB(), "pgx")
//
// All times but Message.Received are the server's with PostgreSQL, the machine's with
// SQLite. Setting that clock back keeps no message waiting for longer than it was to;
// setting it forward ends leases, pauses and retention early. Neither lets two workers
// finish one claim.
package sqlinbox

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// Box is an inbox.Box in a database. It is safe for concurrent use.
type Box struct {
	db     *sqlkit.DB
	owned  bool
	q      queries
	hasher inbox.Hasher
	secret []byte
	now    func() time.Time

	appender *sqlkit.Prepared // of SQLite

	mu       sync.Mutex
	changed  chan struct{} // closed when there may be something to claim
	tended   time.Time
	listener *listener
	notifier *notifier
}

var (
	_ inbox.Box           = (*Box)(nil)
	_ inbox.Transactional = (*Box)(nil)
)

// Option changes a setting of a Box.
type Option func(*Box) error

// WithHashKey sets the key for the hashes of identifiers: 16 random bytes or more, which
// are not in the database. All programs that open the Box need the same. Without it the
// key is a random one in the database; whoever has all of that can find out whether an
// identifier that they know is among the hashes.
func WithHashKey(key []byte) Option {
	return func(b *Box) error {
		_, err := inbox.NewHasher(key)
		b.secret = key
		return err
	}
}

// WithClock replaces time.Now for SQLite, in tests. PostgreSQL has its own.
func WithClock(now func() time.Time) Option {
	return func(b *Box) error {
		b.now = now
		return nil
	}
}

// Open opens a database with the driver of that name: "sqlite" or "sqlite3", "pgx" or
// "postgres". An SQLite file is set up to be durable (WAL, synchronous FULL). A database
// that takes no writes is an error. Close the Box when done.
func Open(ctx context.Context, driver, dsn string, options ...Option) (*Box, error) {
	db, err := sqlkit.Open(ctx, driver, dsn)
	if err != nil {
		return nil, fmt.Errorf("sqlinbox: %w", err)
	}
	b, err := New(ctx, db, driver, options...)
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	b.owned = true
	return b, nil
}

// New returns a Box in a database that is open already; driver is as in Open. A PostgreSQL
// whose default_transaction_isolation is not "read committed" is refused. An SQLite
// file needs the pragmas journal_mode = WAL and synchronous = FULL on every connection.
func New(ctx context.Context, db *sql.DB, driver string, options ...Option) (*Box, error) {
	b := &Box{changed: make(chan struct{})}
	for _, o := range options {
		if err := o(b); err != nil {
			return nil, err
		}
	}
	if err := b.open(ctx, db, driver); err != nil {
		return nil, fmt.Errorf("sqlinbox: %w", err)
	}
	return b, nil
}

func (b *Box) open(ctx context.Context, db *sql.DB, driver string) (err error) {
	if b.db, err = sqlkit.New(ctx, db, driver, b.now); err != nil {
		return err
	}
	b.q = queriesOf(b.db.Dialect)
	b.appender = b.db.Prepared(b.q.append)
	if err := b.db.Migrate(ctx, "inbox", schemaOf(b.db.Dialect)); err != nil {
		return err
	}
	if err := b.Ping(ctx); err != nil {
		return err
	}
	if b.db.Dialect == sqlkit.PostgreSQL {
		var isolation string
		if err := db.QueryRowContext(ctx, "SHOW default_transaction_isolation").Scan(&isolation); err != nil {
			return err
		}
		if isolation != "read committed" {
			return fmt.Errorf("the transactions of the database are %s by default: set default_transaction_isolation to \"read committed\" for these connections", strings.ToUpper(isolation))
		}
		b.listener, b.notifier = &listener{db: db, wake: b.wake}, &notifier{db: db}
	}
	return b.openSecret(ctx)
}

// checked is a text whose hash shows whether a key is the one that the Box was made with.
const checked = "redoxgen inbox"

// openSecret finds the key of the hashes, or notes the first.
func (b *Box) openSecret(ctx context.Context) error {
	var stored, check []byte
	own := b.secret
	if own == nil {
		own = make([]byte, 32)
		_, _ = rand.Read(own) // never fails
		stored = own
	}
	hasher, err := inbox.NewHasher(own)
	if err != nil {
		return err
	}
	first := hasher.Hash(checked)
	err = b.write(ctx, func() error {
		_, err := b.db.Change(ctx, b.q.addSecret, stored, first[:])
		return err
	})
	if err == nil {
		err = b.db.Scan(ctx, b.q.secret, nil, &stored, &check)
	}
	switch {
	case err != nil:
		return err
	case b.secret == nil && stored == nil:
		return errors.New("the hashes of this inbox have a key that is not in the database: give it by WithHashKey")
	case b.secret == nil:
		b.hasher, err = inbox.NewHasher(stored)
		return err
	case subtle.ConstantTimeCompare(check, first[:]) == 0:
		return errors.New("WithHashKey: the hashes of this inbox were made with another key")
	}
	b.hasher = hasher
	return nil
}

// DB returns the database.
func (b *Box) DB() *sql.DB { return b.db.DB }

// Close ends what wakes workers, and closes the database if Open opened it.
func (b *Box) Close() error {
	if b.listener != nil {
		b.listener.stop()
		b.notifier.wait()
	}
	_ = b.write(context.Background(), func() error { b.appender.Close(); return nil })
	if b.owned {
		return b.db.Close()
	}
	return nil
}

// Ping implements inbox.Box.
func (b *Box) Ping(ctx context.Context) error {
	err := b.write(ctx, func() error {
		_, err := b.db.Change(ctx, b.q.probe)
		return err
	})
	if err != nil {
		return fmt.Errorf("the database takes no writes: %w", err)
	}
	return nil
}

// write waits for the turn to write to SQLite.
func (b *Box) write(ctx context.Context, f func() error) error {
	done, err := b.db.Turn.Take(ctx)
	if err != nil {
		return err
	}
	defer done()
	return f()
}

// inTx runs f in a transaction.
func (b *Box) inTx(ctx context.Context, f func(ctx context.Context, r sqlkit.Runner) error) error {
	return b.write(ctx, func() error { return b.db.InTx(ctx, f) })
}

// number runs a statement that returns one number: a call of a function of PostgreSQL,
// which needs to see what others committed while it waited for a lock.
func (b *Box) number(ctx context.Context, q sqlkit.Query, args ...any) (n int64, err error) {
	return n, b.db.Scan(ctx, q, args, &n)
}
