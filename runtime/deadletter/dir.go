package deadletter

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// suffix is how the names of letter files end.
const suffix = ".letter"

// Dir returns a box that keeps each letter in a file of its own in the folder,
// which is created when the first letter comes. A file is a line of JSON with
// everything but the message, followed by the message as it was received:
//
//	tail -n +2 dead/PatientAdmin.Arrival-….letter | jq
//
// A letter is on disk when Put returns. Files, and a folder that Dir creates,
// are readable by their owner only; a folder that was there keeps its
// permissions, and on Windows both have those of the folder that they are in.
// Several processes may use the same folder. What a process that was killed while
// it wrote a letter has left, which holds part of a message, is removed when a box
// is used a second later or more, and once a minute; that message was not answered.
// A letter that is put while another of its key is being removed, or after a crash
// during that, may stay beside the other instead of replacing it: both are yielded.
func Dir(path string) Box { return &dir{path: path} }

type dir struct {
	path  string
	swept atomic.Int64 // when, in nanoseconds since 1970
}

// Put implements Sink.
func (d *dir) Put(ctx context.Context, l Letter) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := makeDir(d.path); err != nil {
		return err
	}
	d.sweep()
	return writeDurably(filepath.Join(d.path, fileName(l)), encode(l))
}

// makeDir creates the folder and those that it is in, and sees to it that a power
// failure does not take them away again.
func makeDir(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	parent := filepath.Dir(path)
	if err := makeDir(parent); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := syncDir(parent); !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil // one may write to a folder that one may not read
}

// fileName names the event for the reader and the key by its hash. The event
// comes from the message, so nothing but letters and digits of it is used.
func fileName(l Letter) string {
	event := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.':
			return r
		default:
			return -1
		}
	}, l.Event())
	event = strings.TrimLeft(event[:min(len(event), 80)], ".")
	return event + "-" + l.Key.Hash().String() + suffix
}

// writeDurably replaces a file in one step: a crash leaves the old content or
// the new one, and when it returns nil a power failure does not undo it.
func writeDurably(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), temporary+"*")
	if err != nil {
		return err
	}
	_ = lock(f) // until it is closed, also by the end of the process
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// entry is a letter's file and when its message was received.
type entry struct {
	path     string
	received time.Time
	err      error
}

// Letters implements Box. It reads the first line of every file to find the
// order, then one letter at a time.
func (d *dir) Letters(ctx context.Context) iter.Seq2[Letter, error] {
	return func(yield func(Letter, error) bool) {
		d.sweep()
		entries, err := d.entries(ctx)
		if err != nil {
			yield(Letter{}, err)
			return
		}
		for _, e := range entries {
			if err := ctx.Err(); err != nil {
				yield(Letter{}, err)
				return
			}
			l, err := readEntry(e)
			if errors.Is(err, fs.ErrNotExist) {
				continue // removed meanwhile
			}
			if !yield(l, err) {
				return
			}
		}
	}
}

func readEntry(e entry) (Letter, error) {
	if e.err != nil {
		return Letter{}, e.err
	}
	return ReadFile(e.path)
}

func (d *dir) entries(ctx context.Context) ([]entry, error) {
	files, err := os.ReadDir(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var entries []entry
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), suffix) || !f.Type().IsRegular() {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		path := filepath.Join(d.path, f.Name())
		received, err := readReceived(path)
		entries = append(entries, entry{path, received, err})
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return a.received.Compare(b.received) })
	return entries, nil
}

// File returns a box that consists of the one letter in the file. It cannot
// take letters.
func File(path string) Box { return file{path} }

type file struct{ path string }

func (f file) Put(context.Context, Letter) error {
	return fmt.Errorf("deadletter: %s is a single letter, not a folder", f.path)
}

func (f file) Letters(context.Context) iter.Seq2[Letter, error] {
	return func(yield func(Letter, error) bool) { yield(ReadFile(f.path)) }
}

// Open returns the box at path: a folder of Dir, or a single letter of it.
func Open(path string) (Box, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return Dir(path), nil
	}
	return File(path), nil
}
