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

// version is one letter under a key: another that replaces it differs in when
// it was received or in its attempt, even if both receivers' clocks disagree.
type version struct {
	hash     []byte
	received int64
	attempt  []byte
}

// badReads is after how many reads in a row that failed the database is taken
// to be down, rather than a letter to be unreadable.
const badReads = 3

// Letters implements deadletter.Box. It holds no connection between letters.
// What it yields is settled when it begins, so that a letter that is put again
// while it is replayed is not replayed for ever, whatever the receivers' clocks
// say.
func (b *Box) Letters(ctx context.Context) iter.Seq2[deadletter.Letter, error] {
	return func(yield func(deadletter.Letter, error) bool) {
		versions, err := twice(ctx, func() ([]version, error) { return b.versions(ctx) })
		if err != nil {
			yield(deadletter.Letter{}, err)
			return
		}
		bad := 0
		for _, v := range versions {
			l, err := twice(ctx, func() (deadletter.Letter, error) { return b.letter(ctx, v) })
			switch {
			case errors.Is(err, sql.ErrNoRows):
				bad = 0
				continue // removed or replaced meanwhile
			case err != nil:
				bad++
			default:
				bad = 0
			}
			if !yield(l, err) || ctx.Err() != nil || bad == badReads {
				return
			}
		}
	}
}

// twice reads again what could not be read: a connection that broke since it
// was last used tells nothing of the letter.
func twice[T any](ctx context.Context, read func() (T, error)) (T, error) {
	v, err := read()
	if err != nil && !errors.Is(err, sql.ErrNoRows) && ctx.Err() == nil {
		return read()
	}
	return v, err
}

// versions returns what there is, in the order of the letters.
func (b *Box) versions(ctx context.Context) ([]version, error) {
	rows, err := b.db.QueryContext(ctx, b.q.versions.Text)
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

// letter reads one letter, sql.ErrNoRows if it is there no more.
func (b *Box) letter(ctx context.Context, v version) (deadletter.Letter, error) {
	var l deadletter.Letter
	var key, detail, model, event, log, sum []byte
	err := b.db.Scan(ctx, b.q.letter, []any{v.hash, v.received, v.attempt},
		&key, &l.Reason, &detail, &model, &event, &log, &l.Raw, &sum)
	if err != nil {
		return deadletter.Letter{}, err
	}
	l.Key, l.Detail, l.DataModel, l.EventType = dedup.Key(key), string(detail), string(model), string(event)
	l.LogID, l.AttemptID = string(log), string(v.attempt)
	l.Received = time.UnixMicro(v.received).UTC()
	if !intact(l, sum) {
		return deadletter.Letter{}, fmt.Errorf("sqldeadletter: the checksum of the letter with hash %x is another one: the row was changed, or the disk is failing", v.hash)
	}
	return l, nil
}
