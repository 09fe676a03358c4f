package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
