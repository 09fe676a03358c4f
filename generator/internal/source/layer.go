package source

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
)

// Layer is a place that schema files come from: a file system, a directory or a
// zip archive. Nothing is opened before Read.
type Layer struct {
	name string // what diagnostics put before a file's path
	open func() (listing, error)
}

// listing is an opened layer.
type listing struct {
	list  func(ctx context.Context, diags *diag.List) []entry
	close func() error
}

// entry is a JSON file of a layer.
type entry struct {
	path string // slash separated, relative to the layer
	size int64
	open func() (io.ReadCloser, error)
}

// FS returns the layer of the files of fsys. Diagnostics call them name/path.
func FS(name string, fsys fs.FS) Layer {
	return Layer{name: name, open: func() (listing, error) {
		return listing{
			list:  func(ctx context.Context, diags *diag.List) []entry { return listFS(ctx, name, fsys, diags) },
			close: func() error { return nil },
		}, nil
	}}
}

// Path returns the layer of the directory or zip archive called path.
func Path(path string) Layer {
	name := filepath.ToSlash(path)
	return Layer{name: name, open: func() (listing, error) {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return listing{}, err
		case info.IsDir():
			return FS(name, os.DirFS(path)).open()
		case info.Mode().IsRegular():
			return openZip(name, path)
		default:
			return listing{}, fmt.Errorf("%s: neither a directory nor a zip archive", path)
		}
	}}
}

// pos is the position of a whole file of the layer.
func (l Layer) pos(path string) diag.Pos { return diag.Pos{File: joinName(l.name, path)} }

func joinName(name, path string) string {
	if name == "" || name == "." {
		return path
	}
	return strings.TrimSuffix(name, "/") + "/" + path
}

// listFS collects the JSON files of fsys.
func listFS(ctx context.Context, name string, fsys fs.FS, diags *diag.List) []entry {
	var entries []entry
	files := 0
	err := fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		pos := diag.Pos{File: joinName(name, path)}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			diags.Errorf(pos, "unreadable", "", "cannot be read: %v", reason(err))
			return nil
		case path != "." && hidden(path):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		if files++; files > MaxFiles {
			diags.Errorf(diag.Pos{File: name}, "too-many-files", "name the directory that holds only the schemas", "the directory has more than %d files", MaxFiles)
			return fs.SkipAll
		}
		if d.Type()&fs.ModeSymlink == 0 && !isJSON(path) {
			return nil
		}
		if e, ok := statEntry(fsys, path, pos, diags); ok {
			entries = append(entries, e)
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		diags.Errorf(diag.Pos{File: name}, "unreadable", "", "cannot be read: %v", reason(err))
	}
	return entries
}

// statEntry looks at what path is before anything opens it: opening a pipe would wait for ever.
func statEntry(fsys fs.FS, path string, pos diag.Pos, diags *diag.List) (entry, bool) {
	info, err := fs.Stat(fsys, path)
	switch {
	case err != nil:
		if isJSON(path) {
			diags.Errorf(pos, "unreadable", "", "cannot be read: %v", reason(err))
		}
		return entry{}, false
	case info.IsDir():
		diags.Warnf(pos, "symbolic-link", "name the directory itself, or copy it", "symbolic links to directories are not followed")
		return entry{}, false
	case !isJSON(path):
		return entry{}, false
	case !info.Mode().IsRegular():
		diags.Errorf(pos, "unreadable", "", "not a regular file")
		return entry{}, false
	}
	open := func() (io.ReadCloser, error) { return fsys.Open(path) }
	return entry{path: path, size: info.Size(), open: open}, true
}

// hidden reports whether path is of no interest: dot files and what macOS adds to archives.
func hidden(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(segment, ".") || segment == "__MACOSX" {
			return true
		}
	}
	return false
}

func isJSON(path string) bool {
	return len(path) > len(".json") && strings.EqualFold(path[len(path)-len(".json"):], ".json")
}
