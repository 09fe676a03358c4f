package generator

import (
	"errors"
	"os"
	"path/filepath"
)

// apply carries out changes. All new content is on the disk, under temporary
// names, before the first file is replaced; until then a failure undoes it.
func apply(changes []Change) error {
	var u undo
	temporary := make([]string, len(changes))
	for i, c := range changes {
		if c.New == nil {
			continue
		}
		name, err := u.stage(c)
		if err != nil {
			u.run()
			return err
		}
		temporary[i] = name
	}
	for i, c := range changes {
		if c.New == nil {
			continue
		}
		if err := os.Rename(temporary[i], c.Path); err != nil {
			u.run()
			return err
		}
	}
	return removeStale(changes)
}

// undo remembers temporary files and new folders.
type undo struct{ files, folders []string }

// stage writes the new content of c to a temporary file beside it.
func (u *undo) stage(c Change) (string, error) {
	dir := filepath.Dir(c.Path)
	if err := u.folder(dir); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, ".redoxgen-*.tmp")
	if err != nil {
		return "", err
	}
	u.files = append(u.files, f.Name())
	_, err = f.Write(c.New)
	return f.Name(), errors.Join(err, f.Chmod(0o644), f.Close())
}

// folder makes dir and remembers which of its parents are new.
func (u *undo) folder(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if parent := filepath.Dir(dir); parent != dir {
		if err := u.folder(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	u.folders = append(u.folders, dir)
	return nil
}

// run removes what is left of an unfinished attempt.
func (u *undo) run() {
	for _, f := range u.files {
		_ = os.Remove(f) // renamed ones are gone already
	}
	for i := len(u.folders) - 1; i >= 0; i-- {
		_ = os.Remove(u.folders[i]) // fails, as it should, when something is in it
	}
}

// removeStale removes the files that are no longer generated, and their
// folders where nothing is left in them.
func removeStale(changes []Change) error {
	var errs []error
	folders := make(map[string]bool)
	for _, c := range changes {
		if c.New != nil {
			continue
		}
		if err := os.Remove(c.Path); err != nil {
			errs = append(errs, err)
		}
		folders[filepath.Dir(c.Path)] = true
	}
	for dir := range folders {
		if left, err := os.ReadDir(dir); err == nil && len(left) == 0 {
			errs = append(errs, os.Remove(dir))
		}
	}
	return errors.Join(errs...)
}
