// Package storebench measures dedup stores against their bare drivers.
package storebench

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// VsInsert reports claims per second of new keys, one insert per second by the
// bare driver measured in turns, and their ratio, of which at least 0.4 is
// wanted. insert stores a fresh row under a key of 16 random bytes.
func VsInsert(b *testing.B, s dedup.Store, insert func(ctx context.Context, key []byte) error) {
	const workers, each = 4, 25
	claim := func(ctx context.Context, key []byte) error {
		c, err := s.Claim(ctx, dedup.Key(key), time.Minute)
		if err == nil && c.State != dedup.New {
			err = fmt.Errorf("state %v", c.State)
		}
		return err
	}
	round := func(f func(context.Context, []byte) error) time.Duration {
		began := time.Now()
		var wg sync.WaitGroup
		for range workers {
			wg.Go(func() {
				for range each {
					if err := f(context.Background(), randomKey()); err != nil {
						b.Error(err)
					}
				}
			})
		}
		wg.Wait()
		return time.Since(began)
	}
	round(claim)
	round(insert)
	var claims, inserts time.Duration
	for b.Loop() {
		claims += round(claim)
		inserts += round(insert)
	}
	n := float64(b.N * workers * each)
	b.ReportMetric(n/claims.Seconds(), "claims/s")
	b.ReportMetric(n/inserts.Seconds(), "inserts/s")
	b.ReportMetric(inserts.Seconds()/claims.Seconds(), "ratio")
}

// Flat reports the cost of a claim and commit in a store that holds few keys
// and in one that holds many. fill adds n random done keys.
// REDOXGEN_BENCH_KEYS sets what many is, 200,000 otherwise.
func Flat(b *testing.B, open func(*testing.B) dedup.Store, fill func(s dedup.Store, n int) error) {
	many := 200_000
	if text := os.Getenv("REDOXGEN_BENCH_KEYS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal("REDOXGEN_BENCH_KEYS: ", err)
		}
		many = n
	}
	for _, n := range []int{10_000, many} {
		b.Run(fmt.Sprintf("keys=%d", n), func(b *testing.B) {
			s := open(b)
			if err := fill(s, n); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				c, err := s.Claim(context.Background(), dedup.Key(randomKey()), time.Minute)
				if err == nil {
					err = s.Commit(context.Background(), c)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func randomKey() []byte {
	key := make([]byte, 16)
	binary.LittleEndian.PutUint64(key, rand.Uint64())
	binary.LittleEndian.PutUint64(key[8:], rand.Uint64())
	return key
}
