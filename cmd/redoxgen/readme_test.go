package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/cli"
)

func readme(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository(t), "README.md"))
	require.NoError(t, err)
	return string(text)
}

// blocks returns the fenced blocks behind a marker such as <!-- start -->.
func blocks(t testing.TB, marker string) []string {
	t.Helper()
	_, text, found := strings.Cut(readme(t), "<!-- "+marker+" -->")
	require.True(t, found, marker)
	var list []string
	for _, m := range regexp.MustCompile("(?s)```(?:\\w*)\n(.*?)```").FindAllStringSubmatch(text, -1) {
		list = append(list, m[1])
	}
	return list
}

// The 60 seconds: what the README says to generate, to write and to expect.
func TestReadmeStart(t *testing.T) {
	command := regexp.MustCompile(`(?m)^go tool redoxgen (generate .*)$`).FindStringSubmatch(readme(t))
	require.NotNil(t, command)
	parts := blocks(t, "start")
	program, session := parts[0], parts[1]

	dir := t.TempDir()
	const gomod = "module example.com/app\n\ngo 1.25.0\n\nrequire github.com/redoxgen/redoxgen v0.0.0\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(gomod), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o644))
	useRepository(t, dir)
	t.Chdir(dir)
	var stdout, stderr bytes.Buffer
	args := strings.Fields(strings.ReplaceAll(command[1], "'", ""))
	require.Equal(t, cli.ExitOK, cli.Run(t.Context(), args, strings.NewReader(""), &stdout, &stderr), stderr.String())
	assert.Equal(t, strings.TrimPrefix(session, "$ go run .\n"), goCommand(t, dir, "run", "."))
}

// The README's schema of one's own is complete, and finds the catalog's definitions.
func TestReadmeOwnSchema(t *testing.T) {
	text := blocks(t, "own")[0]
	t.Chdir(t.TempDir())
	require.NoError(t, os.MkdirAll(filepath.Join("DIR", "pay"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join("DIR", "pay", "bill.json"), []byte(text), 0o644))
	var stdout, stderr bytes.Buffer
	args := []string{"generate", "--schemas", "catalog", "--schemas", "DIR", "--events", "Pay.*", "--import-path", "example.com/x", "--dry-run"}
	require.Equal(t, cli.ExitOK, cli.Run(t.Context(), args, strings.NewReader(""), &stdout, &stderr))
	assert.Empty(t, stderr.String())
	assert.Contains(t, stdout.String(), "pay (1 event")
}

// The README's examples of tolerance and of building are taken from those that
// run with the tests of package redox.
func TestReadmeExamples(t *testing.T) {
	for _, c := range []struct {
		marker, file string
		output       bool
	}{
		{"tolerance", "example_tolerance_test.go", true},
		{"building", "example_building_test.go", true},
		{"fields", "example_building_test.go", false},
	} {
		example, err := os.ReadFile(filepath.Join(repository(t), "runtime", "redox", c.file))
		require.NoError(t, err)
		parts := blocks(t, c.marker)
		assert.Contains(t, string(example), regexp.MustCompile(`(?m)^(.)`).ReplaceAllString(parts[0], "\t$1"), c.marker)
		if c.output {
			output := regexp.MustCompile(`(?m)^(.)`).ReplaceAllString(parts[1], "\t// $1")
			assert.Contains(t, string(example), "\t// Output:\n"+output, c.marker)
		}
	}
}

// The README's test of a handler is one that runs.
func TestReadmeTesting(t *testing.T) {
	test, err := os.ReadFile(filepath.Join(repository(t), "runtime", "webhook", "readme_test.go"))
	require.NoError(t, err)
	text := blocks(t, "testing")[0]
	assert.Contains(t, string(test), regexp.MustCompile(`(?m)^(.)`).ReplaceAllString(text, "\t$1"))
}

// The receiver is short, and compiles with what it leaves to the reader.
func TestReadmeReceiver(t *testing.T) {
	program := blocks(t, "receiver")[0]
	assert.LessOrEqual(t, strings.Count(program, "\n"), 40)
	const rest = `
func assignBed(context.Context, []common.Identifier, common.Location) error { return nil }
`
	compileReadme(t, strings.Replace(program, "import (", "import (\n\"github.com/redoxgen/redoxgen/generated/common\"\n", 1)+rest)
}

// Sending compiles with what it leaves to the reader.
func TestReadmeSending(t *testing.T) {
	compileReadme(t, `package main

import (
	"context"
	"fmt"
	"io"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
)

func main() {}

func session(ctx context.Context, id, kid string, pem []byte, arrival *patientadmin.Arrival, query *patientsearch.Query, file io.Reader) (*patientsearch.Response, error) {
`+blocks(t, "sending")[0]+`
	fmt.Println(receipt.Logs, uri)
	return found, err
}
`)
}

// compileReadme compiles a program within the module, since it needs what the
// module needs.
func compileReadme(t *testing.T, program string) {
	t.Helper()
	dir, err := os.MkdirTemp(filepath.Join(repository(t), "cmd", "redoxgen", "testdata"), "readme")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o644))
	goCommand(t, dir, "build", "-o", os.DevNull, ".")
}

// The table of commands names all of them.
func TestReadmeCommands(t *testing.T) {
	var named []string
	for _, m := range regexp.MustCompile("(?m)^\\| `redoxgen (\\w+)").FindAllStringSubmatch(readme(t), -1) {
		named = append(named, m[1])
	}
	commands := []string{"completion"} // cobra adds it when the command runs
	for _, c := range cli.New().Commands() {
		commands = append(commands, c.Name())
	}
	assert.ElementsMatch(t, commands, named)
}

// Every keyword that the README says is refused is refused, by name.
func TestReadmeLimits(t *testing.T) {
	_, limits, found := strings.Cut(readme(t), "\n## Limits\n")
	require.True(t, found)
	limits, _, _ = strings.Cut(limits, "\n- A `pattern`")
	names := regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(limits, -1)
	require.GreaterOrEqual(t, len(names), 7)
	values := map[string]any{"id": "other.json", "not": map[string]any{}, "dependencies": map[string]any{"A": []string{"B"}}, "const": 1}
	for _, m := range names {
		keyword := m[1]
		t.Run(keyword, func(t *testing.T) {
			value, ok := values[keyword]
			if !ok {
				value = []any{map[string]any{"type": "string"}}
			}
			schema, err := json.Marshal(map[string]any{
				"type": "object", "properties": map[string]any{"A": map[string]any{keyword: value}},
			})
			require.NoError(t, err)
			dir := t.TempDir()
			require.NoError(t, os.Mkdir(filepath.Join(dir, "pay"), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "pay", "bill.json"), schema, 0o644))
			var stdout, stderr bytes.Buffer
			code := cli.Run(context.Background(), []string{"list", "--schemas", dir}, strings.NewReader(""), &stdout, &stderr)
			assert.Equal(t, cli.ExitFailed, code)
			assert.Regexp(t, `bill\.json:1:\d+#/properties/A/`+keyword+`: error: .*"`+keyword+`" is not`, stderr.String())
		})
	}
}

// Targets of make that the documents name exist, and make help lists all.
func TestMakeTargets(t *testing.T) {
	root := repository(t)
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	require.NoError(t, err)
	targets := make(map[string]bool)
	for _, m := range regexp.MustCompile(`(?m)^([a-z][a-z0-9-]*):.* ## `).FindAllStringSubmatch(string(makefile), -1) {
		targets[m[1]] = true
	}
	for _, want := range strings.Fields("help build generate check test test-paths test-386 test-codec race cover long measure test-integration fuzz lint golangci vulncheck apidiff bench soak") {
		assert.True(t, targets[want], want)
	}
	named := 0
	files := []string{"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", filepath.Join(".ci", "run")}
	workflows, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*.yml"))
	require.NoError(t, err)
	require.NotEmpty(t, workflows)
	for _, w := range workflows {
		files = append(files, filepath.Join(".github", "workflows", filepath.Base(w)))
	}
	// In code, or a line of its own; not "make it" in a sentence.
	called := regexp.MustCompile("(?m)(?:`|\" |1 |run: |^)make ([a-z][a-z0-9-]*)(?:`| +[A-Z]+=| +#|\\s*$| \\|)")
	for _, name := range files {
		text, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		for _, m := range called.FindAllStringSubmatch(string(text), -1) {
			named++
			assert.True(t, targets[m[1]], "%s: make %s", name, m[1])
		}
	}
	assert.Greater(t, named, 30)
}

// Files and directories that the documents link to exist.
func TestDocumentLinks(t *testing.T) {
	root := repository(t)
	links := 0
	for _, name := range []string{"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`\]\(([^):#]+)\)`).FindAllStringSubmatch(string(text), -1) {
			links++
			_, err := os.Stat(filepath.Join(root, filepath.FromSlash(m[1])))
			assert.NoError(t, err, "%s links to %s", name, m[1])
		}
		// Paths in code that begin with a directory of the repository.
		for _, m := range regexp.MustCompile("`((?:cmd|docs|generator|runtime|schemas|generated|testdata|\\.ci)/[\\w/.-]*\\w)`").FindAllStringSubmatch(string(text), -1) {
			links++
			_, err := os.Stat(filepath.Join(root, filepath.FromSlash(m[1])))
			assert.NoError(t, err, "%s names %s", name, m[1])
		}
	}
	assert.Greater(t, links, 10)
}
