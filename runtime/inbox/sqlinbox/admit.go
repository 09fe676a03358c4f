package sqlinbox

import (
	"context"

	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// What a transaction admits at most, so that others do not wait for it for long: so many
// messages and, in PostgreSQL, no further one when they have so many keys.
const (
	admitMessages = 100
	admitKeys     = 1000
)

// admit admits the next messages that were appended, and returns the ID of the last, 0
// if there was none, and -1 if it waited until another had admitted some.
func (b *Box) admit(ctx context.Context) (last int64, err error) {
	if b.db.Dialect == sqlkit.PostgreSQL {
		return b.number(ctx, b.q.admit, admitMessages, admitKeys)
	}
	if newest, err := b.newest(ctx); err != nil || newest == 0 {
		return 0, err
	}
	err = b.inTx(ctx, func(ctx context.Context, r sqlkit.Runner) error {
		var from, pos int64
		if err := b.db.ScanBy(ctx, r, b.q.next, []any{admitMessages}, &from, &last, &pos); err != nil {
			return err
		}
		if last <= from { // another process was faster
			last = 0
			return nil
		}
		for _, s := range []struct {
			q    sqlkit.Query
			args []any
		}{
			{b.q.admitMessages, []any{from, last}},
			{b.q.admitKeys, []any{from, last, pos}},
			{b.q.queueTurns, []any{from, last, pos}},
			{b.q.queueWork, []any{from, last, pos, false, 0, []byte{}}},
			{b.q.admitted, []any{last, pos + last - from}},
		} {
			if _, err := b.db.ChangeBy(ctx, r, s.q, s.args...); err != nil {
				return err
			}
		}
		return nil
	})
	return last, err
}

// newest returns the ID of the newest message that is not admitted, 0 without one.
func (b *Box) newest(ctx context.Context) (id int64, err error) {
	return id, b.db.Scan(ctx, b.q.newest, nil, &id)
}

// admitAll admits everything that was appended before.
func (b *Box) admitAll(ctx context.Context) error {
	newest, err := b.newest(ctx)
	for last := int64(0); err == nil && last < newest; {
		if last, err = b.admit(ctx); last == 0 {
			break
		}
	}
	return err
}
