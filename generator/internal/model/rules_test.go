package model

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/generator/internal/source"
)

// zoo makes an event of the data model Zoo for each line "Name: properties".
// In properties, s stands for a text, n for a number and d for a date.
func zoo(t *testing.T, text string) []*schema.Event {
	t.Helper()
	short := strings.NewReplacer("`s`", `{"type": "string"}`, "`n`", `{"type": "number"}`, "`d`", `{"type": "string", "x-redox-date": "date"}`,
		"{{", `{"type": "object", "properties": {`, "[[", `{"type": "array", "items": `, "]]", "}")
	files := fstest.MapFS{}
	for line := range strings.Lines(text) {
		name, properties, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if name == "" {
			continue
		}
		files["zoo/"+strings.ToLower(name)+".json"] = &fstest.MapFile{Data: []byte(fmt.Sprintf(
			`{"x-redox-event": {"dataModel": "Zoo", "eventType": %q, "kind": "notification"}, "type": "object", "properties": {%s}}`,
			name, short.Replace(properties)))}
	}
	set, diags := schema.Load(context.Background(), schema.Options{Layers: []source.Layer{source.FS("in", files)}})
	require.False(t, diags.HasErrors(), "%v", diags.Sorted())
	return set.Events
}

// described lists structs with their fields: "zoo.Animal: Name string; Cage zoo.Cage".
func described(m *Model) string {
	var lines []string
	describe := func(s *Struct) {
		fields := make([]string, len(s.Fields))
		for i, f := range s.Fields {
			fields[i] = f.Name + " " + f.Kind.String()
			if f.Deprecated {
				fields[i] += " (deprecated)"
			}
		}
		lines = append(lines, s.Key+": "+strings.Join(fields, "; "))
	}
	for _, p := range m.Packages {
		for _, e := range p.Events {
			describe(e.Struct)
		}
		for _, s := range p.Concepts {
			describe(s)
		}
	}
	return strings.Join(lines, "\n")
}

func TestRules(t *testing.T) {
	for rule, test := range map[string]struct {
		events   string
		lock     string // the user's
		breaking bool
		want     string
		codes    string // of diagnostics, without no-meta
	}{
		"an object is a concept named after its member": {
			events: "E: \"Cage\": {{\"Size\": `n`}}",
			want:   "zoo.E: Cage zoo.Cage\nzoo.Cage: Size number",
		},
		"elements of an array are named in the singular": {
			events: "E: \"Cages\": [[{{\"Size\": `n`}}]]",
			want:   "zoo.E: Cages []zoo.Cage\nzoo.Cage: Size number",
		},
		"objects of one name that share members are one concept, with the union of them": {
			events: "E: \"Cage\": {{\"A\": `s`, \"B\": `s`, \"C\": `s`}}\nF: \"Cage\": {{\"A\": `s`, \"B\": `s`, \"D\": `s`}}",
			want:   "zoo.E: Cage zoo.Cage\nzoo.F: Cage zoo.Cage\nzoo.Cage: A string; B string; D string; C string",
		},
		"objects of one name that share less than 60 percent are two": {
			events: "E: \"Cage\": {{\"A\": `s`, \"B\": `s`, \"C\": `s`}}\nF: \"Cage\": {{\"A\": `s`, \"X\": `s`, \"Y\": `s`}}",
			want:   "zoo.E: Cage zoo.Cage\nzoo.F: Cage zoo.FCage\nzoo.Cage: A string; B string; C string\nzoo.FCage: A string; X string; Y string",
		},
		"objects that differ in the kind of a member are two": {
			events: "E: \"Cage\": {{\"A\": `s`, \"B\": `s`}}\nF: \"Cage\": {{\"A\": `s`, \"B\": `n`}}",
			want:   "zoo.E: Cage zoo.Cage\nzoo.F: Cage zoo.FCage\nzoo.Cage: A string; B string\nzoo.FCage: A string; B number",
		},
		"text and dates are not different": {
			events: "E: \"Cage\": {{\"A\": `s`, \"B\": `s`}}\nF: \"Cage\": {{\"A\": `s`, \"B\": `d`}}",
			want:   "zoo.E: Cage zoo.Cage\nzoo.F: Cage zoo.Cage\nzoo.Cage: A string; B date",
		},
		"an object is not the concept that it is a part of": {
			events: "E: \"Cage\": {{\"A\": `s`, \"Cage\": {{\"A\": `s`}} }}",
			want:   "zoo.E: Cage zoo.Cage\nzoo.Cage: A string; Cage zoo.CageCage\nzoo.CageCage: A string",
		},
		"the word of the schema comes before the name": {
			events: "E: \"Cage\": {\"x-redox-concept\": \"Box\", \"type\": \"object\", \"properties\": {\"A\": `s`}}, \"Crate\": {\"x-redox-concept\": \"Box\", \"type\": \"object\", \"properties\": {\"B\": `s`}}",
			want:   "zoo.E: Cage zoo.Box; Crate zoo.Box\nzoo.Box: B string; A string",
		},
		"the lock comes before the word of the schema": {
			events: "E: \"Cage\": {\"x-redox-concept\": \"Box\", \"type\": \"object\", \"properties\": {\"A\": `s`}}",
			lock:   "event zoo.E Zoo E\nfield Cage Cage zoo.Crate\ntype zoo.Crate\nfield A A string\n",
			want:   "zoo.E: Cage zoo.Crate\nzoo.Crate: A string",
		},
		"a member on whose kind schemas disagree is anything": {
			events: "E: \"A\": {\"x-redox-concept\": \"Box\", \"type\": \"object\", \"properties\": {\"X\": `s`}}, \"B\": {\"x-redox-concept\": \"Box\", \"type\": \"object\", \"properties\": {\"X\": `n`}}",
			want:   "zoo.E: A zoo.Box; B zoo.Box\nzoo.Box: X raw",
			codes:  "mixed-kinds",
		},
		"members stay in the order of the lock, and new ones follow what they follow in the schema": {
			events: "E: \"N0\": `s`, \"A\": `s`, \"N1\": `s`, \"B\": `s`, \"N2\": `s`",
			lock:   "event zoo.E Zoo E\nfield B B string\nfield A A string\n",
			want:   "zoo.E: N0 string; B string; N2 string; A string; N1 string",
		},
		"a locked kind stays while one schema agrees with it": {
			events: "E: \"A\": {{\"X\": `s`, \"Y\": `s`}}, \"B\": {{\"X\": `n`, \"Y\": `s`}}",
			lock:   "event zoo.E Zoo E\nfield A A zoo.T\nfield B B zoo.T\ntype zoo.T\nfield X X string\n",
			want:   "zoo.E: A zoo.T; B zoo.T\nzoo.T: X string; Y string",
			codes:  "mixed-kinds",
		},
		"a locked date stays one for any text": {
			events: "E: \"A\": `s`",
			lock:   "event zoo.E Zoo E\nfield A A date\n",
			want:   "zoo.E: A date",
		},
		"a kind that no schema agrees with is an error": {
			events: "E: \"A\": `n`",
			lock:   "event zoo.E Zoo E\nfield A A string\n",
			want:   "zoo.E: A string",
			codes:  "changed-kind",
		},
		"unless what breaks is allowed": {
			events: "E: \"A\": `n`", breaking: true,
			lock:  "event zoo.E Zoo E\nfield A A string\n",
			want:  "zoo.E: A number",
			codes: "changed-kind",
		},
		"a field that no schema has any more stays": {
			events: "E: \"A\": `s`",
			lock:   "event zoo.E Zoo E\nfield A A string\nfield B B number\n",
			want:   "zoo.E: A string; B number (deprecated)",
			codes:  "removed-field",
		},
		"of which one run tells": {
			events: "E: \"A\": `s`",
			lock:   "event zoo.E Zoo E\nfield A A string\nfield B B number\nremoved B\n",
			want:   "zoo.E: A string; B number (deprecated)",
		},
		"an event that no schema has any more is an error": {
			events: "E: \"A\": `s`",
			lock:   "event zoo.E Zoo E\nfield A A string\nevent zoo.F Zoo F\nfield A A string\n",
			want:   "zoo.E: A string",
			codes:  "removed-event",
		},
		"a concept that only the lock knows is found again": {
			events: "E: \"Cage\": {{\"A\": `s`, \"B\": `s`}}",
			lock:   "type zoo.Cage\nfield B B string\nfield A A string\n",
			want:   "zoo.E: Cage zoo.Cage\nzoo.Cage: B string; A string",
		},
		"but not if its members are others": {
			events: "E: \"Cage\": {{\"A\": `s`, \"B\": `s`}}",
			lock:   "type zoo.Cage\nfield X X string\nfield Y Y string\n",
			want:   "zoo.E: Cage zoo.ECage\nzoo.ECage: A string; B string",
		},
	} {
		t.Run(rule, func(t *testing.T) {
			diags := new(diag.List)
			locked := lock.Parse("lock", []byte("redoxgen lock 1\n"+test.lock), diags)
			require.Empty(t, diags.Sorted())
			m := Build(Input{Events: zoo(t, test.events), Lock: locked, Previous: locked, LockName: "lock", AllowBreaking: test.breaking}, diags)
			var codes []string
			for _, d := range diags.Sorted() {
				if d.Code != "no-meta" {
					codes = append(codes, d.Code)
				}
			}
			assert.Equal(t, test.codes, strings.Join(codes, " "))
			assert.Equal(t, test.want, described(m))
		})
	}
}
