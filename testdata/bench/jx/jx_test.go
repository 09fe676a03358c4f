package jx

import (
	"testing"

	"github.com/go-faster/jx"

	"github.com/redoxgen/redoxgen/testdata/bench/payload"
)

func BenchmarkDecode(b *testing.B) {
	for _, p := range payload.Load(b) {
		payload.Measure(b, p, "jx-skip", func() error { return jx.DecodeBytes(p.Minified).Skip() })
	}
}
