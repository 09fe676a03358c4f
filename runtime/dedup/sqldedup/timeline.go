package sqldedup

import (
	"context"
	"database/sql"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

var _ dedup.Timeline = (*Store)(nil)

// Advance implements dedup.Timeline. The time is remembered for the retention since
// it was asked for last.
func (s *Store) Advance(ctx context.Context, key dedup.Key, at time.Time) (latest time.Time, err error) {
	done, err := s.db.Turn.Take(ctx)
	if err != nil {
		return time.Time{}, err
	}
	defer done()
	h := key.Sub("time:").Hash() // apart from claims of the key
	var before sql.NullInt64
	err = s.db.Scan(ctx, s.q.advance, []any{h[:], at.UnixMicro(), sqlkit.Microseconds(s.retention)}, &before)
	if err != nil {
		return time.Time{}, err
	}
	s.housekeep(ctx)
	if before.Valid {
		latest = time.UnixMicro(before.Int64).UTC()
	}
	return latest, nil
}
