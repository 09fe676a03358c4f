package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"

	"github.com/redoxgen/redoxgen/internal/testenv"
)

// module copies a module of testdata/downstream to a directory of its own, where
// it uses the repository as it stands.
func module(t testing.TB, name string) string {
	t.Helper()
	root, dir := testenv.Repository(t), t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(root, "testdata", "downstream", name))))
	useRepository(t, dir)
	return dir
}

// useRepository makes the module in dir use the repository as it stands, in
// the versions that it uses: what its own tests have in the module cache is
// enough, without a network.
func useRepository(t testing.TB, dir string) {
	t.Helper()
	root := testenv.Repository(t)
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o644))

	parse := func(dir string) *modfile.File {
		file := filepath.Join(dir, "go.mod")
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		f, err := modfile.Parse(file, text, nil)
		require.NoError(t, err)
		return f
	}
	f := parse(dir)
	require.NoError(t, f.AddReplace("github.com/redoxgen/redoxgen", "", root, ""))
	for _, r := range parse(root).Require {
		f.AddNewRequire(r.Mod.Path, r.Mod.Version, true)
	}
	text, err := f.Format()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), text, 0o644))
}

// downstreamEnv is the environment of go commands in a module of useRepository.
func downstreamEnv(dir string) []string {
	return append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off", "PWD="+dir)
}

// goCommand runs the go command in a module of useRepository and returns what
// it prints. It may complete that module's go.mod: not for the repository itself.
func goCommand(t testing.TB, dir string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), "go", args...)
	c.Dir = dir
	c.Env = downstreamEnv(dir)
	var stderr strings.Builder
	c.Stderr = &stderr
	out, err := c.Output()
	require.NoError(t, err, "go %s\n%s%s", strings.Join(args, " "), out, stderr.String())
	return string(out)
}

// A module of somebody else generates what it needs with go generate.
func TestDownstreamGenerates(t *testing.T) {
	dir := module(t, "generate")
	wrote := goCommand(t, dir, "generate", "./models")
	assert.Contains(t, wrote, "wrote  order (1 event, ")
	assert.Contains(t, wrote, "names in redoxgen.lock")
	assert.FileExists(t, filepath.Join(dir, "models", "redoxgen.lock"))
	assert.Equal(t, `true true 0000000001
Patient.Nickname: unknown, got string (warning)
Order.ID: empty (warning)
Order.New
PatientAdmin.Arrival
`, goCommand(t, dir, "run", "."))
	goCommand(t, dir, "vet", "./...")
	assert.Contains(t, goCommand(t, dir, "generate", "./models"), "kept ")
}

// Another one uses the code that comes with the project.
func TestDownstreamImports(t *testing.T) {
	dir := module(t, "import")
	assert.Equal(t, `7 true
Meta.Test: type, want boolean or null, got string
Patient.Identifiers[0].ID: type, want string, got number
New: unknown, got object (warning)
true <nil>
`, goCommand(t, dir, "run", "."))

	// Importing one data model compiles that one, what all share, and nothing
	// that is not in Go's own library.
	var ours []string
	for p := range strings.FieldsSeq(goCommand(t, dir, "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".")) {
		ours = append(ours, strings.TrimPrefix(p, "github.com/redoxgen/redoxgen/"))
	}
	assert.ElementsMatch(t, []string{
		"example.com/import",
		"generated/common", "generated/patientadmin",
		"runtime/redox", "runtime/redoximpl", "runtime/internal/mem", "internal/fieldpath",
		"runtime/internal/codec/jsontext", "runtime/internal/codec/format", "runtime/internal/codec/report",
		"runtime/internal/codec/preserved", "runtime/internal/codec/alloc", "runtime/internal/codec/program",
		"runtime/internal/codec/extension", "runtime/internal/codec/decode", "runtime/internal/codec/encode",
		"runtime/internal/codec/compare", "runtime/internal/codec/convert",
	}, ours)
	standard := goCommand(t, dir, "list", "-deps", "-f", "{{if .Standard}}{{.ImportPath}}{{end}}", ".")
	assert.NotContains(t, strings.Fields(standard), "net/http")
}

// A third one has schemas of its own for queries that no published schema knows.
func TestDownstreamCDSHooks(t *testing.T) {
	dir := module(t, "cdshooks")
	assert.Contains(t, goCommand(t, dir, "generate", "./..."), "wrote  cdshooks (2 events, ")
	goCommand(t, dir, "vet", "./...")
	assert.Contains(t, goCommand(t, dir, "test", "-v", "."), "--- PASS: TestAnswers")
}
