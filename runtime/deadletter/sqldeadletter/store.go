// Package sqldeadletter keeps dead letters in SQLite or PostgreSQL, beside the
// claims of package sqldedup if you like:
//
//	dedupStore, err := sqldedup.Open(ctx, "pgx", dsn)
//	store, err := sqldeadletter.New(ctx, dedupStore.DB(), "pgx")
//
// Each message has a checksum, which is checked when it is read. The program
// imports the driver. The tables redoxgen_deadletter and redoxgen_schema are
// created and migrated by New.
package sqldeadletter

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// Store is a deadletter.Store in a database. It is safe for concurrent use.
type Store struct {
	db    *sqlkit.DB
	q     queries
	owned bool // opened by Open
}

var (
	_ deadletter.Store  = (*Store)(nil)
	_ deadletter.Pinger = (*Store)(nil)
)

// New returns a store in db, which stays the caller's to close; driver is the
// name under which db was opened: sqlite, sqlite3, pgx or postgres.
func New(ctx context.Context, db *sql.DB, driver string) (*Store, error) {
	kit, err := sqlkit.New(ctx, db, driver, nil)
	if err != nil {
		return nil, fmt.Errorf("sqldeadletter: %w", err)
	}
	if err := kit.Migrate(ctx, "deadletter", schemaOf(kit.Dialect)); err != nil {
		return nil, fmt.Errorf("sqldeadletter: %w", err)
	}
	s := &Store{db: kit, q: queriesOf(kit.Dialect)}
	if err := s.Ping(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Ping implements deadletter.Pinger. It returns an error if the store can take no messages: its database cannot be
// asked, or takes no writes.
func (s *Store) Ping(ctx context.Context) error {
	if _, err := s.db.Change(ctx, s.q.probe); err != nil {
		return fmt.Errorf("sqldeadletter: the database takes no writes: %w", err)
	}
	return nil
}

// Put implements deadletter.Sink.
func (s *Store) Put(ctx context.Context, m deadletter.Message) error {
	h := m.Key.Hash()
	raw := m.Raw
	if raw == nil {
		raw = []byte{}
	}
	_, err := s.db.Change(ctx, s.q.put,
		h[:], []byte(m.Key), string(m.Reason), []byte(m.Detail), []byte(m.DataModel), []byte(m.EventType),
		[]byte(m.LogID), []byte(m.AttemptID), m.Received.UnixMicro(), raw, checksum(m))
	return err
}

// Remove implements deadletter.Store.
func (s *Store) Remove(ctx context.Context, m deadletter.Message) error {
	h := m.Key.Hash()
	n, err := s.db.Change(ctx, s.q.remove, h[:], m.Received.UnixMicro(), []byte(m.AttemptID))
	if err != nil || n > 0 {
		return err
	}
	var left int
	if err := s.db.Scan(ctx, s.q.count, []any{h[:]}, &left); err != nil || left == 0 {
		return err
	}
	return deadletter.ErrChanged
}
