package redisdedup_test

import (
	"context"
	"encoding/hex"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/redisdedup"
	"github.com/redoxgen/redoxgen/runtime/internal/storebench"
)

func BenchmarkRedisVsInsert(b *testing.B) {
	addr, prefix := integration.Redis(b)
	client := connect(b, addr)
	s := newStore(b, client, redisdedup.WithPrefix(prefix), redisdedup.WithRetention(10*time.Minute))
	storebench.VsInsert(b, s, func(ctx context.Context, key []byte) error {
		return client.Set(ctx, prefix+"bare:"+hex.EncodeToString(key), "1", 10*time.Minute).Err()
	})
}

func BenchmarkRedisFlat(b *testing.B) {
	addr, prefix := integration.Redis(b)
	client := connect(b, addr)
	open := func(b *testing.B) dedup.Store {
		// What an earlier size left would count for this one.
		if err := client.FlushDB(context.Background()).Err(); err != nil {
			b.Fatal(err)
		}
		return newStore(b, client, redisdedup.WithPrefix(prefix), redisdedup.WithRetention(time.Hour))
	}
	storebench.Flat(b, open, func(_ dedup.Store, n int) error {
		for done := 0; done < n; {
			_, err := client.Pipelined(context.Background(), func(p redis.Pipeliner) error {
				for range min(10_000, n-done) {
					done++
					p.Set(context.Background(), prefix+strconv.FormatUint(rand.Uint64(), 16), "d:1:1:1:3600000", time.Hour)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
