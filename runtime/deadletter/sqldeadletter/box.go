// Package sqldeadletter keeps dead letters in SQLite or PostgreSQL, beside the
// claims of package sqldedup if you like:
//
//	store, err := sqldedup.Open(ctx, "pgx", dsn)
//	box, err := sqldeadletter.New(ctx, store.DB(), "pgx")
//
// Each letter has a checksum, which is checked when it is read. The program
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

// Box is a deadletter.Box in a database. It is safe for concurrent use.
type Box struct {
	db *sqlkit.DB
	q  queries
}

var _ deadletter.Box = (*Box)(nil)

// New returns a box in db, which stays the caller's to close; driver is the
// name under which db was opened: sqlite, sqlite3, pgx or postgres.
func New(ctx context.Context, db *sql.DB, driver string) (*Box, error) {
	kit, err := sqlkit.New(ctx, db, driver, nil)
	if err != nil {
		return nil, fmt.Errorf("sqldeadletter: %w", err)
	}
	if err := kit.Migrate(ctx, "deadletter", schemaOf(kit.Dialect)); err != nil {
		return nil, fmt.Errorf("sqldeadletter: %w", err)
	}
	b := &Box{db: kit, q: queriesOf(kit.Dialect)}
	if err := b.Ping(ctx); err != nil {
		return nil, err
	}
	return b, nil
}

// Ping returns an error if the box can take no letters: its database cannot be
// asked, or takes no writes.
func (b *Box) Ping(ctx context.Context) error {
	if _, err := b.db.Change(ctx, b.q.probe); err != nil {
		return fmt.Errorf("sqldeadletter: the database takes no writes: %w", err)
	}
	return nil
}

// Put implements deadletter.Sink.
func (b *Box) Put(ctx context.Context, l deadletter.Letter) error {
	h := l.Key.Hash()
	raw := l.Raw
	if raw == nil {
		raw = []byte{}
	}
	_, err := b.db.Change(ctx, b.q.put,
		h[:], []byte(l.Key), string(l.Reason), []byte(l.Detail), []byte(l.DataModel), []byte(l.EventType),
		[]byte(l.LogID), []byte(l.AttemptID), l.Received.UnixMicro(), raw, checksum(l))
	return err
}

// Remove implements deadletter.Box.
func (b *Box) Remove(ctx context.Context, l deadletter.Letter) error {
	h := l.Key.Hash()
	n, err := b.db.Change(ctx, b.q.remove, h[:], l.Received.UnixMicro(), []byte(l.AttemptID))
	if err != nil || n > 0 {
		return err
	}
	var left int
	if err := b.db.Scan(ctx, b.q.count, []any{h[:]}, &left); err != nil || left == 0 {
		return err
	}
	return deadletter.ErrChanged
}
