package generator

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// claimFile is locked, by the operating system, while a run writes into its
// directory. A run that is killed leaves it behind unlocked, and the next one
// removes it.
const claimFile = ".redoxgen-claim"

// claim waits until no other run writes into dir, which is made if need be.
func claim(dir string) (release func(), err error) {
	path := filepath.Join(dir, claimFile)
	for range mostClaims {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		var f *lockedfile.File
		switch f, err = lockedfile.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666); {
		case errors.Is(err, fs.ErrNotExist): // who made the directory has removed it
			continue
		case err != nil:
			return nil, err
		case isAt(f, path):
			return func() { unclaim(f, path) }, nil
		}
		_ = f.Close() // who held it before has removed it
	}
	return nil, cmp.Or(err, fmt.Errorf("%s is in use", path))
}

// mostClaims is how often a claim is tried when others come in between.
const mostClaims = 1000

func isAt(f *lockedfile.File, path string) bool {
	held, err := f.Stat()
	there, errThere := os.Stat(path)
	return err == nil && errThere == nil && os.SameFile(held, there)
}

// unclaim removes the file while it is locked, where the system removes open
// files, so that it is never that of the next run.
func unclaim(f *lockedfile.File, path string) {
	if runtime.GOOS != "windows" {
		_ = os.Remove(path)
	}
	_ = f.Close()
	if runtime.GOOS == "windows" {
		_ = os.Remove(path) // fails, as it should, when another run has opened it
	}
}
