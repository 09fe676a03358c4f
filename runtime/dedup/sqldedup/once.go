package sqldedup

import (
	"context"
	"database/sql"
	"errors"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

var errNoKey = errors.New(`sqldedup: Once needs a key; that of a Delivery made by hand is "", see webhook.NewDelivery`)

// Once runs effect in a transaction that also marks key as done, or does
// nothing and returns nil if key is done already. So the effect happens
// exactly once within the retention, whatever crashes when: either both are
// committed or neither. Two that run at once wait for each other.
//
//	err := store.Once(ctx, d.Key(), func(tx *sql.Tx) error { return insertResult(ctx, tx, ev) })
//
// effect must do its writes through tx alone, and not call the store. Where the
// pool has one connection, as that of a database in memory has, tx is it: there
// reads through DB would wait for ever, and belong to tx as well. An error or a
// panic of effect undoes everything; the error is returned as it is.
// Any other error leaves open whether the transaction was committed: calling
// Once again settles it. The key of no message, "", is refused: all deliveries
// that a test makes without one would share it.
//
// SQLite ends the transaction by itself when a statement in it is interrupted or
// the disk is full. What effect writes after that is refused, and Once returns an
// error even if effect does not. (For that it takes the place of a commit hook of
// the connection, which the driver must have: modernc.org/sqlite and
// github.com/mattn/go-sqlite3 do.)
//
// PostgreSQL ends the transaction when it was idle, or a statement of it runs, a
// second longer than ctx had until its deadline, or idle for ten minutes if it
// has none: the receiver's machine may have died, and its lock on the key keeps
// all others waiting. Version 17 ends it a second after the deadline.
//
// Where the message is in an inbox (package sqlinbox) in the same database, nothing is
// committed if another worker has taken it over meanwhile, and with
// inbox.Config.EndWithOnce its end is in the transaction as well.
//
// SQLite has one writer: while effect runs, every other write to the database
// waits. Leases that this process holds outlast that; other processes cannot
// renew theirs meanwhile, so where several share a file an effect must take
// less than a third of the lease. With PostgreSQL effect keeps one connection,
// and renewing leases needs another: of a pool with a limit Once leaves a quarter
// to it, and a pool of one ends every lease that an effect outlasts.
func (s *Store) Once(ctx context.Context, key dedup.Key, effect func(tx *sql.Tx) error) error {
	if key == "" {
		return errNoKey
	}
	done, err := s.db.Turn.Take(ctx)
	if err != nil {
		return err
	}
	defer done()
	once := s.oncePostgres
	if s.effect != nil {
		once = s.onceSQLite
	}
	marked, err := once(ctx, key, effect)
	if err == nil && marked {
		s.housekeep(ctx)
	}
	return err
}

func (s *Store) oncePostgres(ctx context.Context, key dedup.Key, effect func(tx *sql.Tx) error) (marked bool, err error) {
	if s.onces != nil {
		select {
		case s.onces <- struct{}{}:
			defer func() { <-s.onces }()
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
	tx, err := s.db.BeginTx(ctx, sqlkit.PostgreSQL.TxOptions())
	if err != nil {
		return false, err
	}
	defer tx.Rollback() //nolint:errcheck // does nothing after Commit
	if err := sqlkit.LimitTx(ctx, tx); err != nil {
		return false, err
	}
	first, err := s.mark(ctx, tx, key)
	if err != nil || !first {
		return false, err
	}
	if err := effect(tx); err != nil {
		return false, err
	}
	if err := sqlkit.RunEnd(ctx, s.db.DB, tx); err != nil {
		return false, err
	}
	return true, tx.Commit()
}

// mark reports whether key was not done before. Until tx ends, others that
// mark the key wait.
func (s *Store) mark(ctx context.Context, tx *sql.Tx, key dedup.Key) (bool, error) {
	h := key.Hash()
	var attempt int
	err := s.db.ScanBy(ctx, tx, s.q.once, []any{h[:], sqlkit.Microseconds(s.retention)}, &attempt)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
