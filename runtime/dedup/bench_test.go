package dedup_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/internal/storebench"
)

func BenchmarkMemoryFlat(b *testing.B) {
	open := func(*testing.B) dedup.Store { return dedup.NewMemory(dedup.MemoryConfig{MaxKeys: 10_000_000}) }
	storebench.Flat(b, open, func(s dedup.Store, n int) error {
		for i := range n {
			c, err := s.Claim(context.Background(), dedup.Key(strconv.Itoa(i)), time.Minute)
			if err == nil {
				err = s.Commit(context.Background(), c)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func BenchmarkMemoryParallel(b *testing.B) {
	s := dedup.NewMemory(dedup.MemoryConfig{})
	b.RunParallel(func(pb *testing.PB) {
		i := 0
		for pb.Next() {
			i++
			c, err := s.Claim(context.Background(), dedup.Key(strconv.Itoa(i)), time.Minute)
			if err != nil {
				b.Fatal(err)
			}
			if c.State == dedup.New {
				_ = s.Commit(context.Background(), c)
			}
		}
	})
}
