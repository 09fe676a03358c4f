//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package deadletter

import (
	"errors"
	"os"
)

// lock cannot lock files here.
func lock(*os.File) error { return errors.ErrUnsupported }
