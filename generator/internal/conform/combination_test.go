package conform

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/testenv"
)

// Types that a schema may state, alone and with what a struct or a slice is
// made of, and keywords that have something to say of values of one type only.
var (
	stated = []string{
		``, `"type":"string"`, `"type":"number"`, `"type":"array"`, `"type":"object"`, `"type":["string","object"]`,
		`"type":["number","array"]`, `"type":["array","object"]`, `"type":["object","null"]`,
	}
	structures = []string{
		``, `"properties":{"A":{"type":"string"}}`, `"items":{"type":"string"}`,
		`"properties":{"A":{"type":"string"}},"items":{"type":"number"}`,
		`"items":{"properties":{"A":{"type":"string"}},"items":{"type":"number"}}`,
	}
	keywords = []string{
		``, `"minItems":1`, `"maxItems":1`, `"uniqueItems":true`, `"items":[{"type":"number"}]`, `"required":["A"]`,
		`"minProperties":1`, `"maxProperties":1`, `"additionalProperties":false`, `"additionalProperties":{"type":"number"}`,
		`"patternProperties":{"^x-":{"type":"string"}}`, `"minLength":2`, `"minimum":2`, `"enum":["a",["a"],{"A":"a"},1]`,
	}
	documents = []string{
		`null`, `"a"`, `"ab"`, `1`, `2`, `true`, `[]`, `["a"]`, `[1]`, `[1,1]`, `[["a"]]`, `[{"A":"a"}]`, `[{"A":1}]`,
		`{}`, `{"A":"a"}`, `{"A":1}`, `{"B":1}`, `{"B":"b"}`, `{"A":"a","B":1}`, `{"x-b":1}`, `{"x-b":"b"}`,
	}
)

// combinations are groups of every stated type, structure and keyword.
func combinations(prefix, before string) (groups []suiteGroup) {
	for _, s := range stated {
		for _, structure := range structures {
			for _, k := range keywords {
				text := schemaOf(s, structure, k)
				if !json.Valid([]byte(text)) || hasTwice(text) {
					continue
				}
				g := suiteGroup{Description: text, Schema: json.RawMessage(text), file: before, name: fmt.Sprintf("%s%04d", prefix, len(groups))}
				if before != "" {
					g.before = json.RawMessage(before)
				}
				groups = append(groups, g.withValues(documents))
			}
		}
	}
	return groups
}

// schemaOf makes an object of members.
func schemaOf(members ...string) string {
	text := "{"
	for _, m := range members {
		if m != "" && text != "{" {
			text += ","
		}
		text += m
	}
	return text + "}"
}

// hasTwice reports whether the object states a keyword twice.
func hasTwice(text string) bool {
	var m map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return true
	}
	size := len("{}") + max(len(m)-1, 0)
	for name, value := range m {
		size += len(name) + len(`"":`) + len(value)
	}
	return size != len(text)
}

func (g suiteGroup) withValues(values []string) suiteGroup {
	for _, v := range values {
		g.Tests = append(g.Tests, suiteTest{Description: v, Data: json.RawMessage(v)})
	}
	return g
}

// How many combinations a test run draws of each kind, and how many where
// REDOXGEN_LONG is 1; compiling all of them takes minutes.
const combinationsCompared, combinationsComparedLong = 4, 25

// TestCombinations: whatever a schema combines, and whatever Go type a field
// has from before, the generated validator says what the oracle says.
func TestCombinations(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles generated code")
	}
	r := rand.New(rand.NewPCG(testenv.Seed(t, rand.Uint64()), 0))
	compared := combinationsCompared
	if testenv.Long() {
		compared = combinationsComparedLong
	}
	var drawn []suiteGroup
	for _, c := range []struct{ name, before string }{
		{"Fresh", ``}, {"Text", `{"type":"string"}`}, {"Number", `{"type":"number"}`},
		{"List", `{"type":"array","items":{"type":"string"}}`}, {"Struct", `{"type":"object","properties":{"A":{"type":"string"}}}`},
	} {
		groups := combinations(c.name, c.before)
		r.Shuffle(len(groups), func(i, j int) { groups[i], groups[j] = groups[j], groups[i] })
		drawn = append(drawn, accepted(t, groups, compared)...)
	}
	compareWithOracle(t, drawn)
}

// TestCombinationsOfEvents is TestCombinations for the outermost object.
func TestCombinationsOfEvents(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles generated code")
	}
	var groups []suiteGroup
	for _, s := range []string{``, `"required":["A"]`, `"additionalProperties":false`, `"additionalProperties":{"type":"number"}`} {
		for _, k := range []string{``, `"minItems":3`, `"items":{"type":"string"}`, `"minProperties":3`, `"maxProperties":2`,
			`"patternProperties":{"^x-|^value$":{"type":"string"}}`, `"minLength":2`, `"minimum":2`} {
			text := schemaOf(s, k)
			root := text[1 : len(text)-1]
			if root == "" {
				continue
			}
			g := suiteGroup{Description: root, Schema: json.RawMessage(`{"type":["string","number"]}`), root: "," + root, name: fmt.Sprintf("Root%04d", len(groups))}
			groups = append(groups, g.withValues([]string{
				`{"value":"a"}`, `{"value":1}`, `{"A":1,"value":"a"}`, `{"A":"a","value":1}`, `{"x-b":1,"value":"a"}`, `{"x-b":"b","A":1,"value":1}`,
			}))
		}
	}
	compareWithOracle(t, accepted(t, groups, len(groups)))
}

// accepted returns the first groups that the generator takes, at most so many.
func accepted(t *testing.T, groups []suiteGroup, most int) (list []suiteGroup) {
	t.Helper()
	for _, g := range groups {
		if len(list) < most && !generateSuite(t, []suiteGroup{g}).HasErrors() {
			list = append(list, g)
		}
	}
	require.NotEmpty(t, list)
	return list
}

// compareWithOracle compares the verdicts of groups that the generator takes.
func compareWithOracle(t *testing.T, groups []suiteGroup) {
	t.Helper()
	verdicts := runGenerated(t, groups)
	for _, g := range groups {
		oracle, err := compileOracle(g.name, wrapped(g))
		require.NoError(t, err)
		for i, c := range g.Tests {
			doc := parse(t, g.message4(c.Data))
			assert.Equal(t, askOracle(oracle, doc), verdicts[g.name][i], "%s (%s): %s", g.Description, g.file, c.Description)
		}
	}
	t.Logf("%d schemas compared", len(groups))
}
