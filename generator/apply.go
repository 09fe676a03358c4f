package generator

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// apply carries out changes. All new content is on the disk, under temporary
// names, before the first file is replaced. A failure undoes everything; where
// even that fails, the error says which files are not what they were.
func apply(changes []Change) error {
	return (&transaction{rename: os.Rename, remove: os.Remove}).run(changes)
}

// transaction is a set of changes that is carried out as a whole or not at all.
type transaction struct {
	rename func(from, to string) error // those of package os, except in tests
	remove func(path string) error

	temporary, folders []string // what it made
	done               []Change
	modes              map[string]fs.FileMode // of files that were there before
}

func (t *transaction) run(changes []Change) error {
	if err := t.carryOut(changes); err != nil {
		return errors.Join(err, t.undo())
	}
	removeEmpty(changes)
	return nil
}

func (t *transaction) carryOut(changes []Change) error {
	t.modes = make(map[string]fs.FileMode)
	temporary := make([]string, len(changes))
	for i, c := range changes {
		if info, err := os.Stat(c.Path); err == nil {
			t.modes[c.Path] = info.Mode().Perm()
		}
		if c.New == nil {
			continue
		}
		var err error
		if temporary[i], err = t.stage(c.Path, c.New); err != nil {
			return err
		}
	}
	for i, c := range changes {
		if c.New == nil {
			continue
		}
		if err := t.rename(temporary[i], c.Path); err != nil {
			return err
		}
		t.done = append(t.done, c)
	}
	for _, c := range changes { // stale files go last
		if c.New != nil {
			continue
		}
		if err := t.remove(c.Path); err != nil {
			return err
		}
		t.done = append(t.done, c)
	}
	return nil
}

// temporaryFiles is the pattern of the names of files that are not complete.
const temporaryFiles = ".redoxgen-*.tmp"

// stage writes what path is to hold to a temporary file beside it, of the mode
// that path has.
func (t *transaction) stage(path string, content []byte) (string, error) {
	dir := filepath.Dir(path)
	if err := t.folder(dir); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, temporaryFiles)
	if err != nil {
		return "", err
	}
	t.temporary = append(t.temporary, f.Name())
	mode, ok := t.modes[path]
	if !ok {
		mode = 0o644
	}
	_, err = f.Write(content)
	return f.Name(), errors.Join(err, f.Chmod(mode), f.Close())
}

// folder makes dir and remembers which of its parents are new.
func (t *transaction) folder(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if parent := filepath.Dir(dir); parent != dir {
		if err := t.folder(parent); err != nil {
			return err
		}
	}
	switch err := os.Mkdir(dir, 0o755); {
	case errors.Is(err, fs.ErrExist): // another run was faster
		return nil
	case err != nil:
		return err
	}
	t.folders = append(t.folders, dir)
	return nil
}

// undo puts back what was replaced or removed, and removes what was made.
func (t *transaction) undo() error {
	var errs []error
	for _, c := range slices.Backward(t.done) {
		if err := t.putBack(c); err != nil {
			errs = append(errs, fmt.Errorf("%s is not what it was, and could not be put back: %w", c.Path, err))
		}
	}
	for _, f := range t.temporary {
		_ = os.Remove(f) // renamed ones are gone already
	}
	for _, dir := range slices.Backward(t.folders) {
		_ = os.Remove(dir) // fails, as it should, when something is in it
	}
	return errors.Join(errs...)
}

func (t *transaction) putBack(c Change) error {
	if c.Old == nil {
		return t.remove(c.Path)
	}
	temporary, err := t.stage(c.Path, c.Old)
	if err != nil {
		return err
	}
	return t.rename(temporary, c.Path)
}

// removeEmpty removes the folders in which nothing is left of what was there.
// One that stays is in nobody's way.
func removeEmpty(changes []Change) {
	for _, c := range changes {
		if c.New == nil {
			_ = os.Remove(filepath.Dir(c.Path)) // fails, as it should, when something is in it
		}
	}
}
