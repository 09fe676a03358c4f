package conform

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator"
)

// leastDecided is the part of the official suite that must be decided rather
// than refused.
const leastDecided = 0.60

// suiteGroup is one schema of the official draft-04 test suite.
type suiteGroup struct {
	Description string          `json:"description"`
	Schema      json.RawMessage `json:"schema"`
	Tests       []suiteTest     `json:"tests"`

	file   string          // of the suite
	name   string          // of the event that wraps it
	before json.RawMessage // the schema when the event was first generated, if it was another
	root   string          // further keywords of the event
}

type suiteTest struct {
	Description string          `json:"description"`
	Data        json.RawMessage `json:"data"`
	Valid       bool            `json:"valid"`
}

// TestOfficialSuite wraps every schema of the official suite as a property of
// an event. Each is either refused by keyword name, or its generated validator
// decides every case as the suite says, with the oracle's paths and rules.
func TestOfficialSuite(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles generated code")
	}
	groups := loadSuite(t)
	accepted, refused := sortOut(t, groups)
	require.NotEmpty(t, accepted)
	verdicts := runGenerated(t, accepted)

	decided, wrong := 0, 0
	for _, g := range accepted {
		oracle, err := compileOracle(g.name, wrapped(g))
		require.NoError(t, err)
		for i, c := range g.Tests {
			decided++
			got, doc := verdicts[g.name][i], parse(t, g.message4(c.Data))
			if !assert.Equal(t, c.Valid, len(got) == 0, "%s: %s: %s", g.file, g.Description, c.Description) ||
				!assert.Equal(t, askOracle(oracle, doc), got, "%s: %s: %s", g.file, g.Description, c.Description) {
				wrong++
			}
		}
	}
	total := decided + refused
	t.Logf("decided %d, refused %d, total %d (%.0f %%), wrong %d", decided, refused, total, 100*float64(decided)/float64(total), wrong)
	assert.GreaterOrEqual(t, float64(decided)/float64(total), leastDecided)
}

func loadSuite(t *testing.T) (groups []suiteGroup) {
	files, err := filepath.Glob(filepath.Join("testdata", "draft4", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		var list []suiteGroup
		require.NoError(t, json.Unmarshal(data, &list))
		for _, g := range list {
			g.file = filepath.Base(f)
			g.name = fmt.Sprintf("Case%03d", len(groups))
			groups = append(groups, g)
		}
	}
	return groups
}

// wrapped is the event schema with the group's schema as the property "value".
// References to the schema's own root move along.
func wrapped(g suiteGroup) []byte {
	var schema any
	if err := json.Unmarshal(g.Schema, &schema); err != nil {
		panic(err)
	}
	moved, err := json.Marshal(moveRefs(schema))
	if err != nil {
		panic(err)
	}
	return fmt.Appendf(nil, `{"type": "object", "x-redox-event": {"dataModel": "Suite", "eventType": %q, "kind": "notification"},
"properties": {"Meta": {"type": "object", "properties": {"DataModel": {"type": "string"}}}, "value": %s}%s}`, g.name, moved, g.root)
}

// moveRefs rewrites the references of a schema that becomes a property. What
// stands in an enum is no schema.
func moveRefs(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			ref, isText := member.(string)
			switch {
			case name == "enum":
			case name == "$ref" && isText && strings.HasPrefix(ref, "#"):
				v[name] = "#/properties/value" + ref[1:]
			default:
				v[name] = moveRefs(member)
			}
		}
	case []any:
		for i := range v {
			v[i] = moveRefs(v[i])
		}
	}
	return v
}

// message4 is a message with data as its property "value" or, if the group is
// about the event itself, with the members of data.
func (g suiteGroup) message4(data json.RawMessage) []byte {
	if g.root != "" {
		return fmt.Appendf(nil, `{"Meta": {"DataModel": "Suite"}, %s`, data[1:])
	}
	return fmt.Appendf(nil, `{"Meta": {"DataModel": "Suite"}, "value": %s}`, data)
}

// sortOut asks the generator about every schema by itself.
func sortOut(t *testing.T, groups []suiteGroup) (accepted []suiteGroup, refused int) {
	reasons := map[string]int{}
	for _, g := range groups {
		r := generateSuite(t, []suiteGroup{g})
		if !r.HasErrors() {
			accepted = append(accepted, g)
			continue
		}
		refused += len(g.Tests)
		for _, d := range r.Diagnostics {
			if d.Severity == 0 {
				assert.NotZero(t, d.Pos.Line, "%s: %s has no position", g.Description, d)
				assert.Regexp(t, `\$ref|"\$?[a-zA-Z]+"|circular`, d.Message, "%s: the keyword is not named", g.Description)
				reasons[d.Code]++
			}
		}
	}
	t.Logf("refused: %v", reasons)
	return accepted, refused
}

// generateSuite generates for all groups, over what was generated before.
func generateSuite(t *testing.T, groups []suiteGroup) *generator.Result {
	before, now := fstest.MapFS{}, fstest.MapFS{}
	for _, g := range groups {
		name := "suite/" + strings.ToLower(g.name) + ".json"
		now[name] = &fstest.MapFile{Data: wrapped(g)}
		if g.before != nil {
			g.Schema = g.before
			before[name] = &fstest.MapFile{Data: wrapped(g)}
		}
	}
	opts := generator.Options{ImportPath: "suite.test/gen", LockName: "lock"}
	for _, files := range []fstest.MapFS{before, now} {
		if len(files) == 0 {
			continue
		}
		opts.Sources = []generator.Source{generator.FS("suite", files)}
		r, err := generator.Generate(context.Background(), opts)
		require.NoError(t, err)
		if r.HasErrors() || opts.Lock != nil || len(before) == 0 {
			return r
		}
		opts.Lock = r.Lock
	}
	panic("no schema")
}

// runner validates the cases that it reads with the generated code.
const runner = `package main

import (
	"encoding/json"
	"os"

	"suite.test/gen/suite"
)

type testCase struct {
	Event   string
	Message json.RawMessage
}

func main() {
	var cases []testCase
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	out := make([][][2]string, len(cases))
	for _, e := range suite.Events() {
		for i, c := range cases {
			if c.Event != e.EventType {
				continue
			}
			r, err := e.ValidateJSON(c.Message)
			if err != nil {
				panic(err)
			}
			m := e.New()
			d, err := m.DecodeJSON(c.Message)
			if err != nil {
				panic(err)
			}
			if r.String() != d.String() {
				panic("decoding and validating differ: " + r.String() + d.String())
			}
			if _, err := m.AppendValid(nil); (err == nil) != r.Valid() {
				panic("sending and validating differ: " + r.String())
			}
			out[i] = [][2]string{}
			for v := range r.Errors() {
				out[i] = append(out[i], [2]string{v.Path, string(v.Rule)})
			}
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		panic(err)
	}
}
`

// runGenerated compiles the generated code of all groups into one program and
// returns its issues by event and case.
func runGenerated(t *testing.T, groups []suiteGroup) map[string][][]issue {
	r := generateSuite(t, groups)
	require.False(t, r.HasErrors(), "%v", r.Diagnostics)
	dir := t.TempDir()
	repo, err := filepath.Abs(filepath.Join("..", "..", ".."))
	require.NoError(t, err)
	for _, f := range r.Files {
		write(t, filepath.Join(dir, "gen", f.Path), f.Content)
	}
	write(t, filepath.Join(dir, "main.go"), []byte(runner))
	write(t, filepath.Join(dir, "go.mod"), fmt.Appendf(nil,
		"module suite.test\n\ngo 1.25.0\n\nrequire github.com/redoxgen/redoxgen v0.0.0\n\nreplace github.com/redoxgen/redoxgen => %s\n", repo))

	type testCase struct {
		Event   string
		Message json.RawMessage
	}
	var cases []testCase
	for _, g := range groups {
		for _, c := range g.Tests {
			cases = append(cases, testCase{g.name, g.message4(c.Data)})
		}
	}
	input, err := json.Marshal(cases)
	require.NoError(t, err)
	cmd := exec.Command("go", "run", ".")
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(input)
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	require.NoError(t, err, "%s", stderr.String())
	var found [][][2]string
	require.NoError(t, json.Unmarshal(output, &found))

	verdicts := map[string][][]issue{}
	for i, c := range cases {
		var issues []issue
		for _, f := range found[i] {
			issues = append(issues, issue{f[0], f[1]})
		}
		verdicts[c.Event] = append(verdicts[c.Event], sorted(issues))
	}
	return verdicts
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(t, os.WriteFile(name, data, 0o644))
}
