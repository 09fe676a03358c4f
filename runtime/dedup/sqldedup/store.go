// Package sqldedup keeps claims in SQLite or PostgreSQL, and commits a user's
// writes together with the mark that a message is done.
//
// The program imports the driver; this package works with database/sql only:
//
//	import _ "modernc.org/sqlite" // or _ "github.com/jackc/pgx/v5/stdlib"
//
//	store, err := sqldedup.Open(ctx, "sqlite", "file:redox.db")
//	store, err := sqldedup.Open(ctx, "pgx", os.Getenv("DATABASE_URL"))
//
// The tables redoxgen_dedup and redoxgen_schema are created and migrated on
// opening; a role of PostgreSQL without CREATE can open tables that are up to
// date. SQLite is for the receivers of one machine; its file must be on a
// local disk. With PostgreSQL all times are the server's, so receivers need
// not agree on the time.
//
// All methods end with their context, also when another program holds SQLite's
// lock or, with pgx, PostgreSQL says nothing. What is committed
// survives a crash whatever synchronous_commit is; the server must not have
// fsync or full_page_writes off. The server ends a transaction of Once whose
// machine died, see Once. For transactions of the program's own, and idle
// sessions of machines that died, it should have
// idle_in_transaction_session_timeout and tcp_keepalives_idle set.
//
// The pool of connections to PostgreSQL that Open makes has 20 at most, of which
// Once uses 15. For another number, open the database, call SetMaxOpenConns, and
// use New. Open with pgx adds default_query_exec_mode=cache_describe to the DSN
// unless it names a mode, and so works behind a pooler such as PgBouncer in
// transaction mode. A database that is given to New needs that in its DSN there
// (lib/pq: binary_parameters=yes).
//
// Setting the clock of the machine (SQLite) or server (PostgreSQL) back cannot
// keep a message in flight for longer than a lease; setting it forward ends
// leases and retention early. Neither lets two workers commit the same claim.
package sqldedup

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// Store is a dedup.Store in a database. It is safe for concurrent use.
type Store struct {
	db        *sqlkit.DB
	owned     bool
	q         queries
	retention time.Duration
	now       func() time.Time
	uses      atomic.Uint64 // of Claim and Once
	effect    *effect       // what runs within Once in SQLite; nil otherwise
	onces     chan struct{} // how many run within Once in PostgreSQL; nil without a limit
}

var (
	_ dedup.Store  = (*Store)(nil)
	_ dedup.Pinger = (*Store)(nil)
	_ dedup.Knower = (*Store)(nil)
)

// Option changes a setting of a Store.
type Option func(*Store) error

// WithRetention sets how long a key is remembered, counted from its first
// claim: a millisecond at least. Default 30 days. Keys are deleted a few at a
// time by later calls of Claim and Once.
func WithRetention(d time.Duration) Option {
	return func(s *Store) error {
		if d < time.Millisecond {
			return fmt.Errorf("sqldedup: a retention of %v: it must be at least 1ms; without WithRetention it is 30 days", d)
		}
		s.retention = d
		return nil
	}
}

// WithClock replaces time.Now for SQLite, in tests. PostgreSQL has its own.
func WithClock(now func() time.Time) Option {
	return func(s *Store) error {
		s.now = now
		return nil
	}
}

// Open opens a database with the driver of that name: "sqlite" or "sqlite3",
// "pgx" or "postgres". An SQLite file is set up to be durable (WAL,
// synchronous FULL) and to wait for other writers. A database that takes no
// writes is an error, as in Ping. Close the store when done.
func Open(ctx context.Context, driver, dsn string, options ...Option) (*Store, error) {
	db, err := sqlkit.Open(ctx, driver, dsn)
	if err != nil {
		return nil, fmt.Errorf("sqldedup: %w", err)
	}
	s, err := New(ctx, db, driver, options...)
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	s.owned = true
	return s, nil
}

// New returns a store in a database that is open already; driver is as in
// Open. The store does not close it. An SQLite file needs the pragmas
// journal_mode = WAL and synchronous = FULL on every connection, and should have
// a busy_timeout for the program's own statements.
func New(ctx context.Context, db *sql.DB, driver string, options ...Option) (*Store, error) {
	s := &Store{retention: 30 * 24 * time.Hour}
	for _, o := range options {
		if err := o(s); err != nil {
			return nil, err
		}
	}
	kit, err := sqlkit.New(ctx, db, driver, s.now)
	if err != nil {
		return nil, fmt.Errorf("sqldedup: %w", err)
	}
	s.db, s.q = kit, queriesOf(kit.Dialect)
	if kit.Dialect == sqlkit.SQLite {
		s.effect = newEffect()
	} else if n := db.Stats().MaxOpenConnections; n > 0 {
		s.onces = make(chan struct{}, max(n*3/4, 1))
	}
	if err := kit.Migrate(ctx, "dedup", schemaOf(kit.Dialect)); err != nil {
		return nil, fmt.Errorf("sqldedup: %w", err)
	}
	if err := s.Ping(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// DB returns the database, for tables beside the store's.
func (s *Store) DB() *sql.DB { return s.db.DB }

// Close closes the database if Open opened it.
func (s *Store) Close() error {
	if s.owned {
		return s.db.Close()
	}
	return nil
}

// Ping implements dedup.Pinger. The error is for a database that cannot be
// asked, and for one that takes no writes: a replica, a file that is read-only,
// gone or on a full disk, a role without the rights.
func (s *Store) Ping(ctx context.Context) error {
	if s.effect != nil {
		done, err := s.db.Turn.TakeUnless(ctx, s.effect.started())
		if err != nil {
			return err
		}
		if done == nil {
			return s.db.Check() // an effect is writing
		}
		defer done()
	}
	if _, err := s.db.Change(ctx, s.q.probe); err != nil {
		return fmt.Errorf("sqldedup: the database takes no writes: %w", err)
	}
	return nil
}
