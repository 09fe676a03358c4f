package sqldedup

import (
	"context"

	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// One call of Claim or Once in purgeEvery deletes up to purgeBatch old keys:
// more than come in meanwhile, and few enough that one message does not wait
// long for it.
const (
	purgeEvery = 128
	purgeBatch = 512
)

// housekeep follows each call that may have added a key, while it has the turn to
// write. What the call did stands whether this works or not, and if the database is
// down the next statement fails.
func (s *Store) housekeep(ctx context.Context) {
	if s.uses.Add(1)%purgeEvery == 0 {
		_, _ = s.purge(ctx, purgeBatch)
	}
}

// Purge deletes all keys older than the retention and returns how many. While
// messages come there is no need to call it: Claim and Once delete old keys, a
// few at a time. It is for a store that is hardly used any more, or whose
// retention was shortened, and whose old keys are to go at once.
func (s *Store) Purge(ctx context.Context) (int64, error) {
	var total int64
	for {
		done, err := s.db.Turn.Take(ctx)
		if err != nil {
			return total, err
		}
		n, err := s.purge(ctx, purgeBatch)
		done()
		total += n
		if err != nil || n < purgeBatch {
			return total, err
		}
	}
}

func (s *Store) purge(ctx context.Context, most int) (int64, error) {
	return s.db.Change(ctx, s.q.purge, sqlkit.Microseconds(s.retention), most)
}
