package sqlinbox

import (
	"context"
	"database/sql"
	"errors"

	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// Replay implements inbox.Box.
func (b *Box) Replay(ctx context.Context, id int64, handler string) error {
	err := b.admitAll(ctx)
	if err == nil {
		err = b.inTx(ctx, func(ctx context.Context, r sqlkit.Runner) error { return b.replayBy(ctx, r, id, handler) })
	}
	if err == nil {
		b.announce()
	}
	return err
}

func (b *Box) replayBy(ctx context.Context, r sqlkit.Runner, id int64, handler string) error {
	m, err := b.locked(ctx, r, id)
	if err != nil {
		return err
	}
	if at := m.at; at.Valid {
		n, err := b.db.ChangeBy(ctx, r, b.q.resume, at.Int64, []byte(handler))
		if err == nil && n > 0 {
			_, err = b.db.ChangeBy(ctx, r, b.q.again, id)
		}
		return err
	}
	n, err := b.db.ChangeBy(ctx, r, b.q.again, id)
	if err == nil && n == 0 { // purged meanwhile
		err = inbox.ErrNotFound
	}
	if err != nil {
		return err
	}
	isRun := m.outcome == handled
	if b.db.Dialect == sqlkit.PostgreSQL {
		_, err := r.ExecContext(ctx, b.q.queue.Text, id, m.hashes, m.received, isRun, []byte(handler))
		return err
	}
	var pos, run int64
	if err := b.db.ScanBy(ctx, r, b.q.place, nil, &pos); err != nil {
		return err
	}
	if isRun {
		run = pos
	}
	if _, err := b.db.ChangeBy(ctx, r, b.q.queueTurns, id-1, id, pos-1); err != nil {
		return err
	}
	_, err = b.db.ChangeBy(ctx, r, b.q.queueWork, id-1, id, pos-1, true, run, []byte(handler))
	return err
}

// kept is what is known of a message under the locks of its keys.
type kept struct {
	hashes   []byte
	received int64
	outcome  int
	at       sql.NullInt64 // where it waits, if it does
}

// locked reads a message under the locks of its keys.
func (b *Box) locked(ctx context.Context, r sqlkit.Runner, id int64) (m kept, err error) {
	read := func() error {
		err := b.db.ScanBy(ctx, r, b.q.forReplay, []any{id}, &m.hashes, &m.received, &m.outcome, &m.at)
		if errors.Is(err, sql.ErrNoRows) {
			return inbox.ErrNotFound
		}
		return err
	}
	if err = read(); err == nil && b.db.Dialect == sqlkit.PostgreSQL {
		if _, err = r.ExecContext(ctx, b.q.lock.Text, m.hashes); err == nil {
			err = read() // as it is now that nobody ends it
		}
	}
	return m, err
}
