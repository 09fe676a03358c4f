package sqlinbox

import (
	"context"

	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// Append implements inbox.Box. It adds one row; see schemaOf.
func (b *Box) Append(ctx context.Context, m inbox.Message) (added bool, err error) {
	hash := m.Key.Hash()
	args := []any{
		hash[:], []byte(m.Key), join(b.hasher.Hashes(m.Order)), []byte(m.DataModel), []byte(m.EventType), []byte(m.Source),
		[]byte(m.LogID), []byte(m.AttemptID), m.Received.UnixMicro(), notNil(m.Raw),
	}
	var n int64
	if b.db.Dialect == sqlkit.PostgreSQL {
		n, err = b.number(ctx, b.q.append, args...)
	} else {
		err = b.write(ctx, func() (err error) {
			n, err = b.appender.Change(ctx, args...)
			return err
		})
	}
	if err != nil {
		return false, err
	}
	if n > 0 {
		b.announce()
	}
	return n > 0, nil
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
