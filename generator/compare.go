package generator

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/emit"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
)

// ErrForeign is the error for files that redoxgen did not write and so neither
// replaces nor removes.
var ErrForeign = errors.New("not written by redoxgen")

// ErrLink is the ErrForeign for symbolic links in the place of a file: redoxgen
// would replace the link, not what it leads to.
var ErrLink = fmt.Errorf("a symbolic link, %w", ErrForeign)

// ErrOutdated is the error for a Result that another run has overtaken: the file
// of the name lock holds neither Options.Lock nor Result.Lock.
var ErrOutdated = errors.New("the name lock is not the one that was read")

// Change is a file that differs from what was generated.
type Change struct {
	Path string // on disk
	Old  []byte // nil for a new file
	New  []byte // nil for a file that is to be removed

	mode fs.FileMode // permissions of the old file
}

// Changes are what Write would do, in the order of their paths.
type Changes struct {
	Changes   []Change
	Unchanged int
	Pruned    []string // what is removed, by name: "event order.New", then "type order.Order"
}

// Compare returns what Write(dir, lockPath, r) would change. lockPath is the
// file of the name lock; "" means LockFile in dir. The error is ErrForeign,
// ErrOutdated, a DroppedError, or about files that cannot be read; it names all of
// them.
func Compare(dir, lockPath string, r *Result) (*Changes, error) {
	if r.HasErrors() {
		return nil, errors.New("nothing to write: the schemas have errors")
	}
	c := &comparison{out: new(Changes), checked: make(map[string]bool)}
	lockPath = lockFile(dir, lockPath)
	c.directory(filepath.Dir(lockPath))
	c.file(lockPath, r.Lock, isLock)
	for _, ch := range c.out.Changes {
		if !bytes.Equal(ch.Old, r.previous) {
			c.problem(fmt.Errorf("%s: %w", lockPath, ErrOutdated))
		}
	}
	wanted := make(map[string]bool, len(r.Files))
	for _, f := range r.Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		wanted[path] = true
		c.directory(filepath.Dir(path))
		c.file(path, f.Content, isOurs)
	}
	c.stale(dir, wanted)
	slices.SortFunc(c.out.Changes, func(a, b Change) int { return cmp.Compare(a.Path, b.Path) })
	c.prune(dir, r)
	return c.out, errors.Join(c.problems...)
}

func lockFile(dir, lockPath string) string {
	return cmp.Or(lockPath, filepath.Join(dir, LockFile))
}

// comparison collects changes and what stands in their way.
type comparison struct {
	out      *Changes
	problems []error
	checked  map[string]bool
}

func (c *comparison) problem(err error) { c.problems = append(c.problems, err) }

// isOurs reports whether a Go file is one that redoxgen wrote.
func isOurs(content []byte) bool {
	line, _, _ := bytes.Cut(content, []byte("\n"))
	return string(bytes.TrimSuffix(line, []byte("\r"))) == emit.Header
}

func isLock(content []byte) bool {
	return len(content) == 0 || bytes.HasPrefix(content, []byte(lock.Signature))
}

// directory refuses anything but a directory in a directory's place.
func (c *comparison) directory(path string) {
	if c.checked[path] {
		return
	}
	c.checked[path] = true
	switch info, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		c.problem(err)
	case !info.IsDir():
		c.problem(fmt.Errorf("%s is in the way of a directory: %w", path, ErrForeign))
	}
}

// file adds the change that the file at path needs, if any.
func (c *comparison) file(path string, content []byte, ours func([]byte) bool) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.out.Changes = append(c.out.Changes, Change{Path: path, New: content})
		return
	case err != nil:
		// A file in the place of its directory has been reported.
		if !c.checked[filepath.Dir(path)] {
			c.problem(err)
		}
		return
	case info.Mode()&fs.ModeSymlink != 0:
		c.problem(fmt.Errorf("%s is in the way: %w", path, ErrLink))
		return
	case !info.Mode().IsRegular():
		c.problem(fmt.Errorf("%s is in the way: %w", path, ErrForeign))
		return
	}
	old, err := os.ReadFile(path)
	switch {
	case err != nil:
		c.problem(err)
	case !ours(old):
		c.problem(fmt.Errorf("%s is in the way: %w", path, ErrForeign))
	case bytes.Equal(old, content):
		c.out.Unchanged++
	default:
		c.out.Changes = append(c.out.Changes, Change{Path: path, Old: old, New: content, mode: info.Mode().Perm()})
	}
}

// stale finds our files in the package directories of dir that are not wanted.
// Deeper directories belong to somebody else.
func (c *comparison) stale(dir string, wanted map[string]bool) {
	dirs, err := os.ReadDir(dir)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			c.problem(err)
		}
		return
	}
	for _, d := range dirs {
		if !d.IsDir() {
			continue
		}
		files, err := os.ReadDir(filepath.Join(dir, d.Name()))
		if err != nil {
			continue // not a directory of ours, which are readable
		}
		for _, f := range files {
			path := filepath.Join(dir, d.Name(), f.Name())
			if wanted[path] || !f.Type().IsRegular() || !strings.HasSuffix(f.Name(), ".go") {
				continue
			}
			info, err := f.Info()
			if err != nil {
				continue // removed meanwhile
			}
			if old, err := os.ReadFile(path); err == nil && isOurs(old) {
				c.out.Changes = append(c.out.Changes, Change{Path: path, Old: old, mode: info.Mode().Perm()})
			}
		}
	}
}
