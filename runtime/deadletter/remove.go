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
// it back could replace a still newer letter. A crash in between leaves it there
// too. Under either name it is a letter of its box.

// Remove implements Box.
func (d *dir) Remove(ctx context.Context, l Letter) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := removeFile(filepath.Join(d.path, fileName(l)), l)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrChanged) {
		err = d.removeSetAside(l, err)
	}
	return ignoreMissing(err)
}

func (f file) Remove(ctx context.Context, l Letter) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return ignoreMissing(removeFile(f.path, l))
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// removeFile removes the letter from a file that a Put may replace meanwhile.
func removeFile(path string, l Letter) error {
	if err := holds(path, l); err != nil {
		return err
	}
	aside := strings.TrimSuffix(path, suffix) + "-" + rand.Text() + suffix
	if err := os.Rename(path, aside); err != nil {
		return err
	}
	return removeAside(aside, l)
}

// removeAside removes the letter from a file that nothing replaces.
func removeAside(path string, l Letter) error {
	if err := holds(path, l); err != nil {
		return err
	}
	return os.Remove(path)
}

// holds returns nil if the letter is in the file, ErrChanged if another is.
func holds(path string, l Letter) error {
	now, err := ReadFile(path)
	if err == nil && !sameLetter(now, l) {
		return ErrChanged
	}
	return err
}

// sameLetter tells a letter from one that replaced it.
func sameLetter(a, b Letter) bool {
	return a.Key == b.Key && a.Received.Equal(b.Received) && a.AttemptID == b.AttemptID
}

// removeSetAside looks for the letter among those of its key that removeFile
// left under another name; why is the reason that it is not under its own.
func (d *dir) removeSetAside(l Letter, why error) error {
	files, err := os.ReadDir(d.path)
	if err != nil {
		return err
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), suffix) || !strings.Contains(f.Name(), "-"+l.Key.Hash().String()+"-") {
			continue
		}
		switch err := removeAside(filepath.Join(d.path, f.Name()), l); {
		case err == nil:
			return nil
		case !errors.Is(err, fs.ErrNotExist):
			why = err
		}
	}
	return why
}
