package santhosh

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"path"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/redoxgen/redoxgen/schemas"
	"github.com/redoxgen/redoxgen/testdata/bench/payload"
	"github.com/redoxgen/redoxgen/testdata/bench/plain"
)

// BenchmarkDecode does with encoding/json and an interpreter of JSON Schema what
// generated code does in one pass: it decodes into structs and validates. The
// interpreter needs a decoded value of its own.
func BenchmarkDecode(b *testing.B) {
	for _, p := range payload.Load(b) {
		schema, t := compile(b, p.Schema), plain.Type(p.Event)
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

// compile returns the validator of a schema of the catalog.
func compile(b *testing.B, file string) *jsonschema.Schema {
	b.Helper()
	whole, err := read(file, "")
	if err != nil {
		b.Fatal(err)
	}
	text, err := json.Marshal(whole)
	if err != nil {
		b.Fatal(err)
	}
	s, err := jsonschema.CompileString("mem:///"+file, string(text))
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// read returns the schema at a pointer of a file with what it refers to in place
// of each $ref, as Redox publishes schemas: following them would take the
// interpreter time. Where Redox published a type that allows null alone, it
// allows strings, as the catalog's corrections do and real messages need.
func read(file, pointer string) (any, error) {
	text, err := fs.ReadFile(schemas.FS(), file)
	if err != nil {
		return nil, err
	}
	corrected := strings.ReplaceAll(string(text), `"type": "null"`, `"type": ["string", "null"]`)
	var v any
	if err := json.Unmarshal([]byte(corrected), &v); err != nil {
		return nil, err
	}
	for _, name := range strings.Split(strings.Trim(pointer, "/"), "/") {
		if name != "" {
			v = v.(map[string]any)[name]
		}
	}
	if m, ok := v.(map[string]any); ok {
		delete(m, "definitions")
	}
	return inPlace(file, v)
}

func inPlace(file string, v any) (any, error) {
	m, ok := v.(map[string]any)
	if !ok {
		return v, nil
	}
	if ref, ok := m["$ref"].(string); ok {
		name, pointer, _ := strings.Cut(ref, "#")
		if name != "" {
			file = path.Join(path.Dir(file), name)
		}
		return read(file, pointer)
	}
	for name, member := range m {
		whole, err := inPlace(file, member)
		if err != nil {
			return nil, err
		}
		m[name] = whole
	}
	return m, nil
}
