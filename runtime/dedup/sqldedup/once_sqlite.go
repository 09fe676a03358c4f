package sqldedup

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// savepoint is where the transaction of Once stands before the mark. It is gone
// when SQLite has ended the transaction.
const savepoint = "redoxgen_once"

var errEnded = errors.New("sqldedup: SQLite ended the transaction of Once because a statement in it failed; nothing of the effect was kept")

// sqliteOnce is one call of Once.
type sqliteOnce struct {
	*Store
	conn  *sql.Conn
	tx    *sql.Tx
	allow func() // the commit
}

// onceSQLite is Once where the transaction keeps every holder of a lease from
// renewing it. The renewals that were asked for are its last statements, also
// when the effect is undone: others can write as soon as it ends.
func (s *Store) onceSQLite(ctx context.Context, key dedup.Key, effect func(tx *sql.Tx) error) (marked bool, err error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	// A context that ends would end the transaction before the renewals.
	tx, allow, end, err := sqlkit.BeginGuarded(context.WithoutCancel(ctx), conn)
	if err != nil {
		return false, err
	}
	defer end()
	defer tx.Rollback() //nolint:errcheck // does nothing after Commit
	o := sqliteOnce{s, conn, tx, allow}
	first, err := o.begin(ctx, key)
	if err != nil || !first {
		return false, err
	}
	s.effect.begin()
	fine := false
	defer func() { // also after a panic
		if !fine {
			o.undo()
		}
	}()
	if err := effect(tx); err != nil {
		return false, err
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if err := sqlkit.RunEnd(ctx, s.db.DB, tx); err != nil {
		return false, err
	}
	fine = true
	return true, o.commit()
}

// begin takes the write lock and marks the key, and reports whether it was not
// done before.
func (o sqliteOnce) begin(ctx context.Context, key dedup.Key) (first bool, err error) {
	if _, err := o.tx.ExecContext(ctx, "SAVEPOINT "+savepoint); err != nil {
		return false, err
	}
	err = o.db.OnConn(ctx, o.conn, func() (err error) {
		first, err = o.mark(ctx, o.tx, key)
		return err
	})
	return first, err
}

// commit ends the transaction of an effect that succeeded.
func (o sqliteOnce) commit() error {
	if _, err := o.tx.Exec("RELEASE " + savepoint); err != nil {
		o.effect.end()
		return fmt.Errorf("%w (%w)", errEnded, err)
	}
	if err := o.renew(o.tx); err != nil {
		return err
	}
	o.allow()
	if err := o.tx.Commit(); err != nil {
		return err
	}
	return o.db.Check()
}

// undo takes back what the effect and its mark wrote, and keeps the leases.
// Where SQLite has ended the transaction by itself it does nothing, and the
// holders learn it by their next renewals.
func (o sqliteOnce) undo() {
	if _, err := o.tx.Exec("ROLLBACK TO " + savepoint); err != nil {
		o.effect.end()
		return
	}
	if o.renew(o.tx) == nil {
		o.allow()
		_ = o.tx.Commit()
	}
}
