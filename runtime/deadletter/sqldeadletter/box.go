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
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
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
	_, err := b.db.ExecContext(ctx, b.q.put.Text,
		h[:], []byte(l.Key), string(l.Reason), []byte(l.Detail), []byte(l.DataModel), []byte(l.EventType),
		[]byte(l.LogID), []byte(l.AttemptID), l.Received.UnixMicro(), raw)
	return err
}

// Letters implements deadletter.Box. It holds no connection between letters,
// and ends with the last letter there was when it began: a letter that is put
// again while it is replayed is not replayed for ever.
func (b *Box) Letters(ctx context.Context) iter.Seq2[deadletter.Letter, error] {
	return func(yield func(deadletter.Letter, error) bool) {
		var last position
		err := b.db.QueryRowContext(ctx, b.q.last.Text).Scan(&last.received, &last.hash)
		at := position{received: minReceived, hash: []byte{}}
		for err == nil {
			var l deadletter.Letter
			if l, at, err = b.between(ctx, at, last); err == nil && !yield(l, nil) {
				return
			}
		}
		if !errors.Is(err, sql.ErrNoRows) {
			yield(deadletter.Letter{}, err)
		}
	}
}

// position is a place in the order of letters.
type position struct {
	received int64
	hash     []byte
}

// minReceived is before every letter.
const minReceived = -1 << 63

// between returns the first letter after at and not after last.
func (b *Box) between(ctx context.Context, at, last position) (deadletter.Letter, position, error) {
	var l deadletter.Letter
	var next position
	var key, detail, model, event, log, attempt []byte
	err := b.db.QueryRowContext(ctx, b.q.next.Text, at.received, at.hash, last.received, last.hash).Scan(
		&next.hash, &key, &l.Reason, &detail, &model, &event, &log, &attempt, &next.received, &l.Raw)
	l.Key, l.Detail, l.DataModel, l.EventType = dedup.Key(key), string(detail), string(model), string(event)
	l.LogID, l.AttemptID = string(log), string(attempt)
	l.Received = time.UnixMicro(next.received).UTC()
	return l, next, err
}

// Remove implements deadletter.Box.
func (b *Box) Remove(ctx context.Context, l deadletter.Letter) error {
	h := l.Key.Hash()
	result, err := b.db.ExecContext(ctx, b.q.remove.Text, h[:], l.Received.UnixMicro(), []byte(l.AttemptID))
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n > 0 {
		return err
	}
	var left int
	if err := b.db.QueryRowContext(ctx, b.q.count.Text, h[:]).Scan(&left); err != nil || left == 0 {
		return err
	}
	return deadletter.ErrChanged
}
