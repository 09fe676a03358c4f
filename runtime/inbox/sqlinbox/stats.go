package sqlinbox

import (
	"context"
	"database/sql"
	"time"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// Stats implements inbox.Box. It admits nothing: of what is not admitted it counts how
// much there is, and takes the first for the oldest.
func (b *Box) Stats(ctx context.Context) (s inbox.Stats, err error) {
	var unadmitted int
	var oldest, first sql.NullInt64
	err = b.db.Scan(ctx, b.q.stats, nil, &s.Depth, &s.Blocked, &s.Held, &s.Running, &s.Waiting, &s.Attempts, &oldest, &unadmitted, &first)
	if err != nil {
		return inbox.Stats{}, err
	}
	s.Depth += unadmitted
	for _, received := range []sql.NullInt64{oldest, first} {
		if t := time.UnixMicro(received.Int64).UTC(); received.Valid && (s.Oldest.IsZero() || t.Before(s.Oldest)) {
			s.Oldest = t
		}
	}
	keys := map[inbox.Hash]bool{}
	err = b.db.Rows(ctx, b.q.failing, nil, func(scan func(...any) error) error {
		var hashes []byte
		err := scan(&hashes)
		for _, h := range split(hashes) {
			keys[inbox.Hash(h)] = true
		}
		return err
	})
	s.HeldKeys = len(keys)
	return s, err
}
