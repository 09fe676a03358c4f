package dedup_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/internal/storebench"
	"github.com/redoxgen/redoxgen/runtime/redox"
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

// BenchmarkKeyOf is what each message pays for its key.
func BenchmarkKeyOf(b *testing.B) {
	for _, name := range []string{"arrival.json", "visitpush.json"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "bench", "payload", name))
		if err != nil {
			b.Fatal(err)
		}
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, text, "", "  "); err != nil {
			b.Fatal(err)
		}
		meta := redox.Meta{Logs: []redox.Log{{ID: "1"}}}
		for form, raw := range map[string][]byte{"minified": text, "indented": pretty.Bytes()} {
			b.Run(name+"/"+form, func(b *testing.B) {
				b.SetBytes(int64(len(raw)))
				b.ReportAllocs()
				for b.Loop() {
					dedup.KeyOf(meta, raw)
				}
			})
		}
	}
}
