package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/testenv"
)

// Targets of make that the documents name exist, and make help lists all.
func TestMakeTargets(t *testing.T) {
	root := testenv.Repository(t)
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
	files := append(documents(t), filepath.Join(".ci", "run"))
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

// What documents say to run with go test finds tests or benchmarks.
func TestShownTests(t *testing.T) {
	shown := 0
	for _, name := range documents(t) {
		for _, m := range span.FindAllStringSubmatch(read(t, name), -1) {
			_, flags, ok := strings.Cut(m[1], "go test ")
			if !ok || !strings.Contains(flags, "./") {
				continue
			}
			shown++
			args := words(flags)
			i := slices.Index(args, "-bench")
			kind := "Benchmark"
			if i < 0 {
				i, kind = slices.Index(args, "-run"), "Test"
			}
			dir := args[slices.IndexFunc(args, func(a string) bool { return strings.HasPrefix(a, "./") })]
			if assert.GreaterOrEqual(t, i, 0, "%s: %s", name, m[1]) {
				wanted := regexp.MustCompile(`(?m)^func ` + kind + `\w*` + strings.TrimPrefix(args[i+1], kind) + `\w*\(`)
				assert.True(t, testsHave(t, dir, wanted), "%s: nothing to run by %s", name, m[1])
			}
		}
	}
	assert.Greater(t, shown, 3)
}

// testsHave reports whether a test file in a directory of the repository, or below it
// with "/...", has what is wanted.
func testsHave(t *testing.T, dir string, wanted *regexp.Regexp) bool {
	t.Helper()
	dir, deep := strings.CutSuffix(dir, "/...")
	dir = filepath.Join(testenv.Repository(t), filepath.FromSlash(dir))
	found := false
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && file != dir && !deep:
			return fs.SkipDir
		case strings.HasSuffix(file, "_test.go"):
			text, err := os.ReadFile(file)
			found = found || wanted.Match(text)
			return err
		}
		return nil
	})
	require.NoError(t, err)
	return found
}
