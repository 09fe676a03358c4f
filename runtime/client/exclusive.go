package client

import (
	"errors"
	"io"
	"time"
)

// lastRead is how long a request's last read of a file is waited for. Only a
// reader that hangs takes longer, and then nothing can be done about it.
const lastRead = time.Second

var errNotCurrent = errors.New("client: the request is over")

// exclusive lets one request at a time read a file. Package http may go on
// reading a body after the request has failed; that ends before the file is read
// for another request, or given back to the caller, who may close it.
type exclusive struct {
	reading chan struct{}    // holds a value while nobody reads
	current *exclusiveReader // who may read; guarded by reading
}

func newExclusive() *exclusive {
	e := &exclusive{reading: make(chan struct{}, 1)}
	e.reading <- struct{}{}
	return e
}

// handTo makes next, which may be nil, the only reader. It reports false if the
// present one does not come to an end.
func (e *exclusive) handTo(next *exclusiveReader) bool {
	select {
	case <-e.reading:
		e.current = next
		e.reading <- struct{}{}
		return true
	case <-time.After(lastRead):
		return false
	}
}

// exclusiveReader is what one request reads.
type exclusiveReader struct {
	file *exclusive
	r    io.Reader
}

// Read reads while the file is the request's.
func (r *exclusiveReader) Read(p []byte) (int, error) {
	<-r.file.reading
	defer func() { r.file.reading <- struct{}{} }()
	if r.file.current != r {
		return 0, errNotCurrent
	}
	return r.r.Read(p)
}
