package generator_test

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator"
)

// eventFile is a schema of one event with members, as JSON.
func eventFile(meta, members string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(`{"type": "object", "x-redox-event": {"dataModel": "Test", ` + meta + `}, "required": ["Meta"], "properties": {
		"Meta": {"type": "object", "properties": {"DataModel": {"type": "string"}}}` + members + `}}`)}
}

// documentedEffects returns the effects of each rule according to the documentation.
func documentedEffects(t testing.TB) map[generator.Rule][]generator.Effect {
	page, err := os.ReadFile("../docs/schema-changes.md")
	require.NoError(t, err)
	row := regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\|.*\\|(.*)\\|$")
	word := regexp.MustCompile(`\b(breaking|additive|none)\b`)
	effects := make(map[generator.Rule][]generator.Effect)
	for _, m := range row.FindAllStringSubmatch(string(page), -1) {
		for _, effect := range word.FindAllString(m[2], -1) {
			effects[generator.Rule(m[1])] = append(effects[generator.Rule(m[1])], generator.Effect(effect))
		}
		slices.Sort(effects[generator.Rule(m[1])])
	}
	return effects
}

// Every rule, and each of its effects, is documented and has changes that it names.
func TestDiffRules(t *testing.T) {
	query := `"eventType": "Ask", "kind": "query", "response": `
	before := fstest.MapFS{
		"test/gone.json":  eventFile(`"eventType": "Gone", "kind": "notification"`, ``),
		"test/kind.json":  eventFile(`"eventType": "Kind", "kind": "notification"`, ``),
		"test/reply.json": eventFile(`"eventType": "Reply", "kind": "response"`, ``),
		"test/other.json": eventFile(`"eventType": "Other", "kind": "response"`, ``),
		"test/ask.json":   eventFile(query+`"Reply"`, ``),
		"test/members.json": eventFile(`"eventType": "Members", "kind": "notification"`, `,
			"Lost": {"type": "string"}, "Retyped": {"type": "string"}, "Listed": {"type": "string"}, "Null": {"type": "string"}, "Now": {"type": "string"},
			"Day": {"type": "string", "x-redox-date": "date"}, "Short": {"type": "string", "maxLength": 5},
			"More": {"type": "string", "enum": ["a"]}, "Fewer": {"type": "string", "enum": ["b", "c"]}`),
	}
	after := fstest.MapFS{
		"test/come.json":  eventFile(`"eventType": "Come", "kind": "notification"`, ``),
		"test/kind.json":  eventFile(`"eventType": "Kind", "kind": "query", "response": "Reply"`, ``),
		"test/reply.json": before["test/reply.json"], "test/other.json": before["test/other.json"],
		"test/ask.json": eventFile(query+`"Other"`, ``),
		"test/members.json": {Data: []byte(strings.NewReplacer(
			`"Lost": {"type": "string"},`, `"Found": {"type": "string"},`,
			`"Retyped": {"type": "string"}`, `"Retyped": {"type": "number"}`,
			`"Listed": {"type": "string"}`, `"Listed": {"type": "array", "items": {"type": "string"}}`,
			`"Null": {"type": "string"}`, `"Null": {"type": ["string", "null"]}`,
			`"required": ["Meta"]`, `"required": ["Now"]`,
			`"x-redox-date": "date"`, `"x-redox-date": "date-time"`, `"maxLength": 5`, `"maxLength": 6`,
			`["a"]`, `["a", "d"]`, `["b", "c"]`, `["b"]`,
		).Replace(string(before["test/members.json"].Data)))},
	}
	d, err := generator.Diff(context.Background(),
		generator.Options{Sources: []generator.Source{generator.FS("old", before)}},
		generator.Options{Sources: []generator.Source{generator.FS("new", after)}})
	require.NoError(t, err)
	for _, f := range d.Diagnostics {
		require.Equal(t, "no-meta", f.Code, "Diff says what changed, warnings need not: %s", f)
	}
	reached := make(map[generator.Rule][]generator.Effect)
	reach := func(rule generator.Rule, effect generator.Effect) {
		if !slices.Contains(reached[rule], effect) {
			reached[rule] = append(reached[rule], effect)
			slices.Sort(reached[rule])
		}
	}
	for _, c := range d.Schemas {
		reach(c.Rule, c.Effect)
	}
	for _, c := range d.Go {
		reach(c.Rule, c.Effect)
	}
	assert.Equal(t, documentedEffects(t), reached)
	assert.Len(t, reached, len(generator.Rules()))
	for _, rule := range generator.Rules() {
		assert.Contains(t, reached, rule)
	}
	assert.True(t, d.IsBreaking())
}

// A choice of events, and how to read schemas, hold for both sides.
func TestDiffChoosesAlike(t *testing.T) {
	files := fstest.MapFS{
		"test/one.json": eventFile(`"eventType": "One", "kind": "notification"`, ``),
		"test/two.json": eventFile(`"eventType": "Two", "kind": "notification"`, ``),
	}
	grown := fstest.MapFS{
		"test/three.json": eventFile(`"eventType": "Three", "kind": "notification"`, ``),
		"test/two.json":   eventFile(`"eventType": "Two", "kind": "notification"`, `, "More": {"type": "string"}`),
	}
	all := generator.Options{Sources: []generator.Source{generator.FS("new", grown)}}
	chosen := generator.Options{Sources: []generator.Source{generator.FS("old", files)}, Events: []string{"Test.One", "Test.Two"}}
	rules := func(before, after generator.Options) []string {
		d, err := generator.Diff(context.Background(), before, after)
		require.NoError(t, err)
		var list []string
		for _, c := range d.Schemas {
			list = append(list, string(c.Rule)+" "+c.Event+" "+c.Path)
		}
		return list
	}
	assert.Equal(t, []string{"EVENT_REMOVED Test.One ", "MEMBER_REMOVED Test.One Meta", "MEMBER_REMOVED Test.One Meta.DataModel", "MEMBER_ADDED Test.Two More"}, rules(chosen, all))
	assert.Equal(t, []string{"EVENT_ADDED Test.One ", "MEMBER_ADDED Test.One Meta", "MEMBER_ADDED Test.One Meta.DataModel", "MEMBER_REMOVED Test.Two More"}, rules(all, chosen))
}
