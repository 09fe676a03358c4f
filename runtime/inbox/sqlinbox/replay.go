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
	err := b.inTx(ctx, func(ctx context.Context, r sqlkit.Runner) error { return b.replayBy(ctx, r, id, handler) })
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
	if _, err := b.db.ChangeBy(ctx, r, b.q.again, id); err != nil {
		return err
	}
	pos, err := b.position(ctx, r)
	if err != nil {
		return err
	}
	run := int64(0)
	if m.outcome == handled {
		run = pos
	}
	if b.db.Dialect == sqlkit.PostgreSQL {
		_, err := r.ExecContext(ctx, "SELECT redoxgen_inbox_queue($1, $2, $3, $4, true, $5, $6)", pos, id, m.hashes, m.received, run, []byte(handler))
		return err
	}
	return b.queue(ctx, r, pos, id, m.hashes, m.received, true, run, handler)
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

// position returns a place behind all others, which no message will have as its ID.
func (b *Box) position(ctx context.Context, r sqlkit.Runner) (pos int64, err error) {
	if b.db.Dialect == sqlkit.PostgreSQL {
		return pos, b.db.ScanBy(ctx, r, b.q.position, nil, &pos)
	}
	q := b.db.Dialect.Query("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'redoxgen_inbox' RETURNING seq", 0)
	return pos, b.db.ScanBy(ctx, r, q, nil, &pos)
}

// purgeBatch is how many messages a transaction deletes: a claim or an append waits for
// no more.
const purgeBatch = 200

// Purge implements inbox.Box.
func (b *Box) Purge(ctx context.Context, f inbox.Filter) (total int64, err error) {
	f.Raw, f.Newest = false, false
	left := f.Limit
	for {
		if f.Limit = purgeBatch; left > 0 {
			f.Limit = min(purgeBatch, left-int(total))
		}
		entries, err := b.page(ctx, f)
		if err != nil || len(entries) == 0 {
			return total, err
		}
		n, err := b.purge(ctx, entries)
		if total += n; err != nil || left > 0 && int(total) >= left {
			return total, err
		}
		f.After = entries[len(entries)-1].ID
	}
}

func (b *Box) purge(ctx context.Context, entries []inbox.Entry) (n int64, err error) {
	err = b.inTx(ctx, func(ctx context.Context, r sqlkit.Runner) error {
		n = 0
		for _, e := range entries {
			if e.Outcome == inbox.Pending {
				continue
			}
			gone, err := b.purgeBy(ctx, r, e)
			if err != nil {
				return err
			}
			if gone {
				n++
			}
		}
		return nil
	})
	if err == nil {
		b.announce()
	}
	return n, err
}

// purgeBy deletes a message unless it is pending by now.
func (b *Box) purgeBy(ctx context.Context, r sqlkit.Runner, e inbox.Entry) (bool, error) {
	m, err := b.locked(ctx, r, e.ID)
	if errors.Is(err, inbox.ErrNotFound) {
		return false, nil
	}
	if err != nil || m.at.Valid && e.Outcome != inbox.Held {
		return false, err
	}
	if m.at.Valid {
		if _, err := b.db.ChangeBy(ctx, r, b.q.purgeWork, e.ID); err != nil {
			return false, err
		}
		if err := b.free(ctx, r, m.at.Int64, m.hashes); err != nil {
			return false, err
		}
	}
	for _, h := range split(m.hashes) {
		if _, err := b.db.ChangeBy(ctx, r, b.q.purgeKey, h, e.ID); err != nil {
			return false, err
		}
	}
	_, err = b.db.ChangeBy(ctx, r, b.q.purgeMessage, e.ID)
	return err == nil, err
}
