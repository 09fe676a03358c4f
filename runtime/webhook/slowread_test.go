package webhook_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// deafClient sends requests for as long as it can and reads no answer.
func deafClient(t *testing.T, address, request string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.(*net.TCPConn).SetReadBuffer(1024))
	go func() {
		many := strings.Repeat(request, 1000)
		for {
			if _, err := io.WriteString(conn, many); err != nil {
				return
			}
		}
	}()
}

// TestClientsThatNeverRead hold a connection for no longer than the time for an
// answer, and do not keep the receiver from stopping gracefully.
func TestClientsThatNeverRead(t *testing.T) {
	r := receive(t, nil, nil)
	var open atomic.Int64
	server := webhook.NewServer(r.Handler)
	assert.LessOrEqual(t, server.WriteTimeout, 15*time.Second, "less than the 30 seconds of a graceful stop")
	assert.Positive(t, server.WriteTimeout)
	server.WriteTimeout = 300 * time.Millisecond
	server.ConnState = func(_ net.Conn, s http.ConnState) {
		switch s {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed, http.StateHijacked:
			open.Add(-1)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	for _, request := range []string{
		"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
		"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nVerification-Token: wrong\r\nContent-Length: 2\r\n\r\n{}",
	} {
		for range 5 {
			deafClient(t, listener.Addr().String(), request)
		}
	}
	eventually(t, "they came", func() bool { return open.Load() > 0 })
	eventually(t, "none holds a connection", func() bool { return open.Load() == 0 })
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	assert.NoError(t, server.Shutdown(ctx))
	assert.Equal(t, http.ErrServerClosed, <-served)
}

// TestStrangersHoldNoConnection: an answer to somebody without a token is the last
// on its connection.
func TestStrangersHoldNoConnection(t *testing.T) {
	r := receive(t, nil, nil)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := webhook.NewServer(r.Handler)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	for _, request := range []string{
		"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"PUT / HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", listener.Addr().String())
		require.NoError(t, err)
		_, err = io.WriteString(conn, request)
		require.NoError(t, err)
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(5*time.Second)))
		_, err = io.ReadAll(conn)
		assert.NoError(t, err, "still open after: %q", request)
		require.NoError(t, conn.Close())
	}
}

// TestHandlersMayTakeLongerThanTheTimeForAnAnswer: that counts from when the
// answer is ready, on every request of a connection.
func TestHandlersMayTakeLongerThanTheTimeForAnAnswer(t *testing.T) {
	const writeTimeout = 50 * time.Millisecond
	r := receive(t, func(mux *webhook.Mux, r *receiver) {
		webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
			time.Sleep(3 * writeTimeout)
			r.note(d)
			return nil
		})
		webhook.Answer(mux, func(context.Context, webhook.Delivery, *patientsearch.Query) (*patientsearch.Response, error) {
			time.Sleep(3 * writeTimeout)
			return new(patientsearch.Response), nil
		})
	}, nil)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := webhook.NewServer(r.Handler)
	server.WriteTimeout = writeTimeout
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
	for _, message := range []string{arrival("L1"), arrival("L2"), search("L3"), arrival("L4")} {
		req, err := http.NewRequest(http.MethodPost, "http://"+listener.Addr().String(), strings.NewReader(message))
		require.NoError(t, err)
		req.Header.Set("Verification-Token", token)
		response, err := client.Do(req)
		require.NoError(t, err)
		_, err = io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, http.StatusOK, response.StatusCode)
	}
	assert.Equal(t, []string{"L1", "L2", "L4"}, r.logIDs())
}
