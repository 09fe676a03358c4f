package simdjson

import (
	"testing"

	"github.com/minio/simdjson-go"

	"github.com/redoxgen/redoxgen/testdata/bench/payload"
)

func BenchmarkDecode(b *testing.B) {
	if !simdjson.SupportedCPU() {
		b.Skip("simdjson-go does not run on this processor")
	}
	for _, p := range payload.Load(b) {
		var tape *simdjson.ParsedJson
		payload.Measure(b, p, "simdjson", func() (err error) {
			tape, err = simdjson.Parse(p.Minified, tape)
			return err
		})
	}
}
