package input

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The ends of names of files with messages.
const (
	JSON   = ".json"
	NDJSON = ".ndjson" // one message on each line
	JSONL  = ".jsonl"  // the same
	Letter = ".letter" // a dead letter
)

// Files replaces each directory among paths by the files below it whose names have one of
// the ends, in order, and returns the size of all; -1 if that of one is unknown. What is
// no file on disk stays as it is.
func Files(paths []string, ends ...string) (files []string, size int64, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err != nil || size < 0 || !info.IsDir() && !info.Mode().IsRegular():
			size = -1
		case !info.IsDir():
			size += info.Size()
		}
		if err != nil || !info.IsDir() {
			files = append(files, path)
			continue
		}
		below, n, err := filesBelow(path, ends)
		if err != nil {
			return nil, 0, err
		}
		if len(below) == 0 {
			return nil, 0, fmt.Errorf("%s: there are no files with messages: their names end in %s",
				path, strings.Join(ends, ", "))
		}
		files = append(files, below...)
		if size >= 0 {
			size += n
		}
	}
	return files, size, nil
}

func filesBelow(dir string, ends []string) (files []string, size int64, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.Type().IsRegular() || !slices.Contains(ends, filepath.Ext(path)) {
			return nil
		}
		if info, err := d.Info(); err == nil {
			size += info.Size()
		}
		files = append(files, path)
		return nil
	})
	return files, size, err
}
