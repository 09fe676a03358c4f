package redisdedup

import (
	"context"

	"github.com/redoxgen/redoxgen/runtime/dedup"
)

var _ dedup.Knower = (*Store)(nil)

// Known implements dedup.Knower.
func (s *Store) Known(ctx context.Context, key dedup.Key) (bool, error) {
	return within(ctx, func() (bool, error) {
		n, err := s.client.Exists(ctx, s.name(key)).Result()
		return n > 0, err
	})
}
