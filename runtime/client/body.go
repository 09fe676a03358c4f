package client

import (
	"bytes"
	"context"
	"io"
	"sync"
	"sync/atomic"
)

// body is an encoded message. Its memory is used again for later messages if
// package http is certain not to read it any more; it may go on reading for a
// while after a request has failed.
type body struct {
	data   []byte
	unread atomic.Int32 // requests that were not, or not yet, written to the end
}

// Buffers of small messages are kept for others, those of large ones are not.
const keptBuffer = 256 * kb

var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 8*kb); return &b }}

func newBody() *body { return &body{data: (*buffers.Get().(*[]byte))[:0]} }

// release ends the use of b.
func (b *body) release() {
	if b.unread.Load() == 0 && cap(b.data) <= keptBuffer {
		data := b.data
		buffers.Put(&data)
	}
}

func (b *body) content() content {
	// It must be a *bytes.Reader: only for those does package http write
	// header and body in one go, and begin anew if nothing was written.
	open := func() io.Reader {
		b.unread.Add(1)
		return bytes.NewReader(b.data)
	}
	return content{
		size:    int64(len(b.data)),
		again:   func() bool { return true },
		open:    func(context.Context) (io.Reader, error) { return open(), nil },
		copy:    open,
		written: func() { b.unread.Add(-1) },
	}
}
