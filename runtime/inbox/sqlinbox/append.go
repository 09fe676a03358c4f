package sqlinbox

import (
	"context"
	"database/sql"
	"errors"

	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// Append implements inbox.Box.
func (b *Box) Append(ctx context.Context, m inbox.Message) (added bool, err error) {
	hash, hashes := m.Key.Hash(), join(b.hasher.Hashes(m.Order))
	args := []any{
		hash[:], []byte(m.Key), hashes, []byte(m.DataModel), []byte(m.EventType), []byte(m.Source),
		[]byte(m.LogID), []byte(m.AttemptID), m.Received.UnixMicro(), notNil(m.Raw),
	}
	var id int64
	if b.db.Dialect == sqlkit.PostgreSQL {
		id, err = b.number(ctx, b.q.append, args...)
	} else {
		err = b.inTx(ctx, func(ctx context.Context, r sqlkit.Runner) error {
			err := b.db.ScanBy(ctx, r, b.q.insert, args, &id)
			if errors.Is(err, sql.ErrNoRows) {
				id = 0
				return nil // it is there
			}
			if err != nil {
				return err
			}
			return b.queue(ctx, r, id, id, hashes, m.Received.UnixMicro(), false, 0, "")
		})
	}
	if err != nil {
		return false, err
	}
	if id != 0 {
		b.announce()
	}
	return id != 0, nil
}

// queue is redoxgen_inbox_queue of SQLite.
func (b *Box) queue(ctx context.Context, r sqlkit.Runner, pos, id int64, hashes []byte, received int64, replay bool, run int64, handler string) error {
	blocked := 0
	for _, h := range split(hashes) {
		var waits bool
		if err := b.db.ScanBy(ctx, r, b.q.addKey, []any{h, pos, id}, &waits); err != nil {
			return err
		}
		if waits {
			blocked++
		}
	}
	_, err := b.db.ChangeBy(ctx, r, b.q.addWork, pos, id, received, blocked, replay, run, []byte(handler))
	return err
}

func join(hashes []inbox.Hash) []byte {
	all := make([]byte, 0, len(hashes)*len(inbox.Hash{}))
	for _, h := range hashes {
		all = append(all, h[:]...)
	}
	return all
}

func split(hashes []byte) [][]byte {
	const size = len(inbox.Hash{})
	var all [][]byte
	for len(hashes) >= size {
		all = append(all, hashes[:size:size])
		hashes = hashes[size:]
	}
	return all
}

// notNil keeps an empty text from being NULL.
func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
