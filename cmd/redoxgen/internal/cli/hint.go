package cli

import (
	"errors"
	"io/fs"

	"github.com/redoxgen/redoxgen/generator"
)

// hintFor returns what to do about an error; "" where the error says enough.
func hintFor(err error) string {
	var advised interface{ Hint() string }
	var l *generator.DroppedError
	switch {
	case errors.As(err, &l) && len(l.Files) > 0:
		return "restore the name lock that belongs to this code, or name it with --lock; or give --prune to remove the code"
	case errors.Is(err, generator.ErrOutdated):
		return "another run wrote it meanwhile: run again"
	case errors.As(err, &l):
		return "add them (and their schemas, where --schemas leaves them out), or give --prune to remove them; the name lock keeps their names"
	case errors.As(err, &advised):
		return advised.Hint()
	case errors.Is(err, generator.ErrLink):
		return "name the file that it leads to (a name lock with --lock), or replace the link by the file"
	case errors.Is(err, generator.ErrForeign):
		return "move the file away, or generate into another directory with --out; files without redoxgen's header are never overwritten"
	case errors.Is(err, fs.ErrPermission):
		return "check the permissions of the file and of its directory"
	default:
		return ""
	}
}
