// Package input reads files and standard input for the command: up to a limit, and
// no longer than the command runs.
package input

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// Stdin is standard input as an argument.
const Stdin = "-"

// ErrInterrupted ends a command that was interrupted.
var ErrInterrupted = errors.New("interrupted")

// TooLarge is the error for a file that is larger than it may be.
type TooLarge struct {
	Limit  int64  // in bytes
	Advice string // what to do about it
}

func (e TooLarge) Error() string { return fmt.Sprintf("more than %d MB", e.Limit>>20) }

// Hint says what to do about it.
func (e TooLarge) Hint() string { return e.Advice }

// Open returns what is in a file, or in standard input for "-". Neither
// opening nor reading outlasts ctx: the error is then ErrInterrupted, also where
// the end of the input came with the interruption. It is to be closed.
func Open(ctx context.Context, path string, stdin io.Reader) io.ReadCloser {
	r, w := io.Pipe()
	stop := context.AfterFunc(ctx, func() { w.CloseWithError(ErrInterrupted) })
	go func() {
		defer stop()
		err := copyTo(ctx, w, path, stdin)
		if ctx.Err() != nil {
			err = ErrInterrupted
		}
		w.CloseWithError(err)
	}()
	return r
}

// together is how long the end of standard input may be ahead of the signal that
// ended what writes to it, as a terminal interrupts all of a pipeline.
const together = 20 * time.Millisecond

func copyTo(ctx context.Context, w io.Writer, path string, stdin io.Reader) error {
	if path == Stdin {
		_, err := io.Copy(w, stdin)
		select {
		case <-ctx.Done():
		case <-time.After(together):
		}
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}

// Read reads all that Open returns, up to a limit in bytes. advice
// says what to do about more.
func Read(ctx context.Context, path string, stdin io.Reader, limit int64, advice string) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, ErrInterrupted
	}
	r := Open(ctx, path, stdin)
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, TooLarge{limit, advice}
	}
	return data, nil
}

// File reads a file that is no message, up to a limit in bytes.
func File(ctx context.Context, path string, limit int64) ([]byte, error) {
	data, err := Read(ctx, path, nil, limit, "name another file")
	if errors.As(err, new(TooLarge)) {
		err = &fs.PathError{Op: "read", Path: path, Err: err}
	}
	return data, err
}
