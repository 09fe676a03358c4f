package redisdedup_test

import (
	"bytes"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/redisdedup"
)

// TestRedisClockSetBack: after the server's clock was set back by a day a key's
// remaining life is a day longer than it was given.
func TestRedisClockSetBack(t *testing.T) {
	addr, prefix := integration.Redis(t)
	client := connect(t, addr)
	s := newStore(t, client, redisdedup.WithPrefix(prefix))
	const lease = time.Second // in which the commands below are done
	dead, err := s.Claim(t.Context(), "a", lease)
	require.NoError(t, err)
	h := dedup.Key("a").Hash()
	require.NoError(t, client.PExpire(t.Context(), prefix+h.String(), 8*24*time.Hour).Err())
	c, err := s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	require.Equal(t, dedup.InFlight, c.State)
	time.Sleep(lease + 100*time.Millisecond)
	c, err = s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	assert.Equal(t, dedup.New, c.State, "the claim ends after one lease, not after a day")
	assert.ErrorIs(t, s.Commit(t.Context(), dead), dedup.ErrLost)
}

// TestRedisLostAnswer: the answer to SET NX is lost, and go-redis asks again by
// itself and finds the claim that it has just made.
func TestRedisLostAnswer(t *testing.T) {
	addr, prefix := integration.Redis(t)
	s := newStore(t, connect(t, losing(t, addr, "\r\nset\r\n")), redisdedup.WithPrefix(prefix))
	c, err := s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	require.Equal(t, dedup.New, c.State, "nobody else asked for the key")
	assert.Equal(t, 1, c.Attempt)
	again, err := s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	assert.Equal(t, dedup.InFlight, again.State)
	assert.NoError(t, s.Commit(t.Context(), c))
}

// losing returns the address of a proxy to addr that closes the connection of
// the first request with the word in it instead of answering.
func losing(t *testing.T, addr, word string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var wg sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); wg.Wait() })
	var lost atomic.Bool
	wg.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { forward(client, addr, []byte(word), &lost) })
		}
	})
	return l.Addr().String()
}

func forward(client net.Conn, addr string, word []byte, lost *atomic.Bool) {
	defer client.Close()
	server, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer server.Close()
	var drop atomic.Bool
	go func() {
		defer server.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := client.Read(buf)
			if err != nil {
				return
			}
			if bytes.Contains(bytes.ToLower(buf[:n]), word) && lost.CompareAndSwap(false, true) {
				drop.Store(true)
			}
			if _, err := server.Write(buf[:n]); err != nil {
				return
			}
		}
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := server.Read(buf)
		if err != nil || drop.Load() {
			return // nothing is left to answer, or it is lost
		}
		if _, err := io.Copy(client, bytes.NewReader(buf[:n])); err != nil {
			return
		}
	}
}
