package sqlinbox

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// page is how many entries a statement reads: none is open while they are looked at.
const page = 200

// Find implements inbox.Box. Messages that are appended meanwhile may be among them.
func (b *Box) Find(ctx context.Context, f inbox.Filter) iter.Seq2[inbox.Entry, error] {
	return func(yield func(inbox.Entry, error) bool) {
		if err := b.admitAll(ctx); err != nil {
			yield(inbox.Entry{}, err)
			return
		}
		left := f.Limit
		for {
			if f.Limit = page; f.Raw {
				f.Limit = 1
			}
			if left > 0 {
				f.Limit = min(f.Limit, left)
			}
			entries, err := b.page(ctx, f, "m.id")
			if err != nil {
				yield(inbox.Entry{}, err)
				return
			}
			for _, e := range entries {
				if f.After = e.ID; !yield(e, nil) {
					return
				}
			}
			full := len(entries) == f.Limit
			if left > 0 {
				left -= len(entries)
				full = full && left > 0
			}
			if !full {
				return
			}
		}
	}
}

// page returns the first entries of a filter in the order of a column.
func (b *Box) page(ctx context.Context, f inbox.Filter, order string) (entries []inbox.Entry, err error) {
	raw := "NULL"
	if f.Raw {
		raw = "(SELECT b.raw FROM redoxgen_inbox_message b WHERE b.id = m.id)"
	}
	where, args := b.where(f)
	if f.Newest {
		order += " DESC"
	}
	q := b.db.Dialect.Query(`SELECT m.id, m.message_key, NULL, m.data_model, m.event_type, m.source, m.log_id, m.attempt_id, m.received,
	m.size, m.outcome, m.attempts, m.finished, w.attempt, w.due, `+raw+`
FROM redoxgen_inbox m LEFT JOIN redoxgen_inbox_work w ON w.id = m.id`+where+fmt.Sprintf(" ORDER BY %s LIMIT %d", order, f.Limit), len(args))
	err = b.db.Rows(ctx, q, args, func(scan func(...any) error) error {
		e, err := scanEntry(scan)
		entries = append(entries, e)
		return err
	})
	return entries, err
}

func scanEntry(scan func(...any) error) (inbox.Entry, error) {
	var e inbox.Entry
	var m row
	var outcome, attempts int
	var finished, attempt, due sql.NullInt64
	var raw []byte
	err := scan(append(append([]any{&e.ID}, m.dest()...), &e.Size, &outcome, &attempts, &finished, &attempt, &due, &raw)...)
	if err != nil {
		return e, err
	}
	e.Message, e.Outcome, e.Attempts = m.message(), texts[outcome], attempts
	if e.Raw = raw; finished.Valid {
		e.Finished = time.UnixMicro(finished.Int64).UTC()
	}
	if outcome == pending && attempt.Valid {
		e.Attempts, e.Due = int(attempt.Int64), time.UnixMicro(due.Int64).UTC()
	}
	return e, nil
}

// where returns the condition of a filter and its arguments.
func (b *Box) where(f inbox.Filter) (string, []any) {
	var conditions []string
	var args []any
	add := func(condition string, arg any) {
		args = append(args, arg)
		conditions = append(conditions, strings.ReplaceAll(condition, "$", fmt.Sprintf("$%d", len(args))))
	}
	for column, text := range map[string]string{"data_model": f.DataModel, "event_type": f.EventType, "source": f.Source, "log_id": f.LogID} {
		if text != "" {
			add(start("m."+column)+" = $", []byte(text[:min(len(text), indexed)])) // of which there is an index
			add("m."+column+" = $", []byte(text))
		}
	}
	if f.ID != 0 {
		add("m.id = $", f.ID)
	}
	if f.Order != "" {
		h := b.hasher.Hash(f.Order)
		add("m.id IN (SELECT id FROM redoxgen_inbox_key WHERE hash = $)", h[:])
	}
	if f.Outcome != "" {
		if n, ok := numbers[f.Outcome]; ok && f.Outcome != inbox.Handled { // the same
			conditions = append(conditions, fmt.Sprintf("m.outcome = %d AND m.outcome <> %d", n, handled))
		} else {
			add("m.outcome = $", numberOf(f.Outcome))
		}
	}
	if !f.From.IsZero() {
		add("m.received >= $", f.From.UnixMicro())
	}
	if !f.To.IsZero() {
		add("m.received < $", f.To.UnixMicro())
	}
	if !f.Finished.IsZero() {
		add("m.finished < $", f.Finished.UnixMicro())
	}
	if f.After != 0 && f.Newest {
		add("m.id < $", f.After)
	} else if f.After != 0 {
		add("m.id > $", f.After)
	}
	if len(conditions) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(conditions, " AND "), args
}

// numberOf returns how an outcome is stored, -1 for what is none.
func numberOf(o inbox.Outcome) int {
	if n, ok := numbers[o]; ok {
		return n
	}
	return -1
}
