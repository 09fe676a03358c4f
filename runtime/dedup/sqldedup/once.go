package sqldedup

import (
	"context"
	"database/sql"
	"errors"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// Once runs effect in a transaction that also marks key as done, or does
// nothing and returns nil if key is done already. So the effect happens
// exactly once within the retention, whatever crashes when: either both are
// committed or neither. Two that run at once wait for each other.
//
//	err := store.Once(ctx, d.Key(), func(tx *sql.Tx) error { return insertResult(ctx, tx, ev) })
//
// effect must do its writes through tx alone, and not call the store. An error
// or a panic of effect undoes everything; the error is returned as it is.
// Any other error leaves open whether the transaction was committed: calling
// Once again settles it.
func (s *Store) Once(ctx context.Context, key dedup.Key, effect func(tx *sql.Tx) error) error {
	done, err := s.write(ctx)
	if err != nil {
		return err
	}
	defer done()
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // does nothing after Commit
	first, err := s.mark(ctx, tx, key)
	if err != nil || !first {
		return err
	}
	if err := effect(tx); err != nil {
		return err
	}
	return tx.Commit()
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

// A claim in purgeEvery deletes up to purgeBatch old keys: more than come in
// meanwhile, and few enough that one message does not wait long for it.
const (
	purgeEvery = 128
	purgeBatch = 512
)

// Purge deletes all keys older than the retention and returns how many. There
// is no need to call it: claims delete old keys, a few at a time.
func (s *Store) Purge(ctx context.Context) (int64, error) {
	var total int64
	for {
		done, err := s.write(ctx)
		if err != nil {
			return total, err
		}
		n, err := s.purge(ctx, purgeBatch)
		done()
		total += n
		if err != nil || n < purgeBatch {
			return total, err
		}
	}
}

func (s *Store) purge(ctx context.Context, most int) (int64, error) {
	return s.exec(ctx, s.q.purge, sqlkit.Microseconds(s.retention), most)
}
