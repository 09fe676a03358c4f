package sqlinbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// numbers are the outcomes as they are stored, texts the other way round.
var (
	numbers = map[inbox.Outcome]int{inbox.Pending: pending, inbox.Handled: handled, inbox.Dead: dead, inbox.Held: held}
	texts   = [...]inbox.Outcome{pending: inbox.Pending, handled: inbox.Handled, dead: inbox.Dead, held: inbox.Held}
)

// Finish implements inbox.Box.
func (b *Box) Finish(ctx context.Context, c inbox.Claim, as inbox.Outcome) error {
	t, _ := c.Token.(token)
	var err error
	id := int64(0)
	switch {
	case as != inbox.Handled && as != inbox.Dead && as != inbox.Held:
		return fmt.Errorf("sqlinbox: a message does not end as %q", as)
	case as == inbox.Held:
		err = b.inTx(ctx, func(ctx context.Context, r sqlkit.Runner) error {
			n, err := b.db.ChangeBy(ctx, r, b.q.hold, t.pos, t.fence)
			if err == nil && n > 0 {
				id = c.ID
				_, err = b.db.ChangeBy(ctx, r, b.q.endMessage, id, held, c.Attempt)
			}
			return err
		})
	case b.db.Dialect == sqlkit.PostgreSQL:
		id, err = b.number(ctx, b.q.finish, t.pos, t.fence, numbers[as], t.hashes)
	default:
		err = b.inTx(ctx, func(ctx context.Context, r sqlkit.Runner) (err error) {
			id, err = b.finishBy(ctx, r, t, numbers[as])
			return err
		})
	}
	if err == nil && id == 0 {
		return b.finishedAs(ctx, c, as)
	}
	if err == nil {
		b.announce()
	}
	return err
}

// finishedAs returns nil if the message of a lost claim has that outcome.
func (b *Box) finishedAs(ctx context.Context, c inbox.Claim, as inbox.Outcome) error {
	var outcome int
	err := b.db.Scan(ctx, b.q.outcome, []any{c.ID}, &outcome)
	if errors.Is(err, sql.ErrNoRows) || err == nil && outcome != numbers[as] {
		return inbox.ErrLost
	}
	return err
}

// finishBy is redoxgen_inbox_finish of SQLite.
func (b *Box) finishBy(ctx context.Context, r sqlkit.Runner, t token, as int) (id int64, err error) {
	var attempt int
	err = b.db.ScanBy(ctx, r, b.q.endWork, []any{t.pos, t.fence}, &id, &attempt)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err == nil {
		_, err = b.db.ChangeBy(ctx, r, b.q.endMessage, id, as, attempt)
	}
	if err == nil {
		err = b.free(ctx, r, t.pos, t.hashes)
	}
	return id, err
}

// free makes it the turn of what waits for the message at pos.
func (b *Box) free(ctx context.Context, r sqlkit.Runner, pos int64, hashes []byte) error {
	if b.db.Dialect == sqlkit.PostgreSQL {
		_, err := r.ExecContext(ctx, b.q.free.Text, pos, hashes)
		return err
	}
	for _, h := range split(hashes) {
		if _, err := b.db.ChangeBy(ctx, r, b.q.endTurn, h, pos); err != nil {
			return err
		}
		var next sql.NullInt64
		err := b.db.ScanBy(ctx, r, b.q.following, []any{h, pos}, &next)
		if err == nil && next.Valid {
			_, err = b.db.ChangeBy(ctx, r, b.q.unblock, next.Int64)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
