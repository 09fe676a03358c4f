package main

import (
	"encoding/json"
	"hash/fnv"
	"reflect"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoximpl"
)

// filler fills generated structs with made-up content, the same every time.
type filler struct {
	sections uint32 // how many of a hundred members that are structs or lists
	members  uint32 // how many of a hundred others
	elements int    // of each list
	words    uint32 // at most, of a text
}

// fill fills the generated struct *v.
func fill(v any, f filler) { f.fill(reflect.ValueOf(v).Elem(), reflect.TypeOf(v).Elem().Name()) }

// fill fills a struct. What is filled with what depends on the path alone.
func (f filler) fill(v reflect.Value, path string) {
	values := documented(v)
	for i := 1; i < v.NumField(); i++ { // the first is redox.Object
		name := v.Type().Field(i).Tag.Get("json")
		share := f.members
		if kind := v.Field(i).Kind(); kind == reflect.Struct || kind == reflect.Slice {
			share = f.sections
		}
		if at := path + "." + name; hash(at)%100 < share || name == "ID" || name == "IDType" {
			f.value(v.Field(i), at, values[name])
		}
	}
}

func (f filler) value(v reflect.Value, path string, documented []string) {
	switch v.Interface().(type) {
	case redox.Number:
		v.SetString("12.5")
		return
	case redox.Bool:
		v.Set(reflect.ValueOf(redox.True))
		return
	case redox.Date:
		v.SetString("2030-01-02")
		return
	case redox.DateTime:
		v.SetString("2030-01-02T03:04:05.678Z")
		return
	case redox.Raw:
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(f.text(path, documented))
	case reflect.Struct:
		f.fill(v, path)
	case reflect.Slice:
		for i := range f.elements {
			element := reflect.New(v.Type().Elem()).Elem()
			f.value(element, path+strings.Repeat("+", i+1), documented)
			v.Set(reflect.Append(v, element))
		}
	}
}

// documented returns the values that are documented for the members of a struct.
func documented(v reflect.Value) map[string][]string {
	values := make(map[string][]string)
	if s, ok := v.Addr().Interface().(interface{ RedoxRules() []redoximpl.SchemaRule }); ok {
		for _, r := range s.RedoxRules() {
			var list []string
			if r.Keyword == "x-redox-values" && json.Unmarshal([]byte(r.Value), &list) == nil {
				values[strings.TrimSuffix(r.At, "[]")] = list
			}
		}
	}
	return values
}

var words = strings.Fields(`alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike
	november oscar papa quebec romeo sierra tango uniform victor whiskey x-ray yankee zulu`)

func (f filler) text(path string, documented []string) string {
	h := hash(path)
	if len(documented) > 0 {
		return documented[h%uint32(len(documented))]
	}
	var list []string
	for i := range 1 + h%f.words {
		list = append(list, words[(h>>8+7*i)%uint32(len(words))])
	}
	return strings.Join(list, " ")
}

func hash(s string) uint32 {
	h := fnv.New64a()
	h.Write([]byte(s))
	sum := h.Sum64() * 0x9e3779b97f4a7c15 // names that end alike differ in the lower half only
	return uint32(sum >> 32)
}
