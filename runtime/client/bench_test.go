package client_test

import (
	"testing"
)

// BenchmarkSend compares Send of a typed message with a bare POST of its
// bytes, eight callers each.
func BenchmarkSend(b *testing.B) {
	typed, bare := sends(b)
	run := func(name string, call func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetParallelism(4)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := call(); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
	run("typed", typed)
	run("bare", bare)
}
