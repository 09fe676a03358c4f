// Package sqldeadletter keeps dead letters in SQLite or PostgreSQL, beside the
// claims of package sqldedup if you like:
//
//	store, err := sqldedup.Open(ctx, "pgx", dsn)
//	box, err := sqldeadletter.New(ctx, store.DB(), "pgx")
//
// The program imports the driver. The tables redoxgen_deadletter and
// redoxgen_schema are created and migrated by New.
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
	db *sql.DB
	q  queries
}

var _ deadletter.Box = (*Box)(nil)

// New returns a box in db, which stays the caller's to close; driver is the
// name under which db was opened: sqlite, sqlite3, pgx or postgres.
func New(ctx context.Context, db *sql.DB, driver string) (*Box, error) {
	d, err := sqlkit.DialectOf(driver)
	if err == nil {
		err = sqlkit.Migrate(ctx, db, d, "deadletter", schemaOf(d))
	}
	if err != nil {
		return nil, fmt.Errorf("sqldeadletter: %w", err)
	}
	return &Box{db: db, q: queriesOf(d)}, nil
}

// Put implements deadletter.Sink.
func (b *Box) Put(ctx context.Context, l deadletter.Letter) error {
	h := l.Key.Hash()
	raw := l.Raw
	if raw == nil {
		raw = []byte{}
	}
	_, err := b.exec(ctx, b.q.put,
		h[:], []byte(l.Key), string(l.Reason), []byte(l.Detail), []byte(l.DataModel), []byte(l.EventType),
		[]byte(l.LogID), []byte(l.AttemptID), l.Received.UnixMicro(), raw)
	return err
}

// Remove implements deadletter.Box.
func (b *Box) Remove(ctx context.Context, l deadletter.Letter) error {
	h := l.Key.Hash()
	n, err := b.exec(ctx, b.q.remove, h[:], l.Received.UnixMicro(), []byte(l.AttemptID))
	if err != nil || n > 0 {
		return err
	}
	var left int
	if err := b.db.QueryRowContext(ctx, b.q.count.Text, h[:]).Scan(&left); err != nil || left == 0 {
		return err
	}
	return deadletter.ErrChanged
}

// exec returns how many rows a statement changed.
func (b *Box) exec(ctx context.Context, q sqlkit.Query, args ...any) (n int64, err error) {
	err = sqlkit.Retry(ctx, func() error {
		result, err := b.db.ExecContext(ctx, q.Text, args...)
		if err == nil {
			n, err = result.RowsAffected()
		}
		return err
	})
	return n, err
}
