package client

import (
	"context"
	"io"
)

// interruptible is a reader whose Read returns when ctx ends, although the
// reader beneath may hang, as pipes and connections do: package http waits for
// a Read under way even when the request is canceled. A Read that hangs goes
// on by itself until the caller closes what it reads from.
type interruptible struct {
	ctx  context.Context
	r    io.Reader
	buf  []byte // of the reads beneath; nobody else's memory is at stake
	rest []byte // of buf, read and not yet handed on
	err  error  // that came with rest
}

type readResult struct {
	n   int
	err error
}

// Read reads, or returns the cause of the context's end.
func (i *interruptible) Read(p []byte) (int, error) {
	if len(i.rest) > 0 || i.err != nil {
		return i.handOn(p)
	}
	if err := context.Cause(i.ctx); err != nil {
		return 0, err
	}
	if i.buf == nil {
		i.buf = make([]byte, 32*kb)
	}
	done := make(chan readResult, 1)
	go func() {
		n, err := i.r.Read(i.buf)
		done <- readResult{n, err}
	}()
	select {
	case r := <-done:
		i.rest, i.err = i.buf[:r.n], r.err
		return i.handOn(p)
	case <-i.ctx.Done():
		return 0, context.Cause(i.ctx)
	}
}

// handOn gives out what was read, and the error after the last of it.
func (i *interruptible) handOn(p []byte) (int, error) {
	n := copy(p, i.rest)
	i.rest = i.rest[n:]
	if len(i.rest) > 0 {
		return n, nil
	}
	return n, i.err
}
