package reference

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// mark is in every page, and tells a directory of the reference from others.
const mark = `<meta name="generator" content="redoxgen">`

// ErrOccupied is the error for a directory that holds something other than a reference.
var ErrOccupied = errors.New("the directory has files that are not of a reference")

// Write writes all files of the site into dir, which is made if it is missing. A
// reference that is there already is replaced, pages that it alone has are removed.
func (s *Site) Write(dir string) error {
	if err := checkDir(dir); err != nil {
		return err
	}
	paths := s.Paths()
	// The first page comes last: it marks the directory as complete.
	slices.SortStableFunc(paths, func(a, b string) int { return rank(a) - rank(b) })
	for _, name := range paths {
		data, err := s.File(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			return err
		}
	}
	return removeOthers(dir, paths)
}

func rank(name string) int {
	if name == indexPath {
		return 1
	}
	return 0
}

// checkDir refuses a directory with files unless it has a reference.
func checkDir(dir string) error {
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(list) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	first, err := os.ReadFile(filepath.Join(dir, indexPath))
	if errors.Is(err, fs.ErrNotExist) || err == nil && !bytes.Contains(first, []byte(mark)) {
		return ErrOccupied
	}
	return err
}

// removeOthers removes pages that are not in paths.
func removeOthers(dir string, paths []string) error {
	for _, below := range []string{"events", "types"} {
		list, err := os.ReadDir(filepath.Join(dir, below))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, e := range list {
			file := filepath.Join(dir, below, e.Name())
			if slices.Contains(paths, below+"/"+e.Name()) || filepath.Ext(file) != ".html" {
				continue
			}
			if data, err := os.ReadFile(file); err != nil || !bytes.Contains(data, []byte(mark)) {
				continue
			}
			if err := os.Remove(file); err != nil {
				return err
			}
		}
	}
	return nil
}
