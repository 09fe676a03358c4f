package std

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/redoxgen/redoxgen/testdata/bench/payload"
	"github.com/redoxgen/redoxgen/testdata/bench/plain"
)

func BenchmarkEncode(b *testing.B) {
	for _, p := range payload.Load(b) {
		v := reflect.New(plain.Type(p.Event)).Interface()
		if err := json.Unmarshal(p.Minified, v); err != nil {
			b.Fatal(err)
		}
		payload.Measure(b, p, "std", func() error { _, err := json.Marshal(v); return err })
	}
}
