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

// suffix ends the name of each file.
const suffix = ".letter"

// Dir returns a store that keeps each message in a file of its own in the directory,
// which is created with the first message. A file has a line of JSON with everything
// but the body, followed by the body as it was received:
//
//	tail -n +2 dead/PatientAdmin.Arrival-….letter | jq
//
// A message is on disk when Put returns. Files, and a directory that Dir creates,
// are readable by their owner only; a directory that was there keeps its
// permissions, and on Windows both have those of the directory that they are in.
// Several processes may use the same directory. A process that is killed while it
// writes leaves a file with part of a message. It is removed when a store is used a
// second later or more, and once a minute; that message was not answered.
// A message that is put while another of its key is being removed, or after a crash
// during that, may stay beside the other instead of replacing it: both are yielded.
func Dir(path string) *Directory { return &Directory{path: path} }

// Directory is a Store in a directory; see Dir. It is safe for concurrent use.
type Directory struct {
	path  string
	swept atomic.Int64 // when, in nanoseconds since 1970
}

var (
	_ Store  = (*Directory)(nil)
	_ Pinger = (*Directory)(nil)
)

// Put implements Sink.
func (d *Directory) Put(ctx context.Context, m Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := makeDir(d.path); err != nil {
		return err
	}
	d.sweep()
	return writeDurably(filepath.Join(d.path, fileName(m)), encode(m))
}

// Ping implements Pinger. It creates the directory.
func (d *Directory) Ping(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := makeDir(d.path); err != nil {
		return fmt.Errorf("deadletter: %w", err)
	}
	f, err := os.CreateTemp(d.path, temporary+"*")
	if err != nil {
		return fmt.Errorf("deadletter: %w", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// makeDir creates the directory and its parents, durably: a power failure does not
// remove them again.
func makeDir(path string) error {
	if path == "" {
		return errors.New("deadletter.Dir has no path: name a directory")
	}
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
	return nil // one may write to a directory that one may not read
}

// fileName names the event for the reader and the key by its hash. The event
// comes from the message, so nothing but letters and digits of it is used.
func fileName(m Message) string {
	event := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.':
			return r
		default:
			return -1
		}
	}, m.Event())
	event = strings.TrimLeft(event[:min(len(event), 80)], ".")
	return event + "-" + m.Key.Hash().String() + suffix
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

// entry is a message's file and when its message was received.
type entry struct {
	path     string
	received time.Time
	err      error
}

// Messages implements Store. It reads the first line of every file to find the
// order, then one message at a time.
func (d *Directory) Messages(ctx context.Context) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		d.sweep()
		entries, err := d.entries(ctx)
		if err != nil {
			yield(Message{}, err)
			return
		}
		for _, e := range entries {
			if err := ctx.Err(); err != nil {
				yield(Message{}, err)
				return
			}
			m, err := readEntry(e)
			if errors.Is(err, fs.ErrNotExist) {
				continue // removed meanwhile
			}
			if !yield(m, err) {
				return
			}
		}
	}
}

func readEntry(e entry) (Message, error) {
	if e.err != nil {
		return Message{}, e.err
	}
	return ReadFile(e.path)
}

func (d *Directory) entries(ctx context.Context) ([]entry, error) {
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

// Open returns the store at path: a directory of Dir, or one file of it, which
// takes no further messages.
func Open(path string) (Store, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("deadletter: %w", err)
	}
	if info.IsDir() {
		return Dir(path), nil
	}
	return singleFile{path}, nil
}

// singleFile is a store of one message.
type singleFile struct{ path string }

func (f singleFile) Put(context.Context, Message) error {
	return fmt.Errorf("deadletter: %s is a single message, not a directory", f.path)
}

func (f singleFile) Messages(context.Context) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) { yield(ReadFile(f.path)) }
}
