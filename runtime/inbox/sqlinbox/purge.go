package sqlinbox

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// purgeBatch is how many messages a transaction deletes: a claim or an append waits for
// no more.
const purgeBatch = 200

// Purge implements inbox.Box. By Filter.Finished it looks for the first that were, as each
// worker does every minute: that there is nothing to delete must be known at once.
func (b *Box) Purge(ctx context.Context, f inbox.Filter) (total int64, err error) {
	if err := b.admitAll(ctx); err != nil {
		return 0, err
	}
	f.Raw, f.Newest = false, false
	left, order := f.Limit, "m.id"
	if !f.Finished.IsZero() {
		order = "m.finished"
	}
	for {
		if f.Limit = purgeBatch; left > 0 {
			f.Limit = min(purgeBatch, left-int(total))
		}
		entries, err := b.page(ctx, f, order)
		if err != nil || len(entries) == 0 {
			return total, err
		}
		n, err := b.purge(ctx, entries)
		if total += n; err != nil || left > 0 && int(total) >= left {
			return total, err
		}
		if order == "m.id" {
			f.After = entries[len(entries)-1].ID
		} else if n == 0 { // all are replayed at this moment
			return total, nil
		}
	}
}

// purge deletes messages that are not pending, nor by now. What is Handled or Dead has no
// place among others, and who replays it has its row of redoxgen_inbox.
func (b *Box) purge(ctx context.Context, entries []inbox.Entry) (n int64, err error) {
	var ended []int64
	for _, e := range entries {
		if e.Outcome == inbox.Handled || e.Outcome == inbox.Dead {
			ended = append(ended, e.ID)
		}
	}
	if len(ended) > 0 {
		n, err = b.purgeEnded(ctx, ended)
	}
	for _, e := range entries {
		if err == nil && e.Outcome == inbox.Held {
			var gone bool
			if gone, err = b.purgeHeld(ctx, e.ID); gone {
				n++
			}
		}
	}
	if n > 0 {
		b.announce()
	}
	return n, err
}

func (b *Box) purgeEnded(ctx context.Context, ids []int64) (n int64, err error) {
	if b.db.Dialect == sqlkit.PostgreSQL {
		list := strings.ReplaceAll(strings.Trim(fmt.Sprint(ids), "[]"), " ", ",")
		return b.number(ctx, b.q.purge, "{"+list+"}")
	}
	err = b.inTx(ctx, func(ctx context.Context, r sqlkit.Runner) error {
		n = 0
		for _, id := range ids {
			m, err := b.locked(ctx, r, id)
			if errors.Is(err, inbox.ErrNotFound) || err == nil && m.at.Valid {
				continue
			}
			if err == nil {
				err = b.deleteBy(ctx, r, id)
			}
			if err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// purgeHeld deletes a message that is held, and makes it the turn of what waits for it.
func (b *Box) purgeHeld(ctx context.Context, id int64) (gone bool, err error) {
	err = b.inTx(ctx, func(ctx context.Context, r sqlkit.Runner) error {
		m, err := b.locked(ctx, r, id)
		if gone = err == nil && m.outcome == held; !gone {
			if errors.Is(err, inbox.ErrNotFound) {
				err = nil
			}
			return err
		}
		if _, err := b.db.ChangeBy(ctx, r, b.q.endHeld, m.at.Int64); err != nil {
			return err
		}
		if err := b.free(ctx, r, m.at.Int64, m.hashes); err != nil {
			return err
		}
		return b.deleteBy(ctx, r, id)
	})
	return gone && err == nil, err
}

// deleteBy deletes a message that waits for nothing.
func (b *Box) deleteBy(ctx context.Context, r sqlkit.Runner, id int64) error {
	if b.db.Dialect == sqlkit.PostgreSQL {
		_, err := r.ExecContext(ctx, b.q.delete.Text, id)
		return err
	}
	if _, err := b.db.ChangeBy(ctx, r, b.q.deleteKeys, id-1, id, 0); err != nil {
		return err
	}
	for _, q := range []sqlkit.Query{b.q.deleteMessages, b.q.deleteEntries} {
		if _, err := b.db.ChangeBy(ctx, r, q, id-1, id); err != nil {
			return err
		}
	}
	return nil
}
