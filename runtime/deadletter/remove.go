package deadletter

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Between looking at a file and removing it, a Put may replace it. So a file is
// first given a name that no Put uses, looked at again there, and removed only
// if it is what was to be removed. Otherwise it stays under that name: putting
// it back could replace a still newer one. A crash in between leaves it there
// too. Under either name it is a message of its store.

// Remove implements Store.
func (d *Directory) Remove(ctx context.Context, m Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := removeFile(filepath.Join(d.path, fileName(m)), m)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrChanged) {
		err = d.removeRenamed(m, err)
	}
	return ignoreMissing(err)
}

func (f singleFile) Remove(ctx context.Context, m Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return ignoreMissing(removeFile(f.path, m))
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// removeFile removes the message from a file that a Put may replace meanwhile.
func removeFile(path string, m Message) error {
	if err := checkContains(path, m); err != nil {
		return err
	}
	renamed := strings.TrimSuffix(path, suffix) + "-" + rand.Text() + suffix
	if err := os.Rename(path, renamed); err != nil {
		return err
	}
	return removeUnchanged(renamed, m)
}

// removeUnchanged removes a file that no Put replaces, if it contains the message.
func removeUnchanged(path string, m Message) error {
	if err := checkContains(path, m); err != nil {
		return err
	}
	return os.Remove(path)
}

// checkContains returns nil if the message is in the file, ErrChanged if another is.
func checkContains(path string, m Message) error {
	now, err := ReadFile(path)
	if err == nil && !sameMessage(now, m) {
		return ErrChanged
	}
	return err
}

// sameMessage reports whether b is a and did not replace it.
func sameMessage(a, b Message) bool {
	return a.Key == b.Key && a.Received.Equal(b.Received) && a.AttemptID == b.AttemptID
}

// removeRenamed looks for the message among those of its key that removeFile
// left under another name; why is the reason that it is not under its own.
func (d *Directory) removeRenamed(m Message, why error) error {
	files, err := os.ReadDir(d.path)
	if err != nil {
		return err
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), suffix) || !strings.Contains(f.Name(), "-"+m.Key.Hash().String()+"-") {
			continue
		}
		switch err := removeUnchanged(filepath.Join(d.path, f.Name()), m); {
		case err == nil:
			return nil
		case !errors.Is(err, fs.ErrNotExist):
			why = err
		}
	}
	return why
}
