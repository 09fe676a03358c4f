package httperr_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/runtime/internal/httperr"
)

func TestWrap(t *testing.T) {
	words := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c, _, _ := w.(http.Hijacker).Hijack()
		_, _ = io.WriteString(c, "HTTP/1.1 Planterson\r\n\r\n")
		_ = c.Close()
	}))
	defer words.Close()
	closes := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer closes.Close()
	waits := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer waits.Close()
	distrusted := httptest.NewUnstartedServer(nil)
	distrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	distrusted.StartTLS()
	defer distrusted.Close()
	for want, target := range map[string]string{
		"connection refused":                          "http://127.0.0.1:1",
		"the host name does not resolve":              "http://host.invalid",
		"the connection was closed before the answer": closes.URL,
		"no answer in time":                           waits.URL,
		"the request failed in transport":             words.URL,
		"the server's certificate is not trusted":     distrusted.URL,
	} {
		t.Run(want, func(t *testing.T) {
			client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			if target == waits.URL {
				client.Timeout = 50 * time.Millisecond
			}
			_, cause := client.Get(target + "/?key=SECRET")
			err := fmt.Errorf("replay: %w", httperr.Wrap(cause))
			assert.EqualError(t, err, "replay: "+want)
			assert.ErrorAs(t, err, new(*url.Error))
		})
	}
	assert.EqualError(t, httperr.Wrap(&url.Error{Err: context.Canceled}), "context canceled")
	assert.True(t, errors.Is(httperr.Wrap(io.EOF), io.EOF))
	assert.NoError(t, httperr.Wrap(nil))
}
