package client

import (
	"errors"
	"io"
	"time"
)

// leaseWait is how long a request's last read of a file is waited for. Only a
// reader that hangs takes longer, and then nothing can be done about it.
const leaseWait = time.Second

var errRevoked = errors.New("client: the request is over")

// leased lets one request at a time read a file. Package http may go on reading
// a body after the request has failed; the lease ends that before the file is
// read for another request, or given back to the caller.
type leased struct {
	turn chan struct{} // holds a value while nobody reads
	now  *leasedBody   // who may read; guarded by turn
}

func newLeased() *leased {
	l := &leased{turn: make(chan struct{}, 1)}
	l.turn <- struct{}{}
	return l
}

// pass makes next, which may be nil, the only reader. It reports false if the
// present one does not come to an end.
func (l *leased) pass(next *leasedBody) bool {
	t := time.NewTimer(leaseWait)
	defer t.Stop()
	select {
	case <-l.turn:
		l.now = next
		l.turn <- struct{}{}
		return true
	case <-t.C:
		return false
	}
}

// leasedBody is what one request reads.
type leasedBody struct {
	lease *leased
	r     io.Reader
}

// Read reads while the lease lasts.
func (b *leasedBody) Read(p []byte) (int, error) {
	<-b.lease.turn
	defer func() { b.lease.turn <- struct{}{} }()
	if b.lease.now != b {
		return 0, errRevoked
	}
	return b.r.Read(p)
}
