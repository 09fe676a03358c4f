package bench

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/go-faster/jx"
	gojson "github.com/goccy/go-json"
	"github.com/minio/simdjson-go"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// contender is one way to do the work of a benchmark.
type contender struct {
	name string
	size int // bytes of content
	run  func() error
}

// measure runs every contender once, so that all have what they keep between
// calls, and then measures them.
func measure(b *testing.B, list []contender) {
	for _, c := range list {
		if err := c.run(); err != nil {
			b.Fatalf("%s: %v", c.name, err)
		}
	}
	for _, c := range list {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(c.size))
			for b.Loop() {
				if err := c.run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDecode measures decoding with exact validation against what others
// take for less.
func BenchmarkDecode(b *testing.B) {
	for _, p := range load(b) {
		b.Run(p.name, func(b *testing.B) {
			size, oracle := len(p.data), compile(b, p.event)
			list := []contender{
				{"redoxgen", size, func() error { _, err := p.decode(p.data); return err }},
				{"redoxgen-reused", size, func() error { _, err := redox.DecodeInto(p.data, p.into); return err }},
				{"redoxgen-pretty", size, func() error { _, err := p.decode(p.pretty); return err }},
				{"redoxgen-validate", size, func() error { _, err := p.check(p.data); return err }},
				{"std+santhosh", size, func() error { return validateStd(oracle, p.data) }},
				{"goccy", size, func() error { return gojson.Unmarshal(p.data, reflect.New(p.plain.Elem()).Interface()) }},
				{"jx-skip", size, func() error { return jx.DecodeBytes(p.data).Skip() }},
			}
			if simdjson.SupportedCPU() {
				var tape *simdjson.ParsedJson
				list = append(list, contender{"simdjson", size, func() (err error) {
					tape, err = simdjson.Parse(p.data, tape)
					return err
				}})
			}
			measure(b, list)
		})
	}
}

// validateStd decodes with encoding/json and validates with an interpreter of
// JSON Schema, as programs do that have no generated code.
func validateStd(oracle *jsonschema.Schema, data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return err
	}
	return oracle.Validate(v)
}

// BenchmarkEncode measures encoding into a reused buffer.
func BenchmarkEncode(b *testing.B) {
	for _, p := range load(b) {
		b.Run(p.name, func(b *testing.B) {
			m, err := p.decode(p.data)
			if err != nil {
				b.Fatal(err)
			}
			v := reflect.New(p.plain.Elem()).Interface()
			if err := json.Unmarshal(p.data, v); err != nil {
				b.Fatal(err)
			}
			var buf []byte
			measure(b, []contender{
				{"redoxgen", len(p.data), func() (err error) { buf, err = m.AppendJSON(buf[:0]); return err }},
				{"std", len(p.data), func() error { _, err := json.Marshal(v); return err }},
			})
		})
	}
}

// compile returns the validator of a published schema. Where the published
// type is ["null","null"], which no validator accepts, it allows strings, as
// real messages do.
func compile(b *testing.B, event string) *jsonschema.Schema {
	b.Helper()
	z, err := zip.OpenReader(filepath.Join(referenceDir(), "schemas.zip"))
	if err != nil {
		b.Skipf("the published schemas are not there: %v", err)
	}
	defer z.Close()
	f, err := z.Open(event)
	if err != nil {
		b.Fatal(err)
	}
	var text bytes.Buffer
	if _, err := text.ReadFrom(f); err != nil {
		b.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, text.Bytes()); err != nil {
		b.Fatal(err)
	}
	fixed := strings.ReplaceAll(compact.String(), `["null","null"]`, `["string","null"]`)
	s, err := jsonschema.CompileString("mem:///"+event, fixed)
	if err != nil {
		b.Fatal(err)
	}
	return s
}
