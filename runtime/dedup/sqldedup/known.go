package sqldedup

import (
	"context"
	"database/sql"
	"errors"

	"github.com/redoxgen/redoxgen/runtime/dedup"
)

var _ dedup.Knower = (*Store)(nil)

// Known implements dedup.Knower.
func (s *Store) Known(ctx context.Context, key dedup.Key) (bool, error) {
	_, err := s.read(ctx, key.Hash())
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
