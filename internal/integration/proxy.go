package integration

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// Proxy forwards to addr until stall is called. From then on it takes
// connections and requests, and nothing comes back; it passes on no end of a
// connection either, like a network whose other side lost its power.
func Proxy(t testing.TB, addr string) (proxy string, stall func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &stalling{}
	t.Cleanup(func() { _ = l.Close(); p.close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", addr)
			if err != nil {
				_ = client.Close()
				continue
			}
			p.keep(client, server)
			go p.forward(client, server)
			go p.forward(server, client)
		}
	}()
	return l.Addr().String(), func() { p.stalled.Store(true) }
}

type stalling struct {
	stalled atomic.Bool
	mu      sync.Mutex
	conns   []net.Conn
}

func (p *stalling) keep(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns = append(p.conns, conns...)
}

func (p *stalling) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
}

func (p *stalling) forward(from, to net.Conn) {
	_, _ = io.Copy(writer{p, to}, from)
	if !p.stalled.Load() {
		_ = to.Close()
	}
}

// writer drops what is written once the proxy is stalled.
type writer struct {
	p  *stalling
	to net.Conn
}

func (w writer) Write(b []byte) (int, error) {
	if w.p.stalled.Load() {
		return len(b), nil
	}
	return w.to.Write(b)
}
