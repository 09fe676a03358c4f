package main

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/internal/testenv"
)

const sizeModule = "module example.com/size\n\ngo 1.25.0\n\nrequire github.com/redoxgen/redoxgen v0.0.0\n"

// linesPerEvent is how much Go an event of the catalog may cost on average, its
// part of the shared types included: enough to read and to compile.
const linesPerEvent = 360

// Generated Go stays short, however many events there are.
func TestGeneratedLines(t *testing.T) {
	lines, files, events := 0, 0, 0
	require.NoError(t, filepath.WalkDir(filepath.Join(testenv.Repository(t), "generated"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		lines += strings.Count(string(text), "\n")
		files++
		if strings.HasSuffix(path, "_event.go") {
			events++
		}
		return err
	}))
	t.Logf("%d lines of generated Go in %d files for %d events", lines, files, events)
	assert.Greater(t, events, 100)
	assert.LessOrEqual(t, lines, linesPerEvent*events)
	assert.Greater(t, files, 400)
}

// Files that people write fit into a head, and so do packages: 400 lines, 25 files.
func TestFilesAndPackagesAreSmall(t *testing.T) {
	root := testenv.Repository(t)
	packages := make(map[string]int)
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && (name == ".git" || name == "generated" || name == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		lines := strings.Count(string(text), "\n")
		assert.LessOrEqual(t, lines, 400, "lines of %s", path)
		packages[filepath.Dir(path)]++
		return err
	}))
	assert.Greater(t, len(packages), 50)
	for dir, files := range packages {
		assert.LessOrEqual(t, files, 25, "files of %s", dir)
	}
}

// A program that decodes every event of a data model is hardly larger than one
// that decodes none.
func TestProgramSize(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	const program = `package main

import (
	"io"
	"os"

	%q
)

func main() {
	data, _ := io.ReadAll(os.Stdin)
	m, report, err := %s(data)
	println(m, report.Len(), err)
	if err == nil {
		out, _ := m.AppendJSON(nil)
		os.Stdout.Write(out)
		println(m.Validate().Len())
	}
}
`
	write("go.mod", sizeModule)
	write("none/main.go", fmt.Sprintf(program, "github.com/redoxgen/redoxgen/runtime/redox", "redox.Dispatch"))
	models := []string{"patientadmin", "clinicalsummary"}
	for _, m := range models {
		write(m+"/main.go", fmt.Sprintf(program, "github.com/redoxgen/redoxgen/generated/"+m, m+".Decode"))
	}
	useRepository(t, dir)
	size := func(name string) int64 {
		out := filepath.Join(dir, name+".exe")
		goCommand(t, dir, "build", "-o", out, "./"+name)
		info, err := os.Stat(out)
		require.NoError(t, err)
		return info.Size()
	}
	none := size("none")
	for _, m := range models {
		more := size(m) - none
		t.Logf("a program with %s is %d KB larger than one with runtime/redox alone (%d KB)", m, more>>10, none>>10)
		assert.LessOrEqual(t, more, int64(1<<20), m)
	}
}

// All generated packages compile fast. The time counted is the processors',
// spread over two of them, since the machine may have more to do than this.
func TestCompileTime(t *testing.T) {
	testenv.NeedsMeasured(t)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(sizeModule), 0o644))
	useRepository(t, dir)
	goCommand(t, dir, "build", "github.com/redoxgen/redoxgen/runtime/redoximpl", "slices", "time")

	// Other work on the machine makes processor time longer, never shorter.
	const most = 5 * time.Second
	best := compileTime(t, dir)
	for range 2 {
		if best >= most {
			best = min(best, compileTime(t, dir))
		}
	}
	assert.Less(t, best, most, "3 s are the aim")
}

// compileTime generates and compiles packages of an import path that was never
// compiled, and so is in no cache, and returns how long two processors took.
func compileTime(t *testing.T, dir string) time.Duration {
	t.Helper()
	name := fmt.Sprintf("generated%x", rand.Uint64())
	r, err := generator.Generate(t.Context(), generator.Options{ImportPath: "example.com/size/" + name})
	require.NoError(t, err)
	_, err = generator.Write(filepath.Join(dir, name), "", r)
	require.NoError(t, err)

	c := exec.CommandContext(t.Context(), "go", "build", "./"+name+"/...")
	c.Dir = dir
	c.Env = downstreamEnv(dir)
	start := time.Now()
	out, err := c.CombinedOutput()
	wall := time.Since(start)
	require.NoError(t, err, string(out))
	onTwo := (c.ProcessState.UserTime() + c.ProcessState.SystemTime()) / 2
	t.Logf("compiling %d generated packages took %s, %s of two processors", len(r.Packages)+1, wall.Round(time.Millisecond), onTwo.Round(time.Millisecond))
	return onTwo
}
