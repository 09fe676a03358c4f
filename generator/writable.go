package generator

import (
	"errors"
	"io/fs"
	"os"
)

// writable refuses to replace or remove files that are read-only, which
// renaming another file over them would not mind.
func writable(changes []Change) error {
	var errs []error
	for _, c := range changes {
		if c.Old != nil {
			errs = append(errs, requireWritable(c.Path))
		}
	}
	return errors.Join(errs...)
}

func requireWritable(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o222 == 0 { // an administrator could open it all the same
		return &fs.PathError{Op: "write", Path: path, Err: fs.ErrPermission}
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
}
