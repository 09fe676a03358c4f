package conform

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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

// combinationsCompared is how many combinations a test run draws of each kind;
// compiling all of them takes minutes.
const combinationsCompared = 25

// TestCombinations: whatever a schema combines, and whatever Go type a field
// has from before, the generated validator says what the oracle says.
func TestCombinations(t *testing.T) {
	if raceEnabled || testing.Short() {
		t.Skip("generates hundreds of schemas; CI runs it without the race detector")
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for name, before := range map[string]string{
		"Fresh": ``, "Text": `{"type":"string"}`, "Number": `{"type":"number"}`,
		"List": `{"type":"array","items":{"type":"string"}}`, "Struct": `{"type":"object","properties":{"A":{"type":"string"}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			groups := combinations(name, before)
			r.Shuffle(len(groups), func(i, j int) { groups[i], groups[j] = groups[j], groups[i] })
			compareWithOracle(t, groups, combinationsCompared)
		})
	}
}

// TestCombinationsOfEvents is TestCombinations for the outermost object.
func TestCombinationsOfEvents(t *testing.T) {
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
	compareWithOracle(t, groups, len(groups))
}

// compareWithOracle compares the verdicts of the first groups that the
// generator takes, at most so many.
func compareWithOracle(t *testing.T, groups []suiteGroup, most int) {
	t.Helper()
	var accepted []suiteGroup
	for _, g := range groups {
		if len(accepted) < most && !generateSuite(t, []suiteGroup{g}).HasErrors() {
			accepted = append(accepted, g)
		}
	}
	require.NotEmpty(t, accepted)
	verdicts := runGenerated(t, accepted)
	for _, g := range accepted {
		oracle, err := compileOracle(g.name, wrapped(g))
		require.NoError(t, err)
		for i, c := range g.Tests {
			doc := parse(t, g.message4(c.Data))
			assert.Equal(t, askOracle(oracle, doc), verdicts[g.name][i], "%s (%s): %s", g.Description, g.file, c.Description)
		}
	}
	t.Logf("%d of %d schemas compared", len(accepted), len(groups))
}
