package extension

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// FuzzContainer sets and removes an extension of any container: what results is JSON,
// reads as what was set, and has all others as they were.
func FuzzContainer(f *testing.F) {
	for _, s := range []string{"", "null", "7", "[]", "{}", `{"a":{"string":"x"}}`, ` { "b" : 1e2 ,"\u0061":null, "a":7} `, `{"url":"http://x/a","string":"y"}`,
		`{"url":"http://x/b","coding":{"code":1}}`, `{"url":{"url":7}}`, `{"url":null,"url":{}}`, "{\"\xff\":{},\"\\ud800\":{}}", `{"a":`, `{"participants":[{"person":{"name":{"given":[1,null]}}}],"dateTime":"x"}`} {
		f.Add(s, "a")
	}
	f.Fuzz(func(t *testing.T, container, name string) {
		const value = `{"url":"u","string":"new"}`
		if jsontext.Valid(container) {
			var s jsontext.Scanner
			s.In = mem.NewInput([]byte(container))
			Check(&s, s.SkipSpace(0), func(n report.Finding) { assert.Equal(t, report.Warning, n.Severity) })
		}
		before := ByName(container)
		edited := Edit(container, []Entry{{name, value}})
		if container != "" && !jsontext.Valid(container) {
			assert.Equal(t, container, edited)
			return
		}
		assert.True(t, jsontext.Valid(edited))
		key := quoted(name)
		readable := string(jsontext.AppendString(nil, name)) == key // else it reads as another name
		after := ByName(edited)
		_, only := before[name]
		if onlyOne := only && len(before) == 1 && len(after) == 1; readable && !onlyOne {
			assert.Equal(t, value, after[name])
			for other, text := range before {
				if other != name {
					assert.Equal(t, text, after[other])
				}
			}
			removed := ByName(Edit(edited, []Entry{{Name: name}}))
			assert.NotContains(t, removed, name)
			assert.Len(t, removed, len(after)-1)
		}
	})
}

// TestMerge: of several of one name the last counts, on both sides.
func TestMerge(t *testing.T) {
	for _, c := range []struct {
		name, a, b, want string
		differing        []string
	}{
		{"nothing", ``, ``, ``, nil},
		{"one side", `{"a":1}`, `{}`, `{"a":1}`, nil},
		{"other side", ``, `{"b":2,"a":1}`, `{"b":2,"a":1}`, nil},
		{"both", `{"a":1}`, `{"c":3,"a":1.0,"b":2}`, `{"a":1,"c":3,"b":2}`, nil},
		{"repeated", `{"a":1,"a":2}`, `{"b":1,"a":3,"b":2,"a":2}`, `{"a":1,"a":2,"b":2}`, nil},
		{"different", `{"a":1,"b":1}`, `{"b":2,"a":3}`, `{"a":1,"b":1}`, []string{"b", "a"}},
		{"one that is the container", `{"url":"u/a","string":"x"}`, `{"b":{}}`, `{"a":{"url":"u/a","string":"x"},"b":{}}`, nil},
	} {
		merged, differing := Merge(c.a, c.b)
		assert.Equal(t, c.want, merged, c.name)
		assert.Equal(t, c.differing, differing, c.name)
	}
}
