package client_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
)

// A transport may try another host after it lost an answer. That there was no
// connection in the end does not mean that nothing arrived before.
func TestTransportWithFailover(t *testing.T) {
	var arrived atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived.Add(1)
		panic(http.ErrAbortHandler)
	}))
	defer srv.Close()
	inner := &http.Transport{DisableKeepAlives: true}
	failover := pretend(func(r *http.Request) (*http.Response, error) {
		resp, err := inner.RoundTrip(r)
		if err == nil {
			return resp, nil
		}
		second := r.Clone(r.Context())
		second.URL.Host = "127.0.0.1:1" // where nobody listens
		second.Body, _ = r.GetBody()
		return inner.RoundTrip(second)
	})
	c := newClient(t, client.Config{
		Auth: auth.Static("token"), BaseURL: srv.URL,
		HTTPClient: &http.Client{Transport: failover}, Retry: client.Retry{First: time.Millisecond},
	})
	_, err := c.Send(t.Context(), arrival())
	var e *client.Error
	require.ErrorAs(t, err, &e)
	assert.True(t, e.Unclear)
	assert.EqualValues(t, 1, arrived.Load(), "it must not arrive twice")
}

// An answer is read to its end, which over HTTP/2 may come after its last byte:
// else the server, or a proxy, is told that the caller gave up.
func TestAcceptedRequestIsNotReset(t *testing.T) {
	const answer = `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Logs":[{"ID":"1"}]}}`
	reset := make(chan bool)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		_, _ = io.WriteString(w, answer)
		_ = http.NewResponseController(w).Flush() // the end follows in a frame of its own
		select {
		case <-r.Context().Done():
			reset <- true
		case <-time.After(100 * time.Millisecond):
			reset <- false
		}
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	c := newClient(t, client.Config{Auth: auth.Static("token"), BaseURL: srv.URL, HTTPClient: srv.Client()})
	done := make(chan error, 1)
	go func() { _, err := c.Send(t.Context(), arrival()); done <- err }()
	assert.False(t, <-reset)
	require.NoError(t, <-done)
}

// A timeout of the given client is one like that of Config.Timeouts.
func TestTimeoutOfGivenClient(t *testing.T) {
	for name, begin := range map[string]func(http.ResponseWriter){
		"no answer":          func(http.ResponseWriter) {},
		"half of the answer": func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{`); _ = http.NewResponseController(w).Flush() },
	} {
		t.Run(name, func(t *testing.T) {
			c := answering(t, func(c *client.Config) {
				transport := new(http.Transport)
				t.Cleanup(transport.CloseIdleConnections)
				c.HTTPClient = &http.Client{Timeout: 100 * time.Millisecond, Transport: transport}
			}, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				begin(w)
				<-r.Context().Done()
			})
			_, err := c.Send(t.Context(), arrival())
			require.ErrorIs(t, err, client.ErrTimeout)
			require.ErrorIs(t, err, client.ErrTemporary)
			require.NotErrorIs(t, err, client.ErrConnection)
			var e *client.Error
			require.ErrorAs(t, err, &e)
			assert.True(t, e.Unclear)
		})
	}
}
