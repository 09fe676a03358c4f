package generator

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Write makes dir hold what was generated and lockPath, see Compare, the name
// lock. Only files that differ are written; files that an earlier run wrote
// and that are no longer generated are removed. Other files are not touched,
// and if one is in the way, or a file is read-only, nothing changes. No file is
// ever half-written, and the name lock is written last: a run that failed in
// between is completed by running it again. Of two runs into one directory, one
// waits for the other.
func Write(dir, lockPath string, r *Result) (*Changes, error) {
	began := time.Now()
	changes, problem := Compare(dir, lockPath, r)
	if problem == nil && len(changes.Changes) == 0 {
		removeLeftovers(dir, lockPath, began)
		return changes, nil // even where nothing can be written
	}
	if _, err := os.Stat(dir); err != nil && problem != nil {
		return nil, problem // and nobody writes there
	}
	release, err := claim(dir)
	if err != nil {
		return nil, cmp.Or(problem, err)
	}
	defer release()
	if changes, err = Compare(dir, lockPath, r); err != nil { // what another run wrote may have been in the way
		return nil, err
	}
	if err := requireWritable(changes.Changes); err != nil {
		return nil, err
	}
	removeLeftovers(dir, lockPath, began)
	if err := apply(changes.Changes, lockFile(dir, lockPath)); err != nil {
		return nil, fmt.Errorf("%w; run it again to write what is missing", err)
	}
	return changes, nil
}

// requireWritable refuses to replace or remove files that are read-only, which
// renaming another file over them would not mind.
func requireWritable(changes []Change) error {
	var errs []error
	for _, c := range changes {
		if c.Old != nil && c.mode&0o222 == 0 {
			errs = append(errs, &fs.PathError{Op: "write", Path: c.Path, Err: fs.ErrPermission})
		}
	}
	return errors.Join(errs...)
}

// apply carries out changes, that of the file last at the end. All new content
// is on the disk, under temporary names, before the first file is replaced.
func apply(changes []Change, last string) error {
	staged := make(map[string]string)
	defer func() {
		for _, temporary := range staged {
			_ = os.Remove(temporary)
		}
	}()
	for _, c := range changes {
		if c.New == nil {
			continue
		}
		temporary, err := stage(c)
		if err != nil {
			return err
		}
		staged[c.Path] = temporary
	}
	carryOut := func(c Change) error {
		if c.New != nil {
			return os.Rename(staged[c.Path], c.Path)
		}
		err := os.Remove(c.Path)
		_ = os.Remove(filepath.Dir(c.Path)) // fails, as it should, when something is in it
		return err
	}
	for _, isLast := range []bool{false, true} {
		for _, c := range changes {
			if (c.Path == last) == isLast {
				if err := carryOut(c); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// temporaryFiles is the pattern of the names of files that are not complete.
const temporaryFiles = ".redoxgen-*.tmp"

// stage writes the new content of a file to a temporary one beside it, of the
// same mode.
func stage(c Change) (temporary string, err error) {
	dir := filepath.Dir(c.Path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, temporaryFiles)
	if err != nil {
		return "", err
	}
	_, err = f.Write(c.New)
	if err = errors.Join(err, f.Chmod(cmp.Or(c.mode, 0o644)), f.Close()); err != nil {
		_ = os.Remove(f.Name())
	}
	return f.Name(), err
}

// removeLeftovers removes the temporary files of runs that were killed. Younger
// ones may be those of a run into another directory with the same lock. What
// cannot be removed stays: it is in nobody's way.
func removeLeftovers(dir, lockPath string, began time.Time) {
	for _, in := range [...]struct{ dir, pattern string }{
		{dir, temporaryFiles}, {dir, "*/" + temporaryFiles}, {filepath.Dir(lockFile(dir, lockPath)), temporaryFiles},
	} {
		files, _ := fs.Glob(os.DirFS(in.dir), in.pattern)
		for _, name := range files {
			path := filepath.Join(in.dir, filepath.FromSlash(name))
			if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && info.ModTime().Before(began) {
				_ = os.Remove(path)
			}
		}
	}
}
