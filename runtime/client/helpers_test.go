package client_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
)

// refusing fails requests for messages as if nobody listened.
type refusing struct {
	dials    *int
	failures int
	next     http.RoundTripper
}

func (r *refusing) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "/endpoint") {
		*r.dials++
		if *r.dials <= r.failures {
			return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
		}
	}
	return r.next.RoundTrip(req)
}

// assertWithout fails if text has one of the words, and shows only where.
func assertWithout(t testing.TB, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if i := strings.Index(text, w); i >= 0 {
			t.Errorf("%q leaks: …%s…", w, text[max(0, i-80):min(len(text), i+40)])
		}
	}
}

// answering returns a client of a server that answers with h.
func answering(t testing.TB, edit func(*client.Config), h http.HandlerFunc) *client.Client {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	config := client.Config{Auth: auth.Static("token"), BaseURL: srv.URL, UploadURL: srv.URL}
	if edit != nil {
		edit(&config)
	}
	return newClient(t, config)
}
