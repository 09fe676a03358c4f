package sqldeadletter

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// version is one message under a key: another that replaces it differs in when
// it was received or in its attempt, even if both receivers' clocks disagree.
type version struct {
	hash     []byte
	received int64
	attempt  string // not []byte: a driver may read an empty one as nil, which equals nothing in SQL
}

// badReads is after how many reads in a row that failed the database is taken
// to be down, rather than a message to be unreadable.
const badReads = 3

// Messages implements deadletter.Store. It holds no connection between messages.
// What it yields is chosen when it begins, so that a message that is put again
// while it is replayed is not replayed for ever, whatever the receivers' clocks
// say.
func (s *Store) Messages(ctx context.Context) iter.Seq2[deadletter.Message, error] {
	return func(yield func(deadletter.Message, error) bool) {
		versions, err := twice(ctx, func() ([]version, error) { return s.versions(ctx) })
		if err != nil {
			yield(deadletter.Message{}, err)
			return
		}
		bad := 0
		for _, v := range versions {
			m, err := twice(ctx, func() (deadletter.Message, error) { return s.message(ctx, v) })
			switch {
			case errors.Is(err, sql.ErrNoRows):
				bad = 0
				continue // removed or replaced meanwhile
			case err != nil:
				bad++
			default:
				bad = 0
			}
			if !yield(m, err) || ctx.Err() != nil || bad == badReads {
				return
			}
		}
	}
}

// twice reads again what could not be read: a connection that broke since it
// was last used is no fault of the message.
func twice[T any](ctx context.Context, read func() (T, error)) (T, error) {
	v, err := read()
	if err != nil && !errors.Is(err, sql.ErrNoRows) && ctx.Err() == nil {
		return read()
	}
	return v, err
}

// versions returns what there is, in the order of the messages.
func (s *Store) versions(ctx context.Context) ([]version, error) {
	rows, err := s.db.QueryContext(ctx, s.q.versions.Text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []version
	for rows.Next() {
		var v version
		if err := rows.Scan(&v.hash, &v.received, &v.attempt); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// message reads one message, sql.ErrNoRows if it is there no more.
func (s *Store) message(ctx context.Context, v version) (deadletter.Message, error) {
	var m deadletter.Message
	var key, detail, model, event, log, sum []byte
	err := s.db.Scan(ctx, s.q.message, []any{v.hash, v.received, []byte(v.attempt)},
		&key, &m.Reason, &detail, &model, &event, &log, &m.Raw, &sum)
	if err != nil {
		return deadletter.Message{}, err
	}
	m.Key, m.Detail, m.DataModel, m.EventType = dedup.Key(key), string(detail), string(model), string(event)
	m.LogID, m.AttemptID = string(log), v.attempt
	m.Received = time.UnixMicro(v.received).UTC()
	if !intact(m, sum) {
		return deadletter.Message{}, fmt.Errorf("sqldeadletter: the checksum of the message with hash %x is another one: the row was changed, or the disk is failing", v.hash)
	}
	return m, nil
}
