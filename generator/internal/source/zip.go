package source

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
)

// openZip opens the archive at path.
func openZip(name, path string) (listing, error) {
	r, err := zip.OpenReader(path)
	if errors.Is(err, zip.ErrInsecurePath) {
		err = nil // reported per entry
	}
	if errors.Is(err, zip.ErrFormat) {
		return listing{}, fmt.Errorf("neither a directory nor a complete zip archive")
	}
	if err != nil {
		return listing{}, err
	}
	list := func(ctx context.Context, diags *diag.List) []entry { return listZip(name, r.File, diags) }
	return listing{list: list, close: r.Close}, nil
}

// listZip collects the JSON files of an archive, and refuses what only a
// hostile or broken archive contains.
func listZip(name string, files []*zip.File, diags *diag.List) []entry {
	if len(files) > MaxFiles {
		diags.Errorf(diag.Pos{File: name}, "too-many-files", "", "the archive has %d entries; at most %d are read", len(files), MaxFiles)
		return nil
	}
	var entries []entry
	for _, f := range files {
		path, ok := insidePath(f.Name)
		if !ok {
			diags.Errorf(diag.Pos{File: name}, "unsafe-path", "build the archive from relative paths without ..", "the entry %q is not a path inside the archive", f.Name)
			continue
		}
		pos := diag.Pos{File: joinName(name, path)}
		if hidden(path) || f.FileInfo().IsDir() || !isJSON(path) {
			continue
		}
		if checkZipEntry(f, pos, diags) {
			entries = append(entries, entry{path: path, size: int64(min(f.UncompressedSize64, 1<<62)), open: f.Open})
		}
	}
	return entries
}

// insidePath returns the path that an entry's name stands for, slash separated:
// some programs begin names with ./, double slashes, or write backslashes. It
// reports false for what leads out of the archive.
func insidePath(name string) (string, bool) {
	name = strings.ReplaceAll(name, `\`, "/")
	hasDrive := len(name) > 1 && name[1] == ':'
	name = path.Clean(name)
	return name, !hasDrive && fs.ValidPath(name)
}

func checkZipEntry(f *zip.File, pos diag.Pos, diags *diag.List) bool {
	const encrypted = 1 // bit of the general purpose flags
	switch {
	case !f.Mode().IsRegular():
		diags.Errorf(pos, "unreadable", "", "not a regular file")
	case f.Flags&encrypted != 0:
		diags.Errorf(pos, "unreadable", "unpack the archive and name the directory", "the entry is encrypted")
	case f.UncompressedSize64 > minRatioSize && f.UncompressedSize64/MaxRatio > f.CompressedSize64:
		diags.Errorf(pos, "zip-bomb", "unpack the archive by other means if you trust it, and name the directory",
			"%d bytes would unpack to %d: more than %d times as much", f.CompressedSize64, f.UncompressedSize64, MaxRatio)
	default:
		return true
	}
	return false
}

// readEntry reads the file, but no more than MaxFileSize of it, whatever its directory entry claims.
func readEntry(e entry) ([]byte, error) {
	r, err := e.open()
	if err != nil {
		return nil, err
	}
	defer r.Close() // opened for reading: closing has nothing to say
	data, err := io.ReadAll(io.LimitReader(r, MaxFileSize+1))
	if len(data) > MaxFileSize {
		return nil, fmt.Errorf("it is larger than %d MB", MaxFileSize>>20)
	}
	return data, err
}

// reason returns what a file error says without its path: the position names the file already.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
