package goccy

import (
	"reflect"
	"testing"

	"github.com/goccy/go-json"

	"github.com/redoxgen/redoxgen/testdata/bench/payload"
	"github.com/redoxgen/redoxgen/testdata/bench/plain"
)

func BenchmarkDecode(b *testing.B) {
	for _, p := range payload.Load(b) {
		t := plain.Type(p.Event)
		payload.Measure(b, p, "goccy", func() error { return json.Unmarshal(p.Minified, reflect.New(t).Interface()) })
	}
}
