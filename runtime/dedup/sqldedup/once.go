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
// SQLite has one writer: while effect runs, every other write to the database
// waits. Leases that this process holds outlast that; other processes cannot
// renew theirs meanwhile, so where several share a file an effect must take
// less than a third of the lease. With PostgreSQL effect keeps one connection,
// and renewing leases needs another: a pool of one ends every lease that an
// effect outlasts.
func (s *Store) Once(ctx context.Context, key dedup.Key, effect func(tx *sql.Tx) error) error {
	if key == "" {
		return errNoKey
	}
	done, err := s.write(ctx)
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
	tx, err := s.db.BeginTx(ctx, sqlkit.PostgreSQL.TxOptions())
	if err != nil {
		return false, err
	}
	defer tx.Rollback() //nolint:errcheck // does nothing after Commit
	first, err := s.mark(ctx, tx, key)
	if err != nil || !first {
		return false, err
	}
	if err := effect(tx); err != nil {
		return false, err
	}
	return true, tx.Commit()
}

// onceSQLite is Once where the transaction keeps every holder of a lease from
// renewing it. The renewals that were asked for are its last statements, also
// when the effect is undone: others can write as soon as it ends.
func (s *Store) onceSQLite(ctx context.Context, key dedup.Key, effect func(tx *sql.Tx) error) (marked bool, err error) {
	// A context that ends would end the transaction before the renewals.
	tx, err := s.db.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return false, err
	}
	defer tx.Rollback() //nolint:errcheck // does nothing after Commit
	if _, err := tx.ExecContext(ctx, "SAVEPOINT redoxgen_once"); err != nil {
		return false, err
	}
	first, err := s.mark(ctx, tx, key)
	if err != nil || !first {
		return false, err
	}
	s.effect.begin()
	fine := false
	defer func() { // also after a panic
		if !fine {
			s.undo(tx)
		}
	}()
	if err := effect(tx); err != nil {
		return false, err
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if err := s.renew(tx); err != nil {
		return false, err
	}
	fine = true
	return true, tx.Commit()
}

// mark reports whether key was not done before. Until tx ends, others that
// mark the key wait.
func (s *Store) mark(ctx context.Context, tx *sql.Tx, key dedup.Key) (bool, error) {
	h := key.Hash()
	q := s.q.once
	var attempt int
	args := q.Args(s.now, h[:], sqlkit.Microseconds(s.retention))
	err := tx.QueryRowContext(ctx, q.Text, args...).Scan(&attempt)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
