package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/mod/modfile"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/generator"
)

// targetFlags say where generated code is; generate and check share them.
type targetFlags struct {
	schemaFlags
	out           string
	importPath    string
	allowBreaking bool
	prune         bool

	given func(flag string) bool
}

func (f *targetFlags) add(c *cobra.Command) {
	f.schemaFlags.add(c, generator.LockFile+" in --out")
	f.addEvents(c)
	f.given = c.Flags().Changed
	c.Flags().StringVar(&f.out, "out", "", "`DIR` of the generated packages (default here, where there is a\n"+generator.LockFile+", and otherwise generated)")
	c.Flags().StringVar(&f.importPath, "import-path", "", "import `PATH` of that directory (default from go.mod)")
	c.Flags().BoolVar(&f.allowBreaking, "allow-breaking", false,
		"let fields whose schema changed its type change in Go, too, and remove types\nof events that are gone")
	c.Flags().BoolVar(&f.prune, "prune", false,
		"remove the code of events that was generated into --out earlier and that\n--events leaves out")
	_ = c.MarkFlagDirname("out") // fails only for flags that do not exist
}

// defaultOut is where generated code is unless a flag says so.
const defaultOut = "generated"

// findOut completes --out: in a directory with generated code that is the
// directory itself.
func (f *targetFlags) findOut() {
	if f.given("out") {
		return
	}
	f.out = defaultOut
	if _, err := os.Stat(generator.LockFile); err == nil && f.lock == "" {
		f.out = "."
	}
}

// lockPath is where the name lock is kept.
func (f *targetFlags) lockPath() string {
	if f.lock != "" {
		return f.lock
	}
	return filepath.Join(f.out, generator.LockFile)
}

// options returns what the flags ask for.
func (f *targetFlags) options(ctx context.Context) (generator.Options, error) {
	o, err := f.schemaFlags.options(ctx, f.lockPath())
	if err != nil {
		return o, err
	}
	o.AllowBreaking, o.Prune = f.allowBreaking, f.prune
	o.Choices = f.choices(generator.LockedChoices(o.Lock))
	o.Events, o.Literal, o.ImportPath = o.Choices.Events, o.Choices.Literal, o.Choices.ImportPath
	o.Sources = sources(f.fromLock(o.Choices.Schemas))
	if o.ImportPath == "" {
		o.ImportPath, err = importPathOf(ctx, f.out)
	}
	return o, err
}

// maxModule is the size in bytes that go.mod may have, far more than it does.
const maxModule = 1 << 20

// importPathOf returns the import path of a directory, which need not exist, from
// the go.mod above it.
func importPathOf(ctx context.Context, dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	below := ""
	for root := abs; ; root = filepath.Dir(root) {
		file := filepath.Join(root, "go.mod")
		text, err := input.File(ctx, file, maxModule)
		switch {
		case err == nil:
			mod, err := modfile.ParseLax(file, text, nil)
			if err != nil {
				return "", fmt.Errorf("%w; correct it, or give --import-path", err)
			}
			if mod.Module == nil {
				return "", fmt.Errorf("%s names no module: add one, or give --import-path", file)
			}
			return derivedPath(dir, path.Join(mod.Module.Mod.Path, filepath.ToSlash(below)))
		case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR):
			return "", err
		case root == filepath.Dir(root):
			return "", fmt.Errorf("there is no go.mod above %s to take its import path from: run go mod init, or give --import-path", dir)
		}
		below = filepath.Join(filepath.Base(root), below)
	}
}

// derivedPath returns the import path of dir, if it can have that one.
func derivedPath(dir, path string) (string, error) {
	if err := generator.CheckImportPath(path); err != nil {
		return "", fmt.Errorf("--out %s would have the import path %q, which cannot be: %w; name another directory, or give --import-path", dir, path, err)
	}
	return path, nil
}

// everything are the patterns that choose all events.
var everything = []string{"*", "*.*"}

// choices returns what to generate from: what the flags say, and where a flag is
// not given what the name lock says of the run before.
func (f *targetFlags) choices(before generator.Choices) generator.Choices {
	c := before
	if f.given("events") {
		c.Events = nil
		for pattern := range strings.SplitSeq(strings.Join(f.events, ","), ",") {
			if pattern = strings.TrimSpace(pattern); pattern != "" {
				c.Events = append(c.Events, pattern)
			}
		}
		if slices.ContainsFunc(c.Events, func(p string) bool { return slices.Contains(everything, p) }) {
			c.Events = nil
		}
	}
	if f.given("schemas") {
		c.Schemas = f.toLock(f.schemas)
		if slices.Equal(c.Schemas, []string{catalogWord}) {
			c.Schemas = nil
		}
	}
	if f.given("import-path") {
		c.ImportPath = f.importPath
	}
	if f.given("literal") {
		c.Literal = f.literal
	}
	return c
}

// toLock makes relative paths of schemas relative to the directory of the name
// lock, which is the same for everybody who has it.
func (f *targetFlags) toLock(paths []string) []string {
	list := slices.Clone(paths)
	for i, path := range list {
		if path == catalogWord || filepath.IsAbs(path) {
			continue
		}
		from, err := filepath.Abs(filepath.Dir(f.lockPath()))
		if err != nil {
			continue
		}
		to, err := filepath.Abs(path)
		if err != nil {
			continue
		}
		if rel, err := filepath.Rel(from, to); err == nil {
			list[i] = filepath.ToSlash(rel)
		}
	}
	return list
}

// fromLock is the reverse of toLock.
func (f *targetFlags) fromLock(paths []string) []string {
	list := slices.Clone(paths)
	for i, path := range list {
		if path != catalogWord && !filepath.IsAbs(filepath.FromSlash(path)) {
			list[i] = filepath.Join(filepath.Dir(f.lockPath()), filepath.FromSlash(path))
		}
	}
	return list
}
