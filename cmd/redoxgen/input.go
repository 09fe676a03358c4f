package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"
)

// Standard input as an argument, and what messages call it.
const (
	stdinArg  = "-"
	stdinName = "stdin"
)

// What files besides messages and schemas may have, in bytes: far more than
// sensible ones do.
const (
	maxLock   = 64 << 20
	maxKey    = 1 << 20
	maxModule = 1 << 20
)

// errInterrupted ends a command that was interrupted.
var errInterrupted = errors.New("interrupted")

// tooLarge is the error for a file that is larger than it may be.
type tooLarge struct {
	limit  int64
	advice string
}

func (e tooLarge) Error() string { return fmt.Sprintf("more than %d MB", e.limit>>20) }

// hint says what to do about it.
func (e tooLarge) hint() string { return e.advice }

// openInput returns what is in a file, or in standard input for "-". Neither
// opening nor reading outlasts ctx: the error is then errInterrupted, also where
// the end of the input came with the interruption. It is to be closed.
func openInput(ctx context.Context, path string, stdin io.Reader) io.ReadCloser {
	r, w := io.Pipe()
	stop := context.AfterFunc(ctx, func() { w.CloseWithError(errInterrupted) })
	go func() {
		defer stop()
		err := copyInput(ctx, w, path, stdin)
		if ctx.Err() != nil {
			err = errInterrupted
		}
		w.CloseWithError(err)
	}()
	return r
}

// together is how long the end of standard input may be ahead of the signal that
// ended what writes to it, as a terminal interrupts all of a pipeline.
const together = 20 * time.Millisecond

func copyInput(ctx context.Context, w io.Writer, path string, stdin io.Reader) error {
	if path == stdinArg {
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

// readInput reads all that openInput returns, up to a limit in bytes. advice
// says what to do about more.
func readInput(ctx context.Context, path string, stdin io.Reader, limit int64, advice string) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, errInterrupted
	}
	r := openInput(ctx, path, stdin)
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, tooLarge{limit, advice}
	}
	return data, nil
}

// readFile reads a file that is no message, up to a limit in bytes.
func readFile(ctx context.Context, path string, limit int64) ([]byte, error) {
	data, err := readInput(ctx, path, nil, limit, "name another file")
	if errors.As(err, new(tooLarge)) {
		err = &fs.PathError{Op: "read", Path: path, Err: err}
	}
	return data, err
}

// sizeFlag is a flag that says how large messages may be.
type sizeFlag struct{ megabytes int }

// defaultSize is what the webhook package accepts by default.
const defaultSize = 64

func (f *sizeFlag) add(c *cobra.Command) {
	c.Flags().IntVar(&f.megabytes, "max-mb", defaultSize, "refuse messages of more than `N` MB")
}

func (f *sizeFlag) check() error {
	if f.megabytes < 1 || f.megabytes > 1<<20 {
		return errors.New("--max-mb must be from 1 to 1048576")
	}
	return nil
}

// limit is the size in bytes, and advice what to do about more.
func (f *sizeFlag) limit() (bytes int64, advice string) {
	return int64(f.megabytes) << 20, fmt.Sprintf("if it is a message, allow more with --max-mb (now %d)", f.megabytes)
}
