package deadletter

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// temporary is how the names of files begin that are being written.
const temporary = ".tmp-"

const (
	// minAge is how old a file must be that nobody has locked: between creating
	// and locking it there is a moment.
	minAge = time.Second
	// minAgeUnlocked is how old it must be where files cannot be locked. No message takes
	// that long to write.
	minAgeUnlocked = time.Hour
	// sweepInterval is how often a store looks: a receiver that is killed is often back
	// before its file is old enough.
	sweepInterval = time.Minute
)

// sweep sweeps the directory, if it was not done just before.
func (d *Directory) sweep() {
	last, now := d.swept.Load(), time.Now().UnixNano()
	if now-last >= int64(sweepInterval) && d.swept.CompareAndSwap(last, now) {
		sweep(d.path)
	}
}

// sweep removes the files of messages whose process was killed while it wrote them.
// It removes what is provably that: the name and the beginning are those of a message
// that is written, and nobody has its lock. Anything that goes wrong leaves the file
// for the next time; it is in nobody's way.
func sweep(dir string) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, f := range files {
		if f.Type().IsRegular() && isTemporary(f.Name()) {
			sweepFile(filepath.Join(dir, f.Name()))
		}
	}
}

// isTemporary reports whether a name is one that os.CreateTemp makes.
func isTemporary(name string) bool {
	number, ok := strings.CutPrefix(name, temporary)
	return ok && number != "" && strings.Trim(number, "0123456789") == ""
}

func sweepFile(path string) {
	f, err := os.Open(path)
	if err != nil {
		return
	}
	dead := isDead(f)
	_ = f.Close() // first: Windows removes no file that is open
	if dead {
		_ = os.Remove(path)
	}
}

// isDead reports whether a file is a message that nobody writes any more.
func isDead(f *os.File) bool {
	info, err := f.Stat()
	if err != nil {
		return false
	}
	least := minAge
	switch err := lock(f); {
	case err == errLocked:
		return false
	case err != nil:
		least = minAgeUnlocked
	}
	return time.Since(info.ModTime()) >= least && isBegun(f)
}

// isBegun reports whether a file begins as a message does, as far as it was written.
func isBegun(f *os.File) bool {
	start, err := io.ReadAll(io.LimitReader(f, int64(len(beginning))))
	return err == nil && strings.HasPrefix(beginning, string(start))
}
