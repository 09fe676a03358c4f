//go:build !windows

package deadletter

import (
	"errors"
	"io/fs"
	"os"
)

// syncDir sees to it that a power failure does not take new names from a directory.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrInvalid) {
		err = nil // some systems cannot, and need not
	}
	return errors.Join(err, d.Close())
}
