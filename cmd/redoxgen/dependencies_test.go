package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"

	"github.com/redoxgen/redoxgen/internal/testenv"
)

// TestDependencies: CONTRIBUTING.md says of every module that go.mod requires
// which packages link it, and so who pays for it.
func TestDependencies(t *testing.T) {
	root := testenv.Repository(t)
	text, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	require.NoError(t, err)
	stated := make(map[string]string)
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\S+\\.\\S+)` \\| .+ \\| (.+) \\|$").FindAllStringSubmatch(string(text), -1) {
		stated[row[1]] = row[2]
	}

	gomod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	file, err := modfile.ParseLax("go.mod", gomod, nil)
	require.NoError(t, err)
	linked := make(map[string]string)
	for _, r := range file.Require {
		if !r.Indirect {
			linked[r.Mod.Path] = "tests"
		}
	}
	for module, packages := range linkedBy(t, root, linked) {
		linked[module] = "`" + strings.Join(packages, "`, `") + "`"
	}
	assert.Equal(t, linked, stated, "the table in CONTRIBUTING.md")
}

// linkedBy returns the packages of ours that applications import, and the
// command, by the modules that they link.
func linkedBy(t *testing.T, root string, modules map[string]string) map[string][]string {
	t.Helper()
	const module = "github.com/redoxgen/redoxgen/"
	c := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "./cmd/...", "./generator", "./runtime/...")
	c.Dir = root
	out, err := c.Output()
	require.NoError(t, err)
	by := make(map[string][]string)
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		name := strings.TrimPrefix(words[0], module)
		if strings.Contains(name, "/internal/") {
			continue
		}
		for _, dep := range words[1:] {
			if m := moduleOf(dep, modules); m != "" && !slices.Contains(by[m], name) {
				by[m] = append(by[m], name)
			}
		}
	}
	return by
}

// moduleOf returns the module that has the package, or "".
func moduleOf(pkg string, modules map[string]string) (longest string) {
	for m := range modules {
		if (pkg == m || strings.HasPrefix(pkg, m+"/")) && len(m) > len(longest) {
			longest = m
		}
	}
	return longest
}

// TestNoTestPackages: the command does not link what is for tests.
func TestNoTestPackages(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	require.NoError(t, err)
	deps := strings.Fields(string(out))
	require.Contains(t, deps, "net/http")
	for _, forbidden := range []string{"net/http/httptest", "testing", "github.com/redoxgen/redoxgen/runtime/redoxtest"} {
		assert.NotContains(t, deps, forbidden)
	}
}
