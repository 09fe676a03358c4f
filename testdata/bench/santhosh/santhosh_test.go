package santhosh

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/redoxgen/redoxgen/testdata/bench/payload"
	"github.com/redoxgen/redoxgen/testdata/bench/plain"
)

// BenchmarkDecode does with encoding/json and an interpreter of JSON Schema what
// generated code does in one pass: it decodes into structs and validates. The
// interpreter needs a decoded value of its own.
func BenchmarkDecode(b *testing.B) {
	for _, p := range payload.Load(b) {
		schema, t := compile(b, p.Schema), plain.Type(p.Name)
		payload.Measure(b, p, "std+santhosh", func() error {
			if err := json.Unmarshal(p.Minified, reflect.New(t).Interface()); err != nil {
				return err
			}
			dec := json.NewDecoder(bytes.NewReader(p.Minified))
			dec.UseNumber()
			var v any
			if err := dec.Decode(&v); err != nil {
				return err
			}
			return schema.Validate(v)
		})
	}
}

// compile returns the validator of a published schema. Where the published
// type is ["null","null"], which no validator accepts, it allows strings, as
// real messages do.
func compile(b *testing.B, file string) *jsonschema.Schema {
	b.Helper()
	z, err := zip.OpenReader(filepath.Join(payload.Reference(), "schemas.zip"))
	if err != nil {
		b.Skipf("the published schemas are not there: %v", err)
	}
	defer z.Close()
	f, err := z.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	var text, compact bytes.Buffer
	if _, err := text.ReadFrom(f); err != nil {
		b.Fatal(err)
	}
	if err := json.Compact(&compact, text.Bytes()); err != nil {
		b.Fatal(err)
	}
	fixed := strings.ReplaceAll(compact.String(), `["null","null"]`, `["string","null"]`)
	s, err := jsonschema.CompileString("mem:///"+file, fixed)
	if err != nil {
		b.Fatal(err)
	}
	return s
}
